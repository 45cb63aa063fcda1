#!/usr/bin/perl
# bend-crl.pl KIND LIST KEY OUT: another list (DER) than LIST (DER) of the same CA, signed with its key (openssl; ECDSA with SHA-384).
#   unsorted, twice, other   three entries, the greatest first; one that stands twice; one that stands twice, with two reasons
#   critical, entry          an extension that nobody knows is critical: of the list; of an entry
#   signature, behind, early its signature is another's; an octet is behind it; its thisUpdate is years ahead
use strict;
use warnings;

my ($kind, $list, $key, $out) = @ARGV;

sub tlv {
	my ($tag, $content) = @_;
	my $n = length $content;
	return chr($tag) . ($n < 128 ? chr $n : $n < 256 ? "\x81" . chr $n : "\x82" . pack 'n', $n) . $content;
}

# The content's elements, each whole.
sub parts {
	my ($in) = @_;
	my @parts;
	while (length $in) {
		my ($n, $head) = (ord(substr $in, 1, 1), 2);
		if ($n > 128) {
			$head += $n - 128;
			my $octets = substr $in, 2, $n - 128;
			$n = 0;
			$n = $n << 8 | ord $_ for split //, $octets;
		}
		push @parts, substr $in, 0, $head + $n, '';
	}
	return @parts;
}

sub content {
	my ($in) = @_;
	my $n = ord substr $in, 1, 1;
	return substr $in, $n < 128 ? 2 : 2 + $n - 128;
}

sub entry {
	my ($serial, $reason, $more) = @_;
	return tlv 0x30, tlv(2, pack 'n', $serial) . tlv(0x17, '240102000000Z') .
		tlv(0x30, tlv(0x30, "\x06\x03\x55\x1d\x15" . tlv(4, "\x0a\x01" . chr $reason)) . ($more // ''));
}

my $unknown = tlv 0x30, "\x06\x03\x2a\x03\x04\x01\x01\xff" . tlv(4, "\x05\x00");
open my $in, '<:raw', $list or die "$list: $!\n";
my ($tbs, $algorithm, $signature) = parts(content(do { local $/; <$in> }));
my @tbs = parts(content($tbs));
my @extensions = parts(content(content($tbs[-1])));
my @entries = $kind eq 'unsorted' ? (entry(0x300, 1), entry(0x200, 4), entry(0x100, 5)) :
	$kind eq 'twice' ? (entry(0x300, 1), entry(0x300, 1)) :
	$kind eq 'other' ? (entry(0x300, 1), entry(0x300, 4)) :
	$kind eq 'entry' ? (entry(0x300, 1, $unknown)) : (entry(0x300, 1));
push @extensions, $unknown if $kind eq 'critical';
$tbs[3] = tlv(0x17, '490101000000Z'), $tbs[4] = tlv(0x17, '491201000000Z') if $kind eq 'early';
$tbs = tlv 0x30, join('', @tbs[0 .. 4]) . tlv(0x30, join '', @entries) . tlv(0xa0, tlv(0x30, join '', @extensions));

open my $file, '>:raw', 'bent.tbs' or die "bent.tbs: $!\n";
print $file $tbs;
close $file or die;
my $made = `openssl dgst -sha384 -sign $key bent.tbs`;
die "openssl signed nothing\n" if $? || !length $made;
$signature = tlv 3, "\0$made" if $kind ne 'signature';
open $file, '>:raw', $out or die "$out: $!\n";
print $file tlv(0x30, $tbs . $algorithm . $signature) . ($kind eq 'behind' ? "\0" : '');
close $file or die;
