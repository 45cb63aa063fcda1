#!/usr/bin/perl
# usb-guest.pl: boots a guest and is the hand that plugs sticks in and pulls them out; see usb-guest.
# usage: usb-guest.pl KERNEL INITRAMFS SCRIPT; what the guest says goes to standard output. Ends with the guest, or after
# ten minutes.
use strict;
use warnings;
use IO::Socket::UNIX;
use JSON::PP;

my ($kernel, $initramfs, $script) = @ARGV;
my $room = `mktemp -d`;
chomp $room;
my $pid = fork // die "fork\n";
if (!$pid) {
    open STDIN, '<', '/dev/null' or die;
    exec 'qemu-system-x86_64', qw(-accel tcg -cpu max -smp 2 -m 1024 -nodefaults -no-reboot -display none -machine pc), '-kernel', $kernel, '-initrd', $initramfs,
        '-append', 'console=ttyS0 quiet panic=-1 loglevel=3', '-serial', "unix:$room/console,server=on,wait=off", '-qmp', "unix:$room/qmp,server=on,wait=off",
        '-device', 'qemu-xhci,id=usb', '-drive', "if=none,id=script,format=raw,readonly=on,file=$script", '-device', 'usb-storage,bus=usb.0,drive=script,id=script';
    die "no qemu-system-x86_64\n";
}
$SIG{ALRM} = sub { kill 'KILL', $pid; print "ten minutes are over\n"; exit 1 };
alarm 600;

sub connect_to {
    for (1 .. 100) {
        my $s = IO::Socket::UNIX->new(Peer => "$room/$_[0]");
        return $s if $s;
        select undef, undef, undef, 0.1;
    }
    die "no $_[0]\n";
}
my $console = connect_to('console');
my $qmp = connect_to('qmp');

# One command; of the events that come in between, those of devices that are gone are kept.
my %gone;
sub hear {
    my $line = <$qmp> // return { error => { desc => 'the machine is gone' } };
    my $said = decode_json($line);
    $gone{ $said->{data}{device} // '' } = 1 if ($said->{event} // '') eq 'DEVICE_DELETED';
    return $said;
}
sub qmp {
    my ($command, %arguments) = @_;
    print $qmp encode_json({ execute => $command, arguments => \%arguments }), "\n";
    while (1) {
        my $said = hear();
        return $said if exists $said->{return} || exists $said->{error};
    }
}
<$qmp>;
qmp('qmp_capabilities');

# A stick so slow that it can be pulled out in the middle of a file.
qmp('object-add', 'qom-type' => 'throttle-group', id => 'slow', limits => { 'bps-read' => 100000, 'bps-write' => 50000 });

my %file;
while (my $line = <$console>) {
    $line =~ s/\r?\n$//;
    print "$line\n";
    STDOUT->flush;
    my $answer;
    if ($line =~ /^PLUG (\S+) (\S+) (\S+)( slow)? *$/) {
        # a name of its own each time: the old one's drive may not be gone yet
        my $drive = "$1-" . ++$file{$1};
        my %raw = (driver => 'raw', file => { driver => 'file', filename => $2 });
        $answer = qmp('blockdev-add', 'node-name' => $drive, $4 ? (driver => 'throttle', 'throttle-group' => 'slow', file => \%raw) : %raw);
        $answer = qmp('device_add', driver => 'usb-storage', bus => 'usb.0', drive => $drive, id => $1, serial => $3) unless $answer->{error};
    } elsif ($line =~ /^PULL (\S+)$/) {
        # the guest lets it go in its own time; only then its file is free
        my $id = $1;
        delete $gone{$id};
        $answer = qmp('device_del', id => $id);
        hear() while !$gone{$id} && !$answer->{error};
        qmp('blockdev-del', 'node-name' => "$id-$file{$id}") if $file{$id};
    }
    print "hand: $answer->{error}{desc}\n" if $answer && $answer->{error};
}
waitpid $pid, 0;
system 'rm', '-rf', $room;
