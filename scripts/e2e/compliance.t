#!/bin/sh
# compliance.t: every row of docs/compliance.md is answered by an event of a real rehearsal, in which
# something goes wrong, a person leaves and comes back, and a role is handed over.
. scripts/e2e/lib.sh

# A watch that is six hours off, whatever the hour; what leads out of turn, and then the answer.
sed -e 's/^watch.1 = @now$/watch.1 = '"$(date -u -d "6 hours" +%H:%M)"'\nwatch.1.2 = @exception\nwatch.1.3 = @now/' \
	-e 's/^decision.1 = approve$/decision.1 = @people\ndecision.1.2 = @people\ndecision.1.3 = @people\ndecision.1.4 = approve/' \
	scripts/ceremonies/rehearsal.answers.ini >"$work/answers.ini"
cat >>"$work/answers.ini" <<'END'

[exception]
expected = that the watch agrees
happened = it was read upside down
decide = now
decided = it is read once more
disposition = corrected
approver.1 = Aiko Arai
approver.2 = nobody

[presence]
presence = Wim de Wit
presence.2 = Wim de Wit
presence.3 = hand-over
from = Omar Okafor
to = Oona Oja
reason = he falls ill
approver = Ada Adler
END
mkdir -p "$work/m/requests" "$work/m/output"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/m/requests/"
ok "a rehearsal with troubles" "$bin/ceremony" run scripts/ceremonies/rehearsal.ini --record "$work/r" --media "$work/m" \
	--profiles scripts/profiles --answers "$work/answers.ini"
exits 0 "it verifies" "$bin/ceremony-verify" "$work/r"

cat >"$work/judge.pl" <<'END'
use strict;
use warnings;
use JSON::PP;

my ($page, $transcript) = @ARGV;
my (%has, $rows, @missing);
open my $in, '<', $transcript or die "no transcript";
while (<$in>) {
	my $e = decode_json($_);
	for my $where ($e->{data}{op} // (), $e->{turn} || '-') {
		push @{$has{"$e->{type} $where"}{$_}}, $e->{data}{$_} for grep { length $e->{data}{$_} } keys %{$e->{data}};
	}
}
open $in, '<', $page or die "no page";
while (<$in>) {
	my ($clause, $asks, $event, $field) = /^\| ([^|]+) \| ([^|]+) \| `([^`|]+)` \| `([^`|]+)` \|$/ or next;
	$rows++;
	my ($key, $wants) = split /=/, $field;
	s/\*$/.*/ for my ($at, $name) = ($event, $key);
	my @said = map { my $fields = $has{$_}; map { @{$fields->{$_}} } grep { /^$name$/ } keys %$fields } grep { /^$at$/ } keys %has;
	push @missing, "$clause: $asks: no $event with $field" unless @said && !grep { defined $wants && $_ ne $wants } @said;
	push @missing, "$asks: no clause" unless $clause =~ /(BR|WT|ETSI) \d/;
}
print "$_\n" for @missing;
print "rows $rows\n";
exit(@missing > 0);
END
exits 0 "every row has its event" perl "$work/judge.pl" docs/compliance.md "$work/r/ceremonies/0001-root-generation/transcript.jsonl"
is "all rows were read" "$(tail -n 1 "$work/out")" "rows $(grep -c '^| [BWE]' docs/compliance.md)"
for clause in 'BR 6.1.1.1' 'WT 4.1' 'ETSI 6.5.1'; do
	like "$clause is there" docs/compliance.md "^\\|.*$clause"
done

# The page says what the program's own table says (ceremony/record/compliance.def).
cat >"$work/table.pl" <<'END'
while (<>) {
	if (/^SECTION\("(.*)"\)$/) {
		print "## $1\n";
	} elsif (/^ROW\("(.*?)", "(.*?)", EVENT_(\w+), "(.*?)", "(.*?)", "(.*?)", COMPLIANCE_\w+\)$/) {
		my $type = $3 eq 'HANDOVER' ? 'hand-over' : lc $3;
		print "| $1 | $2 | `$type $4` | `$5", length $6 ? "=$6" : '', "` |\n";
	} elsif (/^OUTSIDE\("(.*)"\)$/) {
		print "- $1\n";
	} elsif (/^[A-Z]+\(/) {
		print "not read: $_";
	}
}
END
perl "$work/table.pl" ceremony/record/compliance.def >"$work/from-table"
awk '/^## What the record cannot hold/ { cannot = 1; next } /^## / || /^\| [BWE]/ || (cannot && /^- /)' docs/compliance.md >"$work/from-page"
same "the page and the program's table are one" "$work/from-page" "$work/from-table"

# The report says what went wrong, and that nothing is unmet.
exits 0 "a report of it" "$bin/ceremony" report --record "$work/r" --format html -o "$work/r.html"
tr '\n' ' ' <"$work/r.html" >"$work/one-line"
like "it has the exception, whole" "$work/one-line" 'that the watch agrees</td><td>it was read upside down.*it is read once more</td><td>Aiko Arai</td><td class="strong">corrected'
like "who left" "$work/one-line" 'a person left the room</td><td>Wim de Wit'
like "who took over, why and with whose approval" "$work/one-line" 'Omar Okafor to Oona Oja Why: he falls ill Approved by Ada Adler'
like "who signs for the role" "$work/one-line" '<td class="strong">Oona Oja</td>'
like "what was refused" "$work/one-line" 'a person&#39;s answer was not taken'
is "a row for each of the page's" "$(grep -cE '<td class="strong">(line [0-9]+|UNMET|did not happen)</td>' "$work/r.html")" \
	"$(grep -c '^| [BWE]' docs/compliance.md)"
like "nothing is unmet" "$work/r.html" 'Clauses unmet</th><td>0<'

# A ceremony without an auditor has it said.
sed 's/^auditor = 1$/auditor = 0/' scripts/ceremonies/rehearsal.ini >"$work/alone.ini"
cmp -s scripts/ceremonies/rehearsal.ini "$work/alone.ini" && bail "the rehearsal has no auditor"
sed -e '/^auditor.1 = /d' -e '/^statement.3 = /d' -e '/^passphrase.3/d' -e '/^\[checkpoint\]/,$s/^words.3 = .*//' scripts/ceremonies/rehearsal.answers.ini >"$work/alone.answers.ini"
mkdir -p "$work/m2/requests" "$work/m2/output"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/m2/requests/"
ok "a rehearsal without an auditor" "$bin/ceremony" run "$work/alone.ini" --record "$work/alone" --media "$work/m2" \
	--profiles scripts/profiles --answers "$work/alone.answers.ini"
exits 0 "its report" "$bin/ceremony" report --record "$work/alone" --format html -o "$work/alone.html"
like "says what is unmet" "$work/alone.html" '>BR 6.1.1.1</th><td>a qualified auditor who witnesses it</td><td>no event of the transcript holds it'
like "and how much" "$work/alone.html" 'Clauses unmet</th><td class="alarm">1<'

# A key that was made outside a token is not taken for one that was made inside.
mkdir -p "$work/m3/requests" "$work/m3/output"
ok "a rehearsal of a loaded key" "$bin/ceremony" run scripts/ceremonies/rehearsal-load.ini --record "$work/load" --media "$work/m3" \
	--profiles scripts/profiles --answers scripts/ceremonies/rehearsal-load.answers.ini
exits 0 "its report" "$bin/ceremony" report --record "$work/load" --format html -o "$work/load.html"
like "says so" "$work/load.html" 'it was not brought from elsewhere</td><td>the record says otherwise'
like "and that is all" "$work/load.html" 'Clauses unmet</th><td class="alarm">1<'
like "the method is named" "$work/load.html" '>method</th><td class="strong">load<'
like "and the key" "$work/load.html" 'made outside a token</th><td>P-384'

# A row without an event is noticed.
sed '/"op":"key-prove"/d' "$work/r/ceremonies/0001-root-generation/transcript.jsonl" >"$work/less.jsonl"
exits 1 "a missing event" perl "$work/judge.pl" docs/compliance.md "$work/less.jsonl"
like "is named" "$work/out" 'the same key: no result key-prove with verified'

done_testing
