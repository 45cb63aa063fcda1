#!/usr/bin/perl
# chain.pl: a transcript in which one line is another, chained anew: what who has no key but a copy of the program can write.
# usage: chain.pl CHANGE <TRANSCRIPT: CHANGE is Perl, run on each line in $_; it is true where it changed something. Fails unless that was one line.
use strict;
use warnings;
use Digest::SHA 'sha256_hex';

our ($change, $prev, $changed) = ($ARGV[0], '0' x 64, 0);
while (my $line = <STDIN>) {
	chomp $line;
	local $_ = $line;
	$changed += eval $change;
	s/"prev":"[0-9a-f]{64}"}$/"prev":"$prev"}/;
	$prev = sha256_hex($_);
	print "$_\n";
}
exit($changed != 1);
