#!/usr/bin/perl
# grow.pl FOLDER N: in a ceremony's folder, before the last line of its unfinished transcript (a pause), N refused answers to the
# prompt that was paused, and the chain made again: what a long ceremony looks like to whoever resumes and verifies it. What
# was typed is personal: a thousand different texts stand as commitments, and lie in personal.jsonl.
use strict;
use warnings;
use Digest::SHA 'sha256_hex';
my ($folder, $n) = @ARGV;
my $file = "$folder/transcript.jsonl";
open my $in, '<', $file or die "$file: $!\n";
my @line = <$in>;
close $in;
chomp @line;
my $last = pop @line;
my ($head, $time, $rest, $shown) = $last =~
	/^\{"n":\d+,("time":("[^"]*").*),"type":"pause",("step":.*"round":\d+),"data":\{"shown":"[^"]*"(,"prompt":".*")\},"prev"/
	or die "the last line is no pause\n";
open my $personal, '>>', "$folder/personal.jsonl" or die "$folder/personal.jsonl: $!\n";
my %begins;
my @detail = map {
	my ($value, $salt, $hash) = ("I agree (try $_)");
	my $try = 0;
	do { # no two begin alike
		$salt = sha256_hex("$value " . $try++);
		$hash = sha256_hex("ceremony-personal/v1\n$salt\n$value");
	} while $begins{substr $hash, 0, 8}++;
	print $personal qq({"commitment":"$hash","salt":"$salt","value":"$value"}\n);
	"sha256:$hash";
} 1 .. ($n < 1000 ? $n : 1000);
close $personal or die "$folder/personal.jsonl: $!\n";
open my $out, '>', $file or die "$file: $!\n";
my ($number, $prev) = (scalar @line, sha256_hex($line[-1]));
print $out "$_\n" for @line;
sub put {
	my ($text) = @_;
	print $out "$text\n";
	$prev = sha256_hex($text);
	$number++;
}
put(qq({"n":$number,$head,"type":"refused",$rest,"data":{"error":"ERR_FLOW_CONFIRM","detail":"$detail[$_ % @detail]","shown":$time$shown},"prev":"$prev"}))
	for 1 .. $n;
$last =~ s/^\{"n":\d+/{"n":$number/;
$last =~ s/"prev":"[0-9a-f]{64}"\}$/"prev":"$prev"}/;
put($last);
close $out or die "$file: $!\n";
