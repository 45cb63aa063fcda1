#!/bin/sh
# discs.t: optical media: what leaves the room is burned to a disc by xorriso, closed, and read back file by file. A loop device stands for a
# drive with a blank disc in it, as xorriso's own pseudo-drive (stdio:) has it; what only a real drive has (its commands, its
# tray) no test here can show.
. scripts/e2e/lib.sh
. scripts/e2e/loops.sh

[ -x /usr/bin/xorriso ] || skip_all "xorriso is not installed"
have isoinfo || skip_all "isoinfo (genisoimage) is not installed"
ask=$root/$B/test/media/test/ask
media=$bin/ceremony-media
cd "$work" || bail "no folder"

blank() { # FILE MIB
	rm -f "$1"
	truncate -s "${2}M" "$1"
}
talk() {
	tr ' ' '\t' | sed 's/^sh\t/sh /' | sed '/^sh /s/\t/ /g' | "$ask" "$media" --devices --loops --discs >said 2>talk.err
}
hello=2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824

# ---- a drive, and a disc ----

blank disc.img 8
attach disc.img
talk <<END
media-find burners=yes
media-list medium=m device=\$1
media-write medium=m device=\$1 name=one.pem content=aGVsbG8=
media-write medium=m device=\$1 name=two.pem content=aGVsbG9v
sh cmp -n 8388608 disc.img /dev/zero && touch untouched
media-burn medium=m device=\$1 label=OUTPUT
media-release medium=m device=\$1 name.1=one.pem sha256.1=$hello
media-find burners=yes
media-burn medium=m device=\$1 label=OUTPUT
media-write medium=m device=\$1 name=three.pem content=aGVsbG8=
media-burn medium=m device=\$1 label=OUTPUT
END
detach disc.img
like "a drive is told by what it is, and not by what is in it" said '^device.1=loop device, serial disc.img, burner$'
like "a blank disc may be in it" said '^state.1=usable$'
ok "what is staged touches no disc" test -e untouched
like "it is burned: the drive is told" said '^drive=vendor '
like "the disc, too" said '^disc=stdio file, overwriteable$'
like "and how much" said '^octets=11$'
is "it is read back from the disc" "$(grep -c '^files=1$' said)" 1
like "now it is not blank" said '^state.1=The disc in the drive is not blank'
is "and nothing is added to it" "$(grep -c '^! ERR_DISC_NOT_BLANK loop' said)" 2
mkdir opened
ok "another reader opens it" sh -c 'isoinfo -i disc.img -R -x /one.pem >opened/one.pem'
is "and finds the same" "$(cat opened/one.pem)" hello
is "under the name that was given" "$(blkid -p -s LABEL -o value disc.img)" OUTPUT
is "closed, and of one session" "$(xorriso -no_rc -indev stdio:disc.img -toc 2>&1 | grep -c 'ISO session')" 1

# ---- what goes wrong ----

blank disc.img 8
attach disc.img
talk <<END
media-find burners=yes
media-write medium=m device=\$1 name=one.pem content=aGVsbG8=
media-burn medium=m device=\$1 label=OUTPUT
sh at=\$(grep -abo hello disc.img | head -n 1 | cut -d: -f1); printf HELLO | dd of=disc.img bs=1 seek=\$at conv=notrunc 2>dd.log
media-release medium=m device=\$1 name.1=one.pem sha256.1=$hello
sh at=\$(grep -abo HELLO disc.img | head -n 1 | cut -d: -f1); printf hello | dd of=disc.img bs=1 seek=\$at conv=notrunc 2>dd.log
media-release medium=m device=\$1 name.1=one.pem sha256.1=$hello
media-release medium=m device=\$1 name.1=other.pem sha256.1=$hello
sh dd if=/dev/zero of=disc.img bs=2048 seek=16 count=200 conv=notrunc 2>dd.log
media-release medium=m device=\$1 name.1=one.pem sha256.1=$hello
END
detach disc.img
like "an octet that differs on the disc is noticed" said '^! ERR_MEDIUM_BACK one.pem'
is "each try reads the disc anew" "$(grep -c '^files=1$' said)" 2
like "a file that is not on it is noticed" said '^! ERR_MEDIUM_FILE other.pem'
like "a disc that has lost its table cannot be read" said '^! ERR_(DISC_READ|MEDIUM_FILE)'
blank disc.img 1
attach disc.img
head -c 3000000 /dev/urandom | base64 -w0 >noise
{
	echo media-find burners=yes
	echo 'media-write medium=m device=$1 name=one.pem content=aGVsbG8='
	for i in 1 2 3 4 5 6 7 8 9; do printf 'media-write medium=m device=$1 name=f%s content=%s\n' "$i" "$(head -c 60000 noise | tail -c +$((i * 100 + 1)) | head -c 56000)"; done
	for i in 1 2 3 4 5 6 7 8 9; do printf 'media-write medium=m device=$1 name=g%s content=%s\n' "$i" "$(tail -c +$((i * 99000 + 1)) noise | head -c 60000)"; done
	echo 'media-burn medium=m device=$1 label=OUTPUT'
	echo 'sh losetup -d $(cat disc.img.loop); truncate -s 16M disc.img; losetup -f --show disc.img >disc.img.loop'
	echo 'media-burn medium=m device=$1 label=OUTPUT'
	echo 'media-burn medium=m device=loop,burner label=OUTPUT'
	echo 'sh losetup -d $(cat disc.img.loop)'
	echo 'media-burn medium=m device=$1 label=OUTPUT'
} | talk
like "a disc that is too small is an error with xorriso's word on it" said '^! ERR_DISC_BURN loop.*xorriso'
like "another one is burned without staging anything anew" said '^files=19$'
is "a drive that is gone is missing by name" "$(grep -c '^! ERR_MEDIUM_MISSING .*disc.img, burner' said)" 1
rm -f disc.img.loop

# an ext4 stick is no blank disc, whatever xorriso thinks of it; nor is a drive one that somebody uses
image stick.img 8 -L STICK
attach stick.img
talk <<END
media-find burners=yes
media-write medium=m device=\$1 name=one.pem content=aGVsbG8=
media-burn medium=m device=\$1 label=OUTPUT
media-burn medium=m device=\$1 label=\$(id)
media-burn medium=m device=\$1
END
like "a stick with a file system on it is not burned over" said '^! ERR_DISC_NOT_BLANK'
ok "and is whole" e2fsck -fn stick.img
is "a disc's name is letters and digits, and never a command" "$(grep -c '^! ERR_' said)" 3
detach stick.img
blank disc.img 8
attach disc.img
printf 'media-find burners=yes\nmedia-burn medium=m device=$1 label=OUTPUT\n' | talk
detach disc.img
like "nothing at all is not burned" said '^! ERR_OP_FIELD nothing'

# ---- what xorriso may do ----

blank disc.img 200
attach disc.img
head -c 50000000 /dev/urandom >large
talk <<END
media-find burners=yes
sh pid=\$(pgrep -P \$PPID -x ceremony-media); for p in \$pid \$(pgrep -P \$pid -x ceremony-media); do grep -E '^(PPid|CapEff|CapPrm|CapBnd|NoNewPrivs|Seccomp):' /proc/\$p/status | tr '\n' ' '; readlink /proc/\$p/ns/net; done >cells; readlink /proc/self/ns/net >own; true
END
detach disc.img
is "the process that starts it has no right of root's" "$(grep -c 'CapPrm:	0000000000000000 CapEff:	0000000000000000' cells)" 1
is "both are shut in" "$(grep -c 'NoNewPrivs:	1 Seccomp:	2' cells)" 2
is "each with a network of its own" "$(sed 's/.*net:/net:/' cells | cat - own | sort -u | wc -l)" 3

# ---- a whole ceremony that burns its results, twice, and its record ----

c=$root/scripts/ceremonies
mkdir requests
cp "$root"/scripts/fixtures/requests/intermediate-[12].csr requests/
{
	sed 's/^copy = .*//; s/^kind = export$/kind = export\ncopies = 2/; /^\[step verify\]/i [step record]\nkind = record\n' "$c/rehearsal.ini"
	printf '\n[medium output]\ndisc = yes\nlabel = Root 2026\n\n[medium output-2]\ndisc = yes\n\n[medium record]\ndisc = yes\n'
} >burn.ini
ok "a script names discs" "$bin/ceremony" check burn.ini --profiles "$root/scripts/profiles"
sed 's/^\[medium output\]/[medium requests]/' burn.ini >read.ini
exits 1 "requests do not come on a disc that is to be burned" "$bin/ceremony" check read.ini --profiles "$root/scripts/profiles"
like "which is said" err 'step requests burns no disc'
sed '/^kind = checkpoint/a copy = output' burn.ini >twice.ini
exits 1 "a disc that is closed takes no checkpoint" "$bin/ceremony" check twice.ini --profiles "$root/scripts/profiles"
sed 's/^label = Root 2026/label = 123456789 123456789 123456789 123/' burn.ini >long.ini
exits 1 "a label that no disc can bear" "$bin/ceremony" check long.ini --profiles "$root/scripts/profiles"
sed 's/^disc = yes/disc = perhaps/' burn.ini >perhaps.ini
exits 1 "disc is yes or no" "$bin/ceremony" check perhaps.ini --profiles "$root/scripts/profiles"

stick() {
	"$bin/ceremony" media list --loops | awk -v name="$1" '$1 == name { print NR }'
}
drive() {
	"$bin/ceremony" media list --loops --burners | awk -v name="$1" '$1 == name { print NR }'
}
bind() { # NAME PLACE
	printf 'medium.%s = %s\nmedium.%s.administrator = yes\nmedium.%s.witness = yes\n' "$1" "$2" "$1" "$1"
}
answers() {
	sed -e '/^\[session\]/r /dev/stdin' -e '/^\[export\]/a removed = yes\ninserted-2 = yes\nremoved-2 = yes' -e '/^\[checkpoint\]/a record-inserted = yes' \
		"$c/rehearsal.answers.ini" >"$1"
	printf '\n[record]\ninserted = yes\nremoved = yes\n' >>"$1"
}
image requests.img 8 -L REQUESTS -d requests
for disk in a b c; do blank $disk.img 8 && attach $disk.img; done
attach requests.img
is "drives are listed by themselves" "$("$bin/ceremony" media list --loops --burners | awk -F'\t' '{ print $1, $3 }' | tr '\n' ' ')" \
	"a.img usable b.img usable c.img usable requests.img The disc in the drive is not blank "
{ bind requests "$(stick requests.img)" && bind output "$(drive a.img)" && bind output-2 "$(drive b.img)" && bind record "$(drive c.img)"; } | answers burn.answers.ini
exits 0 "a whole ceremony" "$bin/ceremony" run burn.ini --record burned --profiles "$root/scripts/profiles" --answers burn.answers.ini
ok "it verifies" "$bin/ceremony-verify" burned
cat burned/ceremonies/*/transcript.jsonl >lines
is "in this order" "$(sed -n 's/.*"step":"export","turn":"\([a-z0-9-]*\)".*/\1/p' lines | uniq | tr '\n' ' ')" \
	"insert find-medium bind-medium write burn read-back remove insert-2 find-medium bind-medium write-2 burn-2 read-back-2 remove-2 "
like "what was burned, and in which drive, is on the record" lines '"turn":"burn".*"op":"media-burn",.*"drive":"vendor .*","disc":"stdio file, overwriteable","files":"5"'
like "and what was read back" lines '"turn":"read-back-2".*"op":"media-release",.*"files":"5"'
like "the report says so" "$(echo burned/ceremonies/*/report.txt)" 'media-burn'
for disk in a b c; do detach $disk.img; done
detach requests.img
for disk in a b; do
	isoinfo -i $disk.img -R -x /root.pem >$disk.pem
	same "disc $disk has the root" $disk.pem burned/root.pem
done
is "under its label, as discs have it" "$(blkid -p -s LABEL -o value a.img) $(blkid -p -s LABEL -o value b.img)" "ROOT_2026 OUTPUT_2"
tar=$(isoinfo -i c.img -R -f | sed -n 's|^/\(record-.*\.tar\)$|\1|p')
isoinfo -i c.img -R -x "/$tar" >record.tar
mkdir whole
ok "the third has the record" tar -C whole -xf record.tar
ok "file for file" diff -r whole/record burned

# killed between staging and burning: what was staged went with it, and is staged again
sed '/^\[medium output-2\]/,/^$/d; s/^copies = 2//; /^\[step record\]/,/^kind = record/d; /^\[medium record\]/,$d' burn.ini >one.ini
rm a.img && truncate -s 256K a.img && attach a.img
attach requests.img
{ bind requests "$(stick requests.img)" && bind output "$(drive a.img)"; } | answers one.answers.ini
sed -i '/^inserted-2\|^removed-2/d; /^record-inserted/d; /^\[record\]/,$d' one.answers.ini
exits 3 "a disc that is too small stops the step" "$bin/ceremony" run one.ini --record again --profiles "$root/scripts/profiles" --answers one.answers.ini
grep -q '"error":"ERR_DISC_BURN"' again/ceremonies/*/transcript.jsonl && pass "which is on the record" || fail "which is on the record"
detach a.img
blank a.img 8 && attach a.img
exits 0 "a larger disc in the same drive: staged and burned anew" "$bin/ceremony" resume --record again --answers one.answers.ini
ok "which verifies" "$bin/ceremony-verify" again
isoinfo -i a.img -R -x /root.crl >root.crl
same "and has the list" root.crl again/ceremonies/0001-root-generation/crls/root.crl
detach a.img
detach requests.img

# ---- the shipped script: results and checkpoint on two sticks each, the record on a stick and a disc ----

image output.img 8 -L OUTPUT
image output2.img 8 -L OUTPUT-2
image record.img 8 -L RECORD
blank d.img 8
for disk in requests output output2 record d; do attach $disk.img; done
{ bind requests "$(stick requests.img)" && bind output "$(stick output.img)" && bind output-2 "$(stick output2.img)" && bind record "$(stick record.img)" && bind record-2 "$(drive d.img)"; } >bound
sed -e '/^\[session\]/r bound' -e '/^\[export\]/a removed = yes\nremoved-2 = yes' \
	-e '/^\[checkpoint\]/a copy-inserted = yes\ncopy-inserted-2 = yes\nrecord-inserted = yes\nrecord-inserted-2 = yes' "$c/rehearsal-archive.answers.ini" >archive.answers.ini
exits 0 "the shipped script, with devices" "$bin/ceremony" run "$c/rehearsal-archive.ini" --record archive --profiles "$root/scripts/profiles" --answers archive.answers.ini
ok "it verifies" "$bin/ceremony-verify" archive
for disk in requests output output2 record d; do detach $disk.img; done
is "the disc has its label" "$(blkid -p -s LABEL -o value d.img)" ARCHIVE_2026
tar=$(isoinfo -i d.img -R -f | sed -n 's|^/\(record-.*\.tar\)$|\1|p')
isoinfo -i d.img -R -x "/$tar" >disc.tar
debugfs -R "dump /$tar stick.tar" record.img >debugfs.log 2>&1
same "the record on it is that on the stick" disc.tar stick.tar
mkdir archived
ok "it is opened" tar -C archived -xf disc.tar
ok "and is all of it" diff -r archived/record archive

done_testing
