#!/usr/bin/perl
# grow.pl FILE N: before the last line of an unfinished transcript (a pause), N refused answers to the prompt that was paused,
# and the chain made again: what a long ceremony looks like to whoever resumes and verifies it.
use strict;
use warnings;
use Digest::SHA 'sha256_hex';
my ($file, $n) = @ARGV;
open my $in, '<', $file or die "$file: $!\n";
my @line = <$in>;
close $in;
chomp @line;
my $last = pop @line;
my ($head, $rest) = $last =~ /^\{"n":\d+,(.*),"type":"pause",("step":.*"round":\d+),"data"/ or die "the last line is no pause\n";
open my $out, '>', $file or die "$file: $!\n";
my ($number, $prev) = (scalar @line, sha256_hex($line[-1]));
print $out "$_\n" for @line;
sub put {
	my ($text) = @_;
	print $out "$text\n";
	$prev = sha256_hex($text);
	$number++;
}
put(qq({"n":$number,$head,"type":"refused",$rest,"data":{"error":"ERR_FLOW_CONFIRM","detail":"I agree (try $_)"},"prev":"$prev"}))
	for 1 .. $n;
$last =~ s/^\{"n":\d+/{"n":$number/;
$last =~ s/"prev":"[0-9a-f]{64}"\}$/"prev":"$prev"}/;
put($last);
close $out or die "$file: $!\n";
