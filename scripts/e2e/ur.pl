#!/usr/bin/perl
# ur.pl: texts of Uniform Resources on stdin, one a line; the file on stdout. Written from
# BCR-2020-005, BCR-2020-012 and BCR-2024-001 without a look at our own reader, for qr.t.
# Takes a single part, or all the plain parts 1 to N; it knows nothing of mixed ones.
#
#   ur.pl WORDS     the list of bytewords: quoted words in their order
use strict;
use warnings;

open my $list, '<', $ARGV[0] or die "$ARGV[0]: $!";
my $words = do { local $/; <$list> };
my (%octet, $n);
$octet{ substr($_, 0, 1) . substr($_, 3, 1) } = $n++ for $words =~ /"([A-Z]{4})"/g;
die "not 256 words" unless $n == 256;

sub crc32 {
	my $c = 0xFFFFFFFF;
	for my $o (unpack 'C*', $_[0]) {
		$c ^= $o;
		$c = $c & 1 ? ($c >> 1) ^ 0xEDB88320 : $c >> 1 for 1 .. 8;
	}
	return $c ^ 0xFFFFFFFF;
}

sub letters {
	my $octets = pack 'C*', map { $octet{$_} // die "no word: $_" } $_[0] =~ /(..)/g;
	my $body = substr $octets, 0, -4;
	die "CRC-32 of a frame" unless unpack('N', substr $octets, -4) == crc32($body);
	return $body;
}

# Takes a CBOR head of that major type from the front of $_[0].
sub head {
	my ($first) = unpack 'C', $_[0];
	die "CBOR" unless $first >> 5 == $_[1];
	my $info = $first & 31;
	my $len = $info < 24 ? 0 : 1 << ($info - 24);
	my $value = $info;
	if ($len) {
		$value = 0;
		$value = $value << 8 | $_ for unpack 'C*', substr $_[0], 1, $len;
	}
	$_[0] = substr $_[0], 1 + $len;
	return $value;
}

my ($message, %part, $num, $length, $checksum);
while (<STDIN>) {
	chomp;
	if (m{^UR:BYTES/([A-Z]+)$}) {
		$message = letters($1);
	} elsif (m{^UR:BYTES/(\d+)-(\d+)/([A-Z]+)$}) {
		my ($seq, $of, $body) = ($1, $2, letters($3));
		die "no array of 5" unless substr($body, 0, 1, '') eq "\x85";
		die "numbers" unless head($body, 0) == $seq && head($body, 0) == $of;
		($num, $length, $checksum) = ($of, head($body, 0), head($body, 0));
		die "data" unless head($body, 2) == length $body;
		$part{$seq} = $body;
	} else {
		die "no frame: $_";
	}
}
if ($num) {
	$message = substr join('', map { $part{$_} // die "frame $_ is missing" } 1 .. $num), 0, $length;
	die "CRC-32 of the message" unless crc32($message) == $checksum;
}
die "nothing" unless defined $message;
die "length" unless head($message, 2) == length $message;
binmode STDOUT;
print $message;
