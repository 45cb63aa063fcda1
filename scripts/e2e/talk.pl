#!/usr/bin/perl
# talk.pl LINES COMMAND...: the lines of that file to the command, whose output goes to stdout; the line @ is the word that the command asks
# for next before it does what cannot be undone. Ends with the command's status.
use strict;
use warnings;
use IPC::Open2;

my $lines = shift;
open my $file, '<', $lines or die "$lines: $!\n";
my $pid = open2(my $from, my $to, @ARGV);
my ($said, $at) = ('', 0);
$SIG{PIPE} = 'IGNORE';
$to->autoflush(1);
while (my $line = <$file>) {
	if ($line eq "@\n") {
		while (substr($said, $at) !~ /(?:To do it|for good), type (\w+)[.:]/) {
			sysread $from, $said, 4096, length $said or last;
		}
		substr($said, $at) =~ /(?:To do it|for good), type (\w+)[.:]/ or last;
		$at += $+[0];
		$line = "$1\n";
	}
	print $to $line;
}
close $to;
1 while sysread $from, $said, 4096, length $said;
print $said;
waitpid $pid, 0;
exit $? >> 8;
