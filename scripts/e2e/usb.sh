# usb.sh: what usb.t and usb-camera.t stand on: an emulated machine with Debian's own kernel (scripts/usb-guest). Sourced behind lib.sh.
# shellcheck shell=sh

# guest PROGRAM...: these programs are here, and what it takes to boot the machine; $kernel: its kernel's folder. Else nothing is tested:
# `make usb` fetches it.
guest() {
	for program in qemu-system-x86_64 busybox perl "$@"; do
		have "$program" || skip_all "$program is not installed (make usb)"
	done
	kernel=${GUEST_KERNEL:-$root/$B/guest-kernel}
	[ -d "$kernel/lib/modules" ] || skip_all "there is no kernel for a guest (make usb)"
	[ "$(uname -m)" = x86_64 ] || skip_all "the guest is an x86-64 machine"
}

# boot: the machine runs `script`, with what lies in `folder`; what it said is in `said`. part NAME: what it said from "== NAME" to the next
# such line, in `part`.
boot() {
	truncate -s 64K script
	bash "$root/scripts/usb-guest" image "$kernel" "$root/$B" initramfs folder || bail "no initramfs"
	bash "$root/scripts/usb-guest" run "$kernel" initramfs script >said 2>qemu.err || diag qemu.err
	tail -n 3 said | diag
	like "the guest came to its end" said '^THE END'
}
part() {
	awk -v name="== $1" '/^== /{ on = $0 == name } on' said >part
}
