#!/bin/sh
# usb.t: USB sticks that are plugged in and pulled out, with the file systems of Debian's own kernel: on an emulated machine
# (scripts/usb-guest). Skipped where QEMU or that kernel is not there: `make usb` fetches both.
. scripts/e2e/lib.sh
. scripts/e2e/usb.sh
guest mkfs.vfat mkfs.exfat mke2fs mkudffs mcopy xorriso

csr=$root/scripts/fixtures/requests/intermediate-1.csr
cd "$work" || bail "no folder"
for stick in in twin out; do truncate -s 40M $stick; done
mkfs.vfat -n REQUESTS in >mkfs.log && mcopy -i in "$csr" ::one.csr && head -c 6000000 /dev/urandom >large && mcopy -i in large ::large.bin
cp in twin
mkfs.vfat -n OUTPUT out >mkfs.log
truncate -s 40M exfat
mkfs.exfat -L OUTPUT exfat >mkfs.log 2>&1 || bail "mkfs.exfat"
for stick in ext4 broken; do
	truncate -s 40M $stick
	mke2fs -q -t ext4 -L OUTPUT $stick >mkfs.log 2>&1 || bail "mke2fs"
done
truncate -s 40M udf
mkudffs --media-type=hd --blocksize=512 -l REQUESTS udf >mkfs.log 2>&1 || bail "mkudffs"
# an ext4 whose superblock is whole, and nothing behind it; a stick on which nothing is whole
head -c 39M /dev/urandom | dd of=broken bs=1M seek=1 conv=notrunc 2>dd.log
dd if=/dev/urandom of=broken bs=1k seek=2 count=1000 conv=notrunc 2>dd.log
head -c 40M /dev/urandom >noise
mkdir disc
cp "$csr" disc/one.csr
ln -s /etc/passwd disc/link.csr
xorriso -as mkisofs -quiet -r -J -V REQUESTS -o iso disc 2>xorriso.log || bail "xorriso"
# a FAT whose root folder's chain of clusters leads back to itself
cp in loop
perl -e 'open my $f, "+<", "loop" or die; binmode $f; sysread $f, my $b, 512; my ($r, $n, $s16, $s32, $rc) = unpack("x14 v C x5 v x12 V x4 V", $b);
	die "FAT32 is wanted" if $s16; for my $i (0 .. $n - 1) { sysseek $f, 512 * ($r + $i * $s32) + 4 * $rc, 0; syswrite $f, pack("V", $rc) }' 2>loop.err || cp in loop

hello=2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
piece=$(head -c 3000 /dev/zero | base64 -w0)
mkdir folder
head -c 45000 /dev/urandom | base64 -w0 >folder/piece # 60,000 octets
cp "$csr" folder/one.csr
cat >script <<END
# answers come a line a field; what was asked is in the line before
talk() { tr ' ' '\t' | sed -e 's/^sh	/sh /' -e '/^sh /s/	/ /g' | ask /bin/ceremony-media --devices; }
pulled() { echo "PULL \$1"; while ls /sys/class/block | grep -q sd; do sleep 1; done; }
plugged() { echo "PLUG \$1 $work/\$2 \$3 \${4:-}"; while ! ls /sys/class/block | grep -q 'sd'; do sleep 1; done; sleep 1; }
echo "PLUG one $work/in SERIAL1"
echo "== found as it comes"
{ for i in 1 2 3 4 5 6; do echo "media-find wait=yes label=requests"; done; cat <<'END2'; } | talk
media-list medium=m device=\$1
media-read medium=m device=\$1 name=one.csr max=9000
sh grep -c sda /proc/mounts; echo mounts
media-read medium=m device=\$1 name=ONE.CSR max=9000
sh echo "== pulled out"; echo "PULL one"; while [ -b /dev/sda ]; do sleep 1; done
media-hash medium=m device=\$1 name=large.bin
sh echo "== another in its place"; echo "PLUG two $work/twin SERIAL2"; while [ ! -b /dev/sda ]; do sleep 1; done; sleep 2
media-read medium=m device=\$1 name=one.csr max=9000
sh echo "== the same again"; echo "PULL two"; while [ -b /dev/sda ]; do sleep 1; done; echo "PLUG one $work/in SERIAL1"; while [ ! -b /dev/sda ]; do sleep 1; done; sleep 2
media-read medium=m device=\$1 name=one.csr max=9000
END2
pulled one
for kind in out exfat ext4; do
echo "== written to \$kind"
plugged w \$kind OUT
cat <<'END2' | talk
media-find wait=yes label=output
media-write medium=m device=\$1 name=one.pem content=aGVsbG8=
media-write medium=m device=\$1 name=one.pem content=aGVsbG9v
media-write-part medium=m device=\$1 name=large.crl from=0 content=$piece
sh echo "PULL w"; while ls /dev | grep -q sd; do sleep 1; done
media-write-part medium=m device=\$1 name=large.crl from=4000 content=$piece
sh echo "== again \$(cat /tmp/kind)"; echo "PLUG w $work/\$(cat /tmp/kind) OUT"; while ! ls /dev | grep -q sd; do sleep 1; done; sleep 2
media-write medium=m device=\$1 name=two.pem content=aGVsbG8=
media-release medium=m device=\$1 name.1=one.pem sha256.1=$hello name.2=two.pem sha256.2=$hello
media-list medium=m device=\$1
END2
pulled w
done
echo "== a disc"
plugged iso iso DISC
cat <<'END2' | talk
media-find
media-list medium=m device=\$1
media-write medium=m device=\$1 name=x content=aGVsbG8=
END2
pulled iso
echo "== udf"
plugged udf udf UDF
mkdir /tmp/udf; mount -t udf /dev/sda /tmp/udf; cp /one.csr /tmp/udf/; umount /tmp/udf; pulled udf; plugged udf udf UDF
cat <<'END2' | talk
media-find
media-read medium=m device=\$1 name=one.csr max=9000
END2
pulled udf
echo "== pulled out while it is read"
plugged slow in SLOW slow
cat <<'END2' | talk
media-find
sh { sleep 3; echo "PULL slow"; } &
media-hash medium=m device=\$1 name=large.bin
sh while ls /dev | grep -q sd; do sleep 1; done
media-hash medium=m device=\$1 name=large.bin
media-find
END2
echo "== pulled out while it is written"
plugged slow ext4 OUT slow
{ echo media-find
i=0; while [ \$i -lt 44 ]; do echo "media-write-part medium=m device=\\\$1 name=slow.crl from=\$((i * 60000)) content=\$(cat /piece)"; i=\$((i + 1)); done
echo 'sh { sleep 1; echo "PULL slow"; } &'
echo "media-write-part medium=m device=\\\$1 name=slow.crl from=\$((i * 60000)) content=\$(cat /piece) sha256=00"
echo "sh while ls /dev | grep -q sd; do sleep 1; done"
echo 'sh echo "== put back in"; echo "PLUG slow $work/ext4 OUT"; while ! ls /dev | grep -q sd; do sleep 1; done; sleep 2'
echo "media-list medium=m device=\\\$1"
echo "media-write medium=m device=\\\$1 name=three.pem content=aGVsbG8="
echo "media-release medium=m device=\\\$1 name.1=three.pem sha256.1=$hello"
} | sed 's/device=1/device=\\\$1/' | talk
pulled slow
for kind in broken noise; do
echo "== \$kind"
plugged w \$kind BAD
cat <<'END2' | talk
media-find
media-list medium=m device=\$1
media-write medium=m device=\$1 name=x content=aGVsbG8=
media-find
END2
pulled w
done
echo "== a folder that has no end"
plugged loop loop LOOP
cat <<'END2' | talk
media-find
media-list medium=m device=\$1
media-find
END2
END
sed -i 's|^plugged w \$kind OUT|echo $kind >/tmp/kind\nplugged w $kind OUT|' script
boot
part "found as it comes"
like "a stick is found as it comes, by what it says of itself" part '^device.1=QEMU "QEMU USB HARDDRIVE", serial SERIAL1, 41943040 octets, vfat "REQUESTS" [0-9A-F]{4}-[0-9A-F]{4}$'
like "its files are listed" part '^files=2$'
like "a request is read" part "^sha256=$(sha256sum <"$csr" | cut -d' ' -f1)\$"
is "the mount is seen nowhere" "$(grep -B1 '^mounts' part | head -n 1)" 0
part "pulled out"
like "one that is pulled out is gone, or missing" part '^! ERR_MEDIUM_(GONE|MISSING) .*SERIAL1'
part "another in its place"
like "one that is alike but for its serial is refused, by both names" part '^! ERR_MEDIUM_OTHER serial SERIAL1, .* was bound; there is serial SERIAL2, '
part "the same again"
like "the bound one, plugged in again, is read" part "^sha256=$(sha256sum <"$csr" | cut -d' ' -f1)\$"
for kind in out exfat ext4; do
	part "written to $kind"
	like "$kind: a file is written" part "^sha256=$hello"
	like "$kind: no other one under its name" part '^! ERR_FILE_EXISTS one.pem'
	like "$kind: a stick that is pulled out while it is written to is named" part '^! ERR_(MEDIUM_GONE|MEDIUM_MISSING|FILE_WRITE|FILE_READ)'
	part "again $kind"
	like "$kind: plugged in again, it is written on" part "^sha256=$hello"
	is "$kind: and all is read back from it, as many as there are" "$(grep -c '^files=2$' part)" 2
	is "$kind: nothing half written has a name" "$(sed -n 's/^name\.[0-9]*=//p' part | tr '\n' ' ')" "one.pem two.pem "
done
mcopy -i out ::one.pem back 2>mcopy.log
is "it is there, after all that" "$(cat back)" hello
part udf
like "udf is read, too" part "^sha256=$(sha256sum <"$csr" | cut -d' ' -f1)\$"
part "pulled out while it is read"
like "one that is pulled out in the middle of a file is named" part '^! ERR_MEDIUM_GONE .*SLOW'
is "and missed" "$(sed -n 's/^! \([A-Z_]*\).*/\1/p' part | tail -n 1)" ERR_MEDIUM_MISSING
like "the process looks on" part '^devices=0$'
part "pulled out while it is written"
like "one that is pulled out in the middle of a sync is named" part '^! ERR_MEDIUM_GONE .*serial OUT'
part "put back in"
is "put back in, what was half written has no name" "$(sed -n 's/^name\.[0-9]*=//p' part | tr '\n' ' ')" "one.pem two.pem "
like "and it is written on, and read back" part '^files=1$'
part broken
like "a file system that is broken behind its first octets is refused by name" part '^! ERR_(MEDIUM_MOUNT|FILE_READ|FILE_WRITE|MEDIUM_FILE) .*BAD'
like "and does not hold the process up" part '^devices=1$'
part noise
like "a stick without any is told, and not mounted" part '^state.1=.*no file system'
part "a disc"
is "of a disc the files are seen, and no link" "$(sed -n 's/^name\.[0-9]*=//p' part | tr '\n' ' ')" "one.csr "
like "and nothing is written to it" part '^! ERR_FILE_WRITE .*disc'
part "a folder that has no end"
is "an endless folder does not hold it up" "$(grep -c '^\.$' part)" 3
done_testing
