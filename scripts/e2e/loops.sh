# loops.sh: media as loop devices, for the tests that need devices of the kernel. Needs lib.sh.
#
# All loop devices of a machine are seen by all: only one test has any at a time, on one machine.
# shellcheck shell=sh

[ "$(id -u)" -eq 0 ] || skip_all "only root makes loop devices"
for program in losetup mke2fs debugfs blkid flock; do
	have "$program" || skip_all "$program is not installed"
done
exec 9>"${TMPDIR:-/tmp}/ceremony-e2e-loops.lock"
flock 9
others=$(losetup -n -O NAME -l 2>/dev/null | tr -d '\n')
[ -z "$others" ] || skip_all "this machine has loop devices of its own, which the tests would see: $others"
truncate -s 1M "$work/probe.img"
losetup -f --show "$work/probe.img" >"$work/probe.loop" 2>"$work/probe.err" ||
	skip_all "this machine has no loop devices: $(head -n 1 "$work/probe.err")"
[ -r "/sys/class/block/$(basename "$(cat "$work/probe.loop")")/diskseq" ] || {
	losetup -d "$(cat "$work/probe.loop")"
	skip_all "this kernel does not number its disks' arrivals"
}
losetup -d "$(cat "$work/probe.loop")"

# image FILE MIB ARGUMENTS...: a file system in a file, by mke2fs; attach FILE, detach FILE: as a device, and no more.
image() {
	truncate -s "${2}M" "$1"
	(image_file=$1 && shift 2 && mke2fs -q -t ext4 -b 1024 "$@" "$image_file" >mke2fs.log 2>&1) || bail "mke2fs $1: $(head -n 1 mke2fs.log)"
}
attach() {
	losetup -f --show "$1" >"$1.loop" || bail "losetup $1"
}
detach() {
	losetup -d "$(cat "$1.loop")"
	rm "$1.loop"
}

finish_loops() {
	for loop in $(losetup -n -O NAME,BACK-FILE -l 2>/dev/null | awk -v work="$work" 'index($2, work) == 1 { print $1 }'); do
		losetup -d "$loop"
	done
	finish
}
trap finish_loops EXIT
