#!/usr/bin/perl
# forge.pl: a SLIP-0039 mnemonic with another value and a right checksum: a forged share.
# usage: forge.pl WORDS.inc <MNEMONIC
use strict;
use warnings;

open my $list, '<', shift or die "no list: $!\n";
my @words = map { /"([a-z]+)"/g } <$list>;
my %value = map { $words[$_] => $_ } 0 .. $#words;
my @share = map { $value{$_} // die "no such word\n" } split ' ', <STDIN>;

# RS1024 over the customization string and ten bits a word (SLIP-0039, "Checksum").
sub polymod {
    my @generator = (0xe0e040, 0x1c1c080, 0x3838100, 0x7070200, 0xe0e0009, 0x1c0c2412, 0x38086c24, 0x3090fc48,
        0x21b1f890, 0x3f3f120);
    my $sum = 1;
    for my $v (@_) {
        my $top = $sum >> 20;
        $sum = ($sum & 0xfffff) << 10 ^ $v;
        $sum ^= $top >> $_ & 1 ? $generator[$_] : 0 for 0 .. 9;
    }
    return $sum;
}

my @custom = map { ord } split //, $share[1] & 16 ? 'shamir_extendable' : 'shamir';
die "not a share\n" unless polymod(@custom, @share) == 1;
$share[10] ^= 1;
splice @share, -3;
my $sum = polymod(@custom, @share, 0, 0, 0) ^ 1;
print join(' ', map { $words[$_] } @share, $sum >> 20 & 1023, $sum >> 10 & 1023, $sum & 1023), "\n";
