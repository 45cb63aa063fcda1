# memory.pl SECRETS COMMAND...: drives a ceremony through --plain over pipes until its shares were dealt and typed back, then
# looks into the memory of the conductor and of the media process for PINs, dice, passphrase and three words of a share in a row.
# While the first share is shown it must be found, or the look is worth nothing.
# SECRETS: where what was shown and typed is written. Prints a line for each process: NAME SIZE found FOUND looked-for NUMBER.
use strict;
use warnings;
no warnings 'portable'; # addresses have 64 bits
use IPC::Open2;
use POSIX 'strftime';

my $secrets = shift;
my %pin = ('security officer' => '715283946', 'user PIN' => '625174839', 'Log in' => '625174839', 'die' => '41352626145234165213631645243114526635241635242316',
	'passphrase' => 'Zwetschgenkuchen-42');
my @shares;
my ($title, $seen, $people, $last, $number) = ('', '', 0, '', 0);
my $pid = open2(my $from, my $to, @ARGV);

sub answer {
	my ($asked) = @_;
	return 'alone' if $asked =~ /type alone:/;
	if ($asked =~ /Press Enter when it is written down/) {
		my %word;
		$word{$1} = $2 while $asked =~ /(\d+) ([a-z]+)(?=\s)/g;
		$word{33} or die "33 words were not shown\n";
		push @shares, join ' ', map { $word{$_} } sort { $a <=> $b } grep { $_ <= 33 } keys %word;
		looked('showing', $pid) if @shares == 1;
		return '';
	}
	return '' if $asked =~ /Press Enter to go on/;
	return $1 if $asked =~ /To do it, type (\w+)\./;
	return 'yes' if $asked =~ /Type yes to confirm/;
	return $shares[-1] if $asked =~ /Word 1 of 33:/;
	return $last if $asked =~ /The same again:/;
	if ($asked =~ /It is not shown/) {
		my ($what) = grep { $title =~ /\Q$_\E/ } sort { length $b <=> length $a } keys %pin;
		die "no secret for: $title\n" unless $what;
		return $last = $pin{$what};
	}
	return strftime('%H:%M:%S', gmtime) if $asked =~ /HH:MM:SS/;
	return $1 if $title =~ /right token/ && $seen =~ /.*serial: (\w+)/s;
	return "$1 $2" if $asked =~ /first two words/ && $seen =~ /.*READ ALOUD:\s+(\w+) (\w+)/s;
	return 'begin' if $title =~ /^Before it begins/;
	return 'write' if $asked =~ /write the card/;
	return 'Person ' . chr(65 + $people++) . 'x' if $title =~ /^Roll call/;
	die "what now? $title: $asked\n";
}

# looked NAME PID: how many of the secrets stand in what that process can write.
sub looked {
	my ($name, $who) = @_;
	my %want = map { $_ => 1 } $name eq 'showing' ? () : values %pin, 'M0 0h1v1h-1zM1 0h1v1h-1z'; # how the code on a card begins
	for my $share (@shares) {
		my @w = split ' ', $share;
		$want{"$w[$_] $w[$_ + 1] $w[$_ + 2]"} = 1 for 4 .. $#w - 2;
	}
	open my $maps, '<', "/proc/$who/maps" or die "maps: $!\n";
	open my $mem, '<:raw', "/proc/$who/mem" or die "mem: $!\n";
	my ($size, %hit) = (0);
	my $any = join '|', map { quotemeta } keys %want;
	while (<$maps>) {
		my ($begin, $end) = /^([0-9a-f]+)-([0-9a-f]+) rw/ or next;
		my ($at, $stop, $tail) = (hex $begin, hex $end, '');
		sysseek $mem, $at, 0 or next;
		while ($at < $stop) {
			my $n = sysread $mem, my $piece, $stop - $at < 1 << 20 ? $stop - $at : 1 << 20;
			last unless $n;
			$tail .= $piece;
			$hit{$1}++ while $tail =~ /($any)/g;
			$tail = substr $tail, -100;
			$at += $n;
			$size += $n;
		}
	}
	printf "%s %d found %d looked-for %d\n", $name, $size, scalar keys %hit, scalar keys %want;
	print STDERR "# $name: $_\n" for $name =~ /itself|showing/ ? () : sort keys %hit;
}

my $asked = '';
while (sysread $from, my $piece, 65536) {
	$asked .= $piece;
	next unless $asked =~ /^> \z/m;
	$seen .= $asked;
	$title = $1 if $asked =~ /.*^--- (.*?)$/ms;
	print STDERR $asked if $ENV{TALK};
	last if $number && $title =~ /security officer/;
	$number ||= $title =~ /type it back/ && @shares == 8;
	my $said = answer($asked);
	$asked = '';
	print {$to} "$said\n";
	$to->flush;
}
die "it ended at: $title\n$asked\n" unless $number;
open my $out, '>', $secrets or die "$secrets: $!\n";
print {$out} "$_\n" for @shares, values %pin;
close $out or die "$secrets: $!\n";
my ($media) = grep { my $c = $_; open my $f, '<', "/proc/$c/cmdline" or 0; $f && <$f> =~ /ceremony-media/ }
	map { split } do { open my $f, '<', "/proc/$pid/task/$pid/children" or die "children: $!\n"; <$f> };
looked('conductor', $pid);
looked('media', $media);
looked('itself', $$);
print {$to} "\npause\n";
close $to;
1 while sysread $from, my $rest, 65536;
waitpid $pid, 0;
