# crash.pl: is the transcript of a ceremony that was cut off and resumed what it must be?
#
#   perl crash.pl KIND TRANSCRIPT BEFORE
#
# KIND is cut.c's, or "often" where the power failed more than once; BEFORE: the transcript as it was on the disk when the power failed. Says
# what it saw in one line; ends with status 1 and the reason if it must not be.
use strict;
use warnings;
use JSON::PP;

my ($kind, $file, $before) = @ARGV;

sub wrong { print "@_\n"; exit 1 }
sub place { my $e = shift; "$e->{step}/$e->{turn}/$e->{round}" }
sub lines { my $f = shift; open my $in, '<', $f or wrong("no $f"); my @l = <$in>; @l }

my @lines = lines($file);
my @events = map { decode_json($_) } @lines;

# The whole lines that were on the disk stand as they were, and the next line is the resume, which
# says how much of a torn line was cut off.
my @was = lines($before);
my $torn = @was && $was[-1] !~ /\n\z/ ? length pop @was : 0;
my $at_crash = @was;
$was[$_] eq $lines[$_] or wrong("line ", $_ + 1, " has changed") for 0 .. $#was;
if ($at_crash && $at_crash < @events) {
	my $resume = $events[$at_crash];
	$resume->{type} eq 'resume' or wrong("line ", $at_crash + 1, " is no resume but $resume->{type}");
	my $said = $resume->{data}{torn} // 0;
	$said == $torn or wrong("the resume says torn $said, it was $torn");
}

# Every intent has an outcome on the record, and what is made again is made over the same octets.
my $sets = 0;
my ($pending, $again, %made, %signed, @outcomes);
my $restored = 0;
my %findable = map { $_ => 1 } qw(key-generate key-restore); # the token can be asked whether it is there
for my $e (@events) {
	my $op = $e->{data}{op} // '';
	if ($e->{type} eq 'intent') {
		wrong("intent at " . place($e) . " while one is open") if $pending;
		if ($again) {
			my ($was, $is) = map { JSON::PP->new->canonical->encode($_->{data}) } $again, $e;
			place($again) eq place($e) && $was eq $is or wrong("made again, but not the same");
			!exists $e->{data}{message} || $e->{data}{sha256} or wrong("no sha256");
			$again = undef;
		}
		$pending = $e;
	} elsif ($e->{type} eq 'resolved') {
		$pending or wrong("resolved, and nothing was open");
		my $outcome = $e->{data}{outcome};
		my $what = $pending->{data}{op};
		push @outcomes, "$what $outcome";
		$again = $pending if $outcome eq 'again';
		$made{$pending->{data}{id}}++ if $outcome eq 'done' && $what eq 'key-generate';
		$restored++ if $outcome eq 'done' && $what eq 'key-restore';
		wrong("a $what cannot be done without a result") if $outcome eq 'done' && !$findable{$what};
		# The conductor died right after the intent was on the disk: nothing can have been done.
		# It died with half of the result: the key was there.
		my $wanted = $findable{$what} && $kind eq 'torn' ? 'done' : 'again';
		$outcome eq $wanted || $kind eq 'often' or wrong("$what was resolved as $outcome, it must be $wanted");
		$pending = undef;
	} elsif ($pending && $e->{type} eq 'result' && place($e) eq place($pending)) {
		$made{$pending->{data}{id}}++ if $op eq 'key-generate';
		$signed{ place($e) }++ if $op eq 'key-sign';
		$restored++ if $op eq 'key-restore';
		$pending = undef;
	} elsif ($again && $e->{type} eq 'result' && $op =~ /^(key-generate|key-sign|key-lock|key-restore)$/) {
		wrong("$op without an intent");
	}
	if ($e->{type} eq 'result' && $op eq 'backup-wrap') {
		++$sets == $e->{data}{epoch} or wrong("share set $sets is of epoch $e->{data}{epoch}");
	}
}
$pending || $again and wrong("an intent stays without an outcome");
$events[-1]{type} eq 'close' or wrong("not closed");
keys %made == 2 && !grep { $_ != 1 } values %made or wrong("not each key was made once");
$restored == 1 or wrong("the root key was restored $restored times");
keys %signed == 4 && !grep { $_ != 1 } values %signed or wrong("not one signature for each certificate and list");

# A share set that was interrupted is worthless: a new one, with the next epoch, and the old one's events stay.
# Once every share has been typed back, the set stands: the custodians bring their cards.
my @last = $at_crash ? @events[0 .. $at_crash - 1] : ();
my ($wrapped) = grep { ($_->{data}{op} // '') eq 'backup-wrap' } @last;
my $entered = grep { $_->{type} eq 'result' && ($_->{data}{op} // '') eq 'share-check' } @last;
my $wanted = $wrapped && $entered < 5 && $at_crash < @events ? 2 : 1;
$sets == $wanted || $kind eq 'often' or wrong("$sets share sets, and it must be $wanted");
print "lines " . @events . " sets $sets";
print " resolved $_" for @outcomes;
print "\n";
