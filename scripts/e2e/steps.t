#!/bin/sh
# steps.t: what real ceremonies record is what docs/formats/steps.md says: each line's turn is in its step's table, of that type, with those
# fields and no others; and each result has the fields that its op's row has.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
mkdir -p "$work/media/requests" "$work/media/output"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/media/requests/"
ceremony() {
	rm -f "$work"/media/output/*
	"$bin/ceremony" run "$c/$1.ini" --record "$work/$2" --media "$work/media" --profiles "$root/scripts/profiles" --answers "$c/$1.answers.ini"
}
ok "a root" ceremony rehearsal record
for part in '' .token .cards; do cp -r "$work/record$part" "$work/shared$part"; done
ok "whose shares pass on" ceremony rehearsal-reshare shared
for next in rehearsal-crl rehearsal-revoke rehearsal-drill rehearsal-recover; do
	ok "$next" ceremony $next record
done
ok "a root that is cloned" ceremony rehearsal-clone clone
ok "a root that is loaded, with groups" ceremony rehearsal-groups groups

cat >"$work/judge.pl" <<'END_OF_JUDGE'
use strict;
use warnings;
use JSON::PP;

my ($page, @transcripts) = @ARGV;
my (%row, %op, $kind, %seen);
my ($faults, $lines) = (0, 0);

# What a row says: names in backquotes, N for a number, ROLE for a role, FILE and NAME for anything.
sub names_of {
	my ($cell) = @_;
	return map { s/\\?\.N\b/\\.[0-9]+/gr =~ s/ROLE/[a-z]+/r =~ s/(FILE|NUMBER|NAME)/.+/r =~ s/\*$/.+/r } map { s/\./\\./gr }
		grep { !/=/ } $cell =~ /`([^` ]+)`/g;
}
open my $in, '<', $page or die "no page";
while (<$in>) {
	$kind = $1 . ($2 ? " $2" : '') if /^### `([a-z-]+)`(?:, `method = ([a-z]+)`)?/;
	$kind = 'none' if /^## Turns of no script/;
	$kind = 'op' if /^## Ops/;
	$kind = 'intent' if /^\*\*Intents/;
	my @cell = /^\| `([a-z0-9-]+)` \| (.*?) \|(?: (.*?) \| (.*?) \| (.*?) \|)?$/ or next;
	if ($kind eq 'op' || $kind eq 'intent') {
		$op{$kind}{$cell[0]} = [names_of($cell[1])];
	} else {
		my ($op) = $cell[2] =~ /^`([^`]+)`/;
		my @types = "$cell[2] $cell[3]" =~ /[:,] `(answer|exception|close|disposition|leave|return|hand-over|abort)`/g;
		my @fields = names_of($cell[4]);
		push @{$row{$kind}{$cell[0]}}, { op => $op // '', once => scalar $cell[2] =~ /, intent/, types => @types ? [@types] : ['answer'],
			fields => \@fields };
	}
}
sub unknown {
	my ($where, $names, @keys) = @_;
	my @bad = grep { my $key = $_; !grep { $key =~ /^$_$/ } @$names } @keys;
	print "$where: no field @bad on the page\n" and $faults++ if @bad;
}
for my $file (@transcripts) {
	my ($script, %kind, $id) = $file =~ s/transcript\.jsonl$/script.ini/r;
	open $in, '<', $script or die "no script";
	while (<$in>) {
		$id = /^\[step (.*)\]/ ? $1 : '' if /^\[/;
		$kind{$id} = $1 if /^kind = (.*)/;
		$kind{$id} .= " $1" if /^method = (.*)/ && $1 ne 'wrap';
	}
	open $in, '<', $file or die "no transcript";
	while (<$in>) {
		my $e = decode_json($_);
		next if $e->{type} =~ /^(open|failed|refused)$/;
		my $where = "$kind{$e->{step}} $e->{turn} $e->{type}";
		my $data = $e->{data};
		my @keys = grep { !/^(op|shown|prompt)$/ } keys %$data;
		my @rows = @{$row{$kind{$e->{step}}}{$e->{turn}} // $row{none}{$e->{turn}} // []};
		@rows = grep { my $row = $_; $data->{op} ? $row->{op} eq $data->{op} : grep { $_ eq $e->{type} } @{$row->{types}} } @rows;
		@rows = grep { $_->{once} } @rows if $e->{type} eq 'intent';
		$lines++;
		$seen{$where} = 1;
		if (!@rows) {
			print "$where: no such row\n";
			$faults++;
		} elsif ($e->{type} =~ /^(result|intent)$/) {
			unknown($where, $op{$e->{type} eq 'intent' ? 'intent' : 'op'}{$data->{op}}, @keys);
		} else {
			unknown($where, $rows[0]{fields}, @keys);
		}
	}
}
printf "%d lines, %d of their kind\n", $lines, scalar keys %seen;
exit($faults > 0);
END_OF_JUDGE
exits 0 "every line is on the page" perl "$work/judge.pl" docs/formats/steps.md "$work"/*/ceremonies/*/transcript.jsonl
like "all of them were read" "$work/out" '^[0-9]{3,} lines, [0-9]{2,} of their kind$'

# A page that lacks a row, or a field, is noticed.
first=$(echo "$work"/record/ceremonies/0001-*/transcript.jsonl)
sed '/^| `make-root` /d' docs/formats/steps.md >"$work/less.md"
exits 1 "a page without a turn" perl "$work/judge.pl" "$work/less.md" "$first"
like "says which" "$work/out" '^root-key make-root intent: no such row'
sed 's/`wrap-refused`//' docs/formats/steps.md >"$work/less.md"
exits 1 "a page without a field" perl "$work/judge.pl" "$work/less.md" "$first"
like "says which" "$work/out" '^restore lock result: no field wrap-refused on the page'

# The words of docs/formats/pgp-words.md are the program's.
sed -n 's/^| `[0-9a-f][0-9a-f]` | \([A-Za-z]*\) | \([A-Za-z]*\) |$/{ "\1", "\2" },/p' docs/formats/pgp-words.md >"$work/page-words"
grep '^{' ceremony/base/pgp_words.inc >"$work/words"
same "the page has the program's words" "$work/page-words" "$work/words"
is "each octet's, in order" "$(grep -oE '^\| `[0-9a-f]{2}`' docs/formats/pgp-words.md | tr -dc '0-9a-f\n')" \
	"$(i=0; while [ $i -lt 256 ]; do printf '%02x\n' $i; i=$((i + 1)); done)"

# The verifier goes by it as well: a field that an op does not say is refused, in a transcript that is chained anew.
forged() {
	rm -rf "$work/forged"
	cp -r "$work/groups" "$work/forged"
	line=$(echo "$work"/forged/ceremonies/0001-*/transcript.jsonl)
	ok "$1: chained anew" sh -c 'perl "$1" "$2" <"$3" >"$3.tmp" && mv "$3.tmp" "$3"' - scripts/e2e/chain.pl "$2" "$line"
	exits 1 "$1: refused" "$bin/ceremony-verify" "$work/forged"
	cat "$work/out" "$work/err" >"$work/both"
	like "$1: says why" "$work/both" "$3"
}
forged "a field too many" 's/("op":"backup-forget","forgotten":"yes")/$1,"and":"more"/' 'line [0-9]+: .*backup-forget says no "and"'
forged "a number that is none" 's/("op":"host-look",.*"program.2")/$1 =~ s,program.2,program.02,r/e' 'host-look says no "program.02"'
forged "a first line that says more" 's/("type":"open".*)"looks"/$1"note":"all is well","looks"/' 'line 1: An event does not say what it must: note'
forged "media that are neither" 's/("type":"open".*"media":")folders/$1papers/' 'line 1: An event does not say what it must: media'
forged "a first line that is of a step" 's/("type":"open","step":")/$1x/' 'line 1: An event does not say what it must: step'
forged "a renamed field" 's/"op":"host-report","size"/"op":"host-report","length"/' 'host-report says no "length"'
forged "a turn of another name" 's/"turn":"forget"/"turn":"leave"/' 'the state is at restore/forget/0'
forged "an answer that says a PIN" 's/"so-pin":"given"/"so-pin":"1234"/ && !$changed' 'so-pin does not say "given"'
done_testing
