#!/usr/bin/perl
# screen.pl: `tmux capture-pane -e -N -p` on stdin, the picture that the terminal drew on stdout, as PGM: each cell 4 by 8
# pixels in the colours that its SGR says, half blocks and blanks as they are, any other character as a grey smudge.
use strict;
use warnings;
use utf8;
binmode STDIN, ':encoding(UTF-8)';
binmode STDOUT, ':raw';

my @level = (0, 76, 150, 226, 29, 105, 179, 192); # luma of the eight colours
my (@rows, $most);
my ($fore, $back, $reverse) = (192, 0, 0); # from line to line
while (my $line = <STDIN>) {
	chomp $line;
	my ($upper, $lower) = ('', '');
	while ($line =~ /\G(?:\e\[([0-9;]*)m|(.))/g) {
		if (defined $1) {
			for my $sgr (split /;/, length $1 ? $1 : 0) {
				if ($sgr == 0) { ($fore, $back, $reverse) = (192, 0, 0) }
				elsif ($sgr == 7) { $reverse = 1 }
				elsif ($sgr == 27) { $reverse = 0 }
				elsif ($sgr >= 30 && $sgr <= 37) { $fore = $level[$sgr - 30] }
				elsif ($sgr >= 40 && $sgr <= 47) { $back = $level[$sgr - 40] }
				elsif ($sgr >= 90 && $sgr <= 97) { $fore = $level[$sgr - 90] / 2 + 127 }
				elsif ($sgr >= 100 && $sgr <= 107) { $back = $sgr == 107 ? 255 : $level[$sgr - 100] / 2 + 127 }
				elsif ($sgr == 39) { $fore = 192 }
				elsif ($sgr == 49) { $back = 0 }
			}
			next;
		}
		my ($f, $b) = $reverse ? ($back, $fore) : ($fore, $back);
		my $c = $2;
		$upper .= chr($c eq "\x{2580}" || $c eq "\x{2588}" ? $f : $c eq "\x{2584}" || $c eq ' ' ? $b : 100) x 4;
		$lower .= chr($c eq "\x{2584}" || $c eq "\x{2588}" ? $f : $c eq "\x{2580}" || $c eq ' ' ? $b : 100) x 4;
	}
	push @rows, ($upper) x 4, ($lower) x 4;
	$most = length $upper if !defined $most || length $upper > $most;
}
print "P5\n$most ", scalar @rows, "\n255\n";
print $_ . chr(0) x ($most - length $_) for @rows;
