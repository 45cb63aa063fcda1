#!/usr/bin/perl
# personal.pl: lines of a transcript with values in the place of commitments, or the other way round. fields: not in what
# prompts showed, so that close is its opposite.
#
#   perl personal.pl open|fields|close FOLDER <LINES
#
# FOLDER: the ceremony's, with its personal.jsonl. Knows nothing of which fields are personal.
use strict;
use warnings;

my ($how, $folder) = @ARGV;
my (%value, %commitment, %veiled);
if (open my $in, '<', "$folder/personal.jsonl") {
	while (<$in>) {
		my ($c, $v) = /^\{"commitment":"([0-9a-f]{64})","salt":"[0-9a-f]{64}","value":(".*")\}$/ or die "not read: $_";
		$value{"\"sha256:$c\""} = $v;
		($veiled{substr $c, 0, 8}) = $v =~ /^"(.*)"$/;
		$commitment{$v} = "\"sha256:$c\"";
	}
}
my ($from) = map { my $of = $_; join '|', map { quotemeta } sort { length $b <=> length $a } keys %$of }
	$how ne 'close' ? \%value : \%commitment;
my %to = $how ne 'close' ? %value : %commitment;
while (<STDIN>) {
	s/(?<=":)($from)(?=[,}])/$to{$1}/g if length $from;
	s/withheld-([0-9a-f]{8})/$veiled{$1} \/\/ $&/ge if $how eq 'open'; # in what prompts showed
	print;
}
