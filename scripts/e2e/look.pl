#!/usr/bin/perl
# look.pl PID FILE: how many runs of three words of FILE stand in the process's memory, and how many were looked for.
use strict;
use warnings;
no warnings 'portable'; # addresses have 64 bits

my ($pid, $file) = @ARGV;
open my $f, '<', $file or die "$file: $!\n";
my @words = split ' ', join '', <$f>;
my %run = map { (join(' ', @words[$_ .. $_ + 2]) => 0) } 0 .. $#words - 2;
open my $maps, '<', "/proc/$pid/maps" or die "no process $pid\n";
open my $mem, '<:raw', "/proc/$pid/mem" or die "its memory is closed: $!\n";
my $size = 0;
while (my $line = <$maps>) {
	my ($from, $to, $may) = $line =~ /^([0-9a-f]+)-([0-9a-f]+) (\S+)/ or next;
	next if $may !~ /^r/ || $line =~ /\[v/;
	my $at = hex $from;
	while ($at < hex $to) {
		my $len = hex($to) - $at;
		$len = 1 << 22 if $len > 1 << 22;
		last unless sysseek($mem, $at, 0) && sysread($mem, my $page, $len);
		$size += length $page;
		for my $r (keys %run) { $run{$r} = 1 if index($page, $r) >= 0 }
		last if length $page < $len;
		$at += $len > 4096 ? $len - 64 : $len; # a run may lie across
	}
}
die "nothing could be read\n" if $size == 0;
printf "%d of %d\n", scalar(grep { $_ } values %run), scalar keys %run;
