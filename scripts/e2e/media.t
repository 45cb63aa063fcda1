#!/bin/sh
# media.t: media that are block devices of the kernel: found, told apart, read without being written to, written and read
# back; and media that mean harm. Loop devices stand for sticks; what they cannot show (pulling one out, vfat of the
# kernel) is in usb.t, on an emulated machine.
. scripts/e2e/lib.sh
. scripts/e2e/loops.sh

ask=$root/$B/test/media/test/ask
media=$bin/ceremony-media
cd "$work" || bail "no folder"

# talk: ops of standard input to ceremony-media, each answer a paragraph of $work/said.
talk() {
	tr ' ' '\t' | sed 's/^sh\t/sh /' | sed '/^sh /s/\t/ /g' | "$ask" "$media" --devices --loops >said 2>talk.err
}

# ---- found, and told apart ----

mkdir good
echo "a request" >good/one.csr
echo "another" >good/two.csr
image good.img 8 -L REQUESTS -d good
attach good.img
uuid=$(blkid -p -s UUID -o value good.img)
is "a medium is found, by serial, label, state and identity" "$("$bin/ceremony" media list --loops)" \
	"good.img	REQUESTS	usable	loop device, serial good.img, 8388608 octets, ext4 \"REQUESTS\" $uuid"
ok "as JSON too" "$bin/ceremony" media list --loops --json
cp out list.json
ok "which a reader that is not ours takes" perl -MJSON::PP -e 'local $/; $d = decode_json(<>); exit !($d->[0]{label} eq "REQUESTS" && @$d == 1)' list.json
is "a loop device is none where nobody said so" "$("$bin/ceremony" media list)" ""
exits 2 "media alone is wrong use" "$bin/ceremony" media
exits 2 "an option that is none is wrong use" "$bin/ceremony" media list --all
exits 2 "a word too many is wrong use" "$bin/ceremony" media list all
exits 2 "ceremony-media takes no option that it does not know" "$media" --devices --all
exits 2 "and none twice" "$media" --devices --loops --loops

# what blkid says of every kind of file system, ours says too
kinds='mkfs.vfat/-F12/-nTWELVE/-i1234abcd mkfs.vfat/-F16/-nSIXTEEN/-i89abcdef mkfs.vfat/-F32/-nTHIRTYTWO/-i01020304 mkfs.exfat/-LÄrger mkudffs/-lrecord/-b2048
	mkudffs/-lZürich/-b512 mke2fs/-qFtext2/-Ltwo mke2fs/-qFtext3/-Lthree'
for kind in $kinds; do
	name=$(echo "$kind" | tr '/' ' ')
	if ! have "${kind%%/*}"; then
		skip "$name is told as blkid tells it" "${kind%%/*} is not installed"
		continue
	fi
	truncate -s 48M kind.img
	# shellcheck disable=SC2086 # words
	$name kind.img >mkfs.log 2>&1 || bail "$name"
	attach kind.img
	is "$name is told as blkid tells it" "$("$bin/ceremony" media list --loops | sed -n 's/.*serial kind.img.*octets, //p' | tr A-Z a-z)" \
		"$(blkid -p -s TYPE -o value kind.img | sed 's/ext[23]/ext4/') \"$(blkid -p -s LABEL -o value kind.img | tr A-Z a-z)\" $(blkid -p -s UUID -o value kind.img | tr A-Z a-z)"
	detach kind.img
	rm kind.img
done
if have xorriso; then
	xorriso -as mkisofs -quiet -r -J -V RECORD_7 -o disc.iso good 2>xorriso.log || bail "xorriso"
	attach disc.iso
	is "a disc is told as blkid tells it" "$("$bin/ceremony" media list --loops | sed -n 's/.*serial disc.iso.*octets, //p')" \
		"iso9660 \"RECORD_7\" $(blkid -p -s UUID -o value disc.iso)"
	detach disc.iso
else
	skip "a disc is told as blkid tells it" "xorriso is not installed"
fi

# ---- read, and not written to ----

sha256sum good.img >before
talk <<'END'
media-find
media-list medium=m device=$1
media-read medium=m device=$1 name=one.csr max=100
sh grep loop /proc/mounts >mounts; grep -l 'REQUESTS' /proc/*/mountinfo >>mounts; true
media-release
sh sha256sum good.img >after
media-read medium=m name=one.csr max=100
END
like "its files are listed" said '^files=2$'
like "one is read" said "^sha256=$(echo "a request" | sha256sum | cut -d' ' -f1)\$"
like "the answer names the device" said "^device=loop device, serial good.img, .* $uuid\$"
is "nothing is mounted where others would see it" "$(cat mounts)" ""
same "reading writes nothing" before after
like "without an identity nothing is read" said '^! ERR_OP_FIELD device'

# what a power cut left: a journal that is not replayed
cp good.img cut.img
attach cut.img
talk <<'END'
media-find
media-write medium=m device=$2 name=x content=aGVsbG8=
sh cp cut.img torn.img
END
detach cut.img
if dumpe2fs -h torn.img 2>dump.err | grep -q needs_recovery; then
	attach torn.img
	sha256sum torn.img >before
	talk <<-'END'
	media-find
	media-read medium=m device=$2 name=two.csr max=100
	END
	sha256sum torn.img >after
	like "a stick that was pulled while it was written to is read" said "^sha256=$(echo another | sha256sum | cut -d' ' -f1)\$"
	same "and its journal is left alone" before after
	detach torn.img
else
	fail "the image of a power cut has a journal to be replayed"
fi

# ---- refused by name ----

talk <<'END'
media-find
sh losetup -d $(cat good.img.loop)
sh cp good.img other.img; e2label other.img OTHER; losetup -f --show other.img >good.img.loop
media-list medium=m device=$1
sh losetup -d $(cat good.img.loop)
media-list medium=m device=$1
END
like "another one in its place is refused, by both names" said '^! ERR_MEDIUM_OTHER serial good.img.* was bound; there is serial other.img'
like "none at all is missing, by name" said '^! ERR_MEDIUM_MISSING .*good.img'
mkdir twin
cp good.img twin/good.img
losetup -f --show good.img >good.img.loop
losetup -f --show twin/good.img >twin.loop
talk <<'END'
media-find
media-list medium=m device=$1
END
like "two that cannot be told apart are refused" said '^! ERR_MEDIUM_ALIKE .*good.img'
losetup -d "$(cat twin.loop)"
mkdir mnt
if mount -o ro "$(cat good.img.loop)" mnt; then
	talk <<-END
	media-find
	media-list medium=m device=loop
	END
	umount mnt
	like "one that somebody else has mounted is in use" said '^state.1=The medium is in use'
	like "and is not read" said '^! ERR_MEDIUM_BUSY'
else
	skip "one that somebody else has mounted is in use" "mount does not"
	skip "and is not read" "mount does not"
fi
truncate -s 48M both.img
mke2fs -q both.img 2>mke2fs.log
if have mkfs.vfat; then
	dd if=both.img of=super bs=1024 skip=1 count=1 2>dd.log
	mkfs.vfat both.img >mkfs.log
	dd if=super of=both.img bs=1024 seek=1 conv=notrunc 2>dd.log
	attach both.img
	is "two file systems over each other are not for chance to choose" "$("$bin/ceremony" media list --loops | awk -F'\t' '/both.img/ { print $3 }')" \
		"The device holds no file system that is read here"
	detach both.img
else
	skip "two file systems over each other are not for chance to choose" "mkfs.vfat is not installed"
fi
detach good.img

# ---- written, and read back ----

image out.img 8 -L OUTPUT
attach out.img
hello=2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
head -c 7000000 /dev/urandom | base64 -w0 >noise
talk <<END
media-find
media-write medium=m device=\$1 name=one content=aGVsbG8=
media-write medium=m device=\$1 name=one content=aGVsbG8=
media-write medium=m device=\$1 name=one content=aGVsbG9v
media-release medium=m device=\$1 name.1=one sha256.1=$hello
sh sha256sum out.img >before
media-release medium=m device=\$1 name.1=one sha256.1=$hello
sh sha256sum out.img >after
sh grep -abo hello out.img | head -n 1 | cut -d: -f1 >at; printf HELLO | dd of=out.img bs=1 seek=\$(cat at) conv=notrunc 2>dd.log
media-release medium=m device=\$1 name.1=one sha256.1=$hello
media-list medium=m device=\$1
END
is "a file is written, and written again is fine" "$(grep -c "^sha256=$hello" said)" 2
like "but not another one under its name" said '^! ERR_FILE_EXISTS one'
is "it is read back from the device" "$(grep -c '^files=1' said)" 3
same "which writes nothing" before after
like "an octet that changed on the device is noticed" said '^! ERR_MEDIUM_BACK one'
detach out.img
ok "the file system that was written to is whole" e2fsck -fn out.img
losetup -r -f --show out.img >out.img.loop
talk <<'END'
media-find
media-write medium=m device=$1 name=two content=aGVsbG8=
media-list medium=m device=$1
END
detach out.img
like "a write-protected one is not written to" said '^! ERR_FILE_WRITE .*write-protected'
like "and read all the same" said '^name.1=one$'
image small.img 1 -L SMALL -O ^has_journal
attach small.img
{
	echo media-find
	echo 'media-write medium=m device=$1 name=big from=0 content=aGVsbG8='
	printf 'media-write medium=m device=$1 name=large content=%s\n' "$(head -c 48000 noise | tr -d '\n')"
	for i in $(seq 30); do printf 'media-write medium=m device=$1 name=f%s content=%s\n' "$i" "$(head -c 60000 noise | tr -d '\n')"; done
} | talk
detach small.img
like "a full one says so" said '^! ERR_DISK_FULL f[0-9]*:'

# ---- media that mean harm ----

mkdir hostile hostile/folder.csr
echo good >hostile/good.csr
echo bad >"hostile/$(printf 'evil\033[2J.csr')"
echo bad >"hostile/$(printf 'right\342\200\256left.csr')"
echo bad >hostile/.hidden.csr
ln -s /etc/passwd hostile/link.csr
ln -s good.csr hostile/near.csr
mkfifo hostile/pipe.csr
mknod hostile/node.csr b 7 0
mknod hostile/tty.csr c 5 0
truncate -s 1T hostile/huge.csr
image hostile.img 8 -L HOSTILE -d hostile
debugfs -w -R 'link <2> loop.csr' hostile.img >debugfs.log 2>&1
attach hostile.img
{
	echo media-find
	echo 'media-list medium=m device=$1'
	for name in huge link near pipe node tty folder loop; do
		echo "media-read medium=m device=\$1 name=$name.csr max=1000"
		echo "media-hash medium=m device=\$1 name=$name.csr"
	done
	echo 'media-read medium=m device=$1 name=../good.csr max=1000'
	echo 'media-read medium=m device=$1 name=loop.csr/good.csr max=1000'
	echo 'media-read medium=m device=$1 name=good.csr max=1000'
} | talk
detach hostile.img
is "of all that lies there only regular files of plain names are seen" "$(sed -n 's/^name\.[0-9]*=//p' said | tr '\n' ' ')" "good.csr huge.csr "
is "nothing else is opened" "$(grep -c '^! ERR_MEDIUM_FILE' said)" 14
is "a file of a terabyte is refused, unread" "$(grep -c '^! ERR_TOO_LARGE huge.csr' said)" 2
is "no path leads out" "$(grep -c '^! ERR_MEDIUM_NAME' said)" 2
like "and the good one is read" said "^sha256=$(echo good | sha256sum | cut -d' ' -f1)\$"

image many.img 32 -L MANY -N 20000
attach many.img
mount "$(cat many.img.loop)" mnt || bail "mount"
(cd mnt && seq -f '.%g' 17000 | xargs touch)
umount mnt
talk <<'END'
media-find
media-list medium=m device=$1
END
detach many.img
like "a folder with too many entries is not read to its end" said '^! ERR_TOO_LARGE '

# file systems that are broken: refused, or read in part; the process lives, and the next medium is read
breakage() { # NAME SEEK-BLOCK COUNT FILL
	cp good.img broken.img
	head -c $(($3 * 1024)) /dev/zero | tr '\000' "$4" | dd of=broken.img bs=1024 seek="$2" conv=notrunc 2>dd.log
	attach broken.img
	attach good.img
	{
		echo media-find
		echo 'media-list medium=m device=$1'
		echo 'media-read medium=m device=$1 name=one.csr max=1000'
		echo 'media-list medium=m device=$2'
		echo 'media-list medium=m device=$1'
	} | talk
	detach broken.img
	detach good.img
	is "$1: the process lives" "$(grep -c '^\.$' said)" 5
	like "$1: nothing of it is taken for whole" said '^! ERR_(MEDIUM|FILE)_'
	like "$1: the next medium is read" said '^name.2=two.csr'
}
table=$(dumpe2fs good.img 2>dump.err | sed -n 's/.*Inode table at \([0-9]*\)-.*/\1/p' | head -n 1)
breakage "group descriptors of zeros" 2 1 '\000'
breakage "group descriptors of ones" 2 1 '\377'
breakage "a root folder's inode of zeros" "$table" 1 '\000'
breakage "inodes of ones" "$table" 8 '\377'
cp good.img short.img
truncate -s 300K short.img
attach short.img
talk <<'END'
media-find
media-list medium=m device=$1
END
detach short.img
like "half a device is not mounted" said '^! ERR_MEDIUM_MOUNT .*ext4'

# the device dies while it is read
mkdir large
head -c 6000000 noise >large/large.csr
image dying.img 16 -L DYING -d large
attach dying.img
talk <<'END'
media-find
media-list medium=m device=$1
sh truncate -s 100K dying.img
media-hash medium=m device=$1 name=large.csr
media-find
END
detach dying.img
like "a device that dies while it is read is a failure that can be put right" said '^! ERR_(FILE_READ|MEDIUM_GONE|MEDIUM_FILE) '
is "and the process lives" "$(grep -c '^\.$' said)" 4

# ---- what ceremony-media may do ----

attach good.img
talk <<'END'
media-find
media-list medium=m device=$1
sh pid=$(pgrep -P $PPID -x ceremony-media); grep -E '^(CapEff|CapPrm|CapBnd|CapAmb|CapInh|NoNewPrivs|Seccomp):' /proc/$pid/status >status; readlink /proc/$pid/ns/net /proc/$pid/ns/mnt >ns; readlink /proc/self/ns/net /proc/self/ns/mnt >>ns; true
END
like "it has the rights to mount, to read and to lock, and no other" status '^CapEff:	0000000000204006$'
like "it can get no more" status '^CapPrm:	0000000000204006$'
like "nor by a program" status '^NoNewPrivs:	1$'
like "a filter is in place" status '^Seccomp:	2$'
is "its mounts and its network are its own" "$(sort -u ns | wc -l)" 4
if have setpriv; then
	chmod 711 . && chmod 644 good.img
	setpriv --reuid 65534 --regid 65534 --clear-groups "$bin/ceremony" media list --loops >out 2>err
	like "who is not root is told so" out 'ceremony-media may not mount media'
else
	skip "who is not root is told so" "setpriv is not installed"
fi
detach good.img

done_testing
