#!/bin/sh
# record-out.t: the whole record goes to media when it is closed: to folders and to devices, once and twice; what lies there is opened with
# tar and verifies; a medium that fails is put right, or another takes its place, and the record loses nothing by it.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
mkdir -p requests
cp "$root"/scripts/fixtures/requests/intermediate-[12].csr requests/

# script COPIES: the rehearsal, with that many copies of the record and of the checkpoint.
script() {
	sed "s/^copy = .*/copy = output\ncopies = $1/; /^\[step verify\]/i [step record]\nkind = record\ncopies = $1\n" "$c/rehearsal.ini"
}
answers() { # the rehearsal's; lines of standard input are added to [session]
	sed -e '/^\[session\]/r /dev/stdin' "$c/rehearsal.answers.ini" >"$1"
	cat >>"$1" <<-'END'

	[record]
	inserted = yes
	removed = yes
	inserted-2 = yes
	removed-2 = yes
	END
}
run() { # STATUS NAME SCRIPT RECORD ANSWERS ARGUMENTS...
	w=$1 n=$2 s=$3 r=$4 a=$5
	shift 5
	exits "$w" "$n" "$bin/ceremony" run "$s" --record "$r" --profiles "$root/scripts/profiles" --answers "$a" "$@"
}

# ---- to folders ----

script 2 >two.ini
ok "a script says it" "$bin/ceremony" check two.ini --profiles "$root/scripts/profiles" --paper paper.txt
like "and its paper says when" paper.txt 'Insert the second medium *'
sed 's/^copies = 2/copies = 3/' two.ini >three.ini
exits 1 "three copies are not made" "$bin/ceremony" check three.ini --profiles "$root/scripts/profiles"
sed '/^copy = /d' two.ini >none.ini
exits 1 "two copies of no checkpoint are none" "$bin/ceremony" check none.ini --profiles "$root/scripts/profiles"
like "which is said" err 'copies = 2 without copy'
sed '$a [step again]\nkind = record' two.ini >again.ini
exits 1 "one step of it in a script" "$bin/ceremony" check again.ini --profiles "$root/scripts/profiles"
sed '/^\[step record\]/,/^copies/d; /^\[step checkpoint\]/i [step record]\nkind = record\n' two.ini >early.ini
exits 1 "what is not closed is not taken out" "$bin/ceremony" check early.ini --profiles "$root/scripts/profiles"

mkdir -p folders/output folders/output-2 folders/record folders/record-2
cp -r requests folders/
answers folders.ini </dev/null
run 0 "two copies, to folders" two.ini kept folders.ini --media folders
ok "the record itself verifies" "$bin/ceremony-verify" kept
first=$(echo folders/record/record-0001-*.tar)
same "both are the same file" "$first" "folders/record-2/$(basename "$first")"
is "its name says which ceremony's, and of which checkpoint" "$(basename "$first")" \
	"record-0001-$(sha256sum kept/ceremonies/*/checkpoint | cut -c1-8).tar"
same "both media have the checkpoint" folders/output/checkpoint-0001 folders/output-2/checkpoint-0001
mkdir opened
ok "tar opens it" tar -C opened -xf "$first"
ok "it is the record, file for file" diff -r opened/record kept
ok "and verifies as it lies there" "$bin/ceremony-verify" opened/record
ok "its sums are those of sha256sum" sh -c 'cd opened/record/ceremonies/* && sha256sum --strict --quiet -c SHA256SUMS'
is "it says nothing of this machine" "$(tar --numeric-owner -tvf "$first" | awk '{ print $1, $2, $4 }' | sort -u)" "-rw-r--r-- 0/0 1970-01-01"

# another ceremony of the same CA: the record that goes out is all of it
sed 's/^copy = .*/&/; /^\[step verify\]/i [step record]\nkind = record\n' "$c/rehearsal-crl.ini" >next.ini
cp "$c/rehearsal-crl.answers.ini" next.answers.ini
printf '\n[record]\ninserted = yes\nremoved = yes\n' >>next.answers.ini
rm -r folders/output && mkdir folders/output
run 0 "the next ceremony's record" next.ini kept next.answers.ini --media folders
rm -r opened && mkdir opened
ok "lies beside the first" tar -C opened -xf "$(echo folders/record/record-0002-*.tar)"
ok "holds both" diff -r opened/record kept

# a medium that is not there: after the close, when nothing can be recorded any more
rm -r folders/record-2 folders/output folders/output-2
mkdir folders/output folders/output-2
run 3 "without the second medium it stops" two.ini lost folders.ini --media folders
like "and says so" err 'ERR_MEDIUM_MISSING|medium'
mkdir folders/record-2
rm -r folders/output-2 && mkdir folders/output-2 # what the witnesses sign is another text each time
now=$(date +%s) # and bears its second: in the same one the first copy would be in the way, under the same name
while [ "$(date +%s)" = "$now" ]; do sleep 0.1; done
exits 0 "and is resumed: only the sealing is done again" "$bin/ceremony" resume --record lost --media folders --answers folders.ini
ok "the record verifies" "$bin/ceremony-verify" lost
rm -rf opened && mkdir opened
ok "the copy on the second medium" tar -C opened -xf "$(ls -t folders/record-2/*.tar | head -n 1)"
ok "is the record as it was sealed" diff -r opened/record lost

# ---- to devices ----

if [ "$(id -u)" -ne 0 ] || ! have losetup || ! losetup -f >/dev/null 2>&1; then
	skip "to devices" "this machine has no loop devices, or this is not root"
	done_testing
fi
. "$root/scripts/e2e/loops.sh"

place() {
	"$bin/ceremony" media list --loops | awk -v name="$1" '$1 == name { print NR }'
}
bind() { # NAME FILE
	printf 'medium.%s = %s\nmedium.%s.administrator = yes\nmedium.%s.witness = yes\n' "$1" "$(place "$2")" "$1" "$1"
}
devices() { # ANSWERS: with what devices ask more
	answers "$1"
	sed -i -e '/^\[export\]/a removed = yes' -e '/^\[checkpoint\]/a copy-inserted = yes\ncopy-inserted-2 = yes\nrecord-inserted = yes\nrecord-inserted-2 = yes' "$1"
}
image requests.img 8 -L REQUESTS -d requests
image output.img 8 -L OUTPUT
image output2.img 8 -L OUTPUT-2
image record.img 8 -L RECORD
image record2.img 8 -L RECORD-2
for disk in requests output output2 record record2; do attach $disk.img; done
{ bind requests requests.img && bind output output.img && bind output-2 output2.img && bind record record.img && bind record-2 record2.img; } | devices devices.ini
run 0 "two copies, to devices" two.ini devices devices.ini
ok "the record verifies" "$bin/ceremony-verify" devices
cat devices/ceremonies/*/transcript.jsonl >lines
is "which devices they are stands on the record, before the close" \
	"$(grep -n '"turn":"record-medium\(-2\)\{0,1\}".*"op":"media-list".*"device":"loop device, serial record2\{0,1\}.img\|"type":"close"' lines | sed 's/.*"turn":"\([a-z0-9-]*\)".*/\1/' | tr '\n' ' ')" \
	"record-medium record-medium-2 close "
for disk in requests output output2 record record2; do detach $disk.img; done
name=$(basename "$(echo devices/ceremonies/0001-*)")
for disk in record record2; do
	tar=$(debugfs -R "ls -p /" $disk.img 2>debugfs.log | sed -n 's|.*/\(record-0001-[0-9a-f]*\.tar\)/.*|\1|p')
	debugfs -R "dump /$tar $disk.tar" $disk.img >debugfs.log 2>&1
	rm -rf opened && mkdir opened
	ok "$disk: the file on the device is opened" tar -C opened -xf $disk.tar
	ok "$disk: and is the record" diff -r opened/record devices
	ok "$disk: which verifies" "$bin/ceremony-verify" opened/record
done
same "both devices have one file" record.tar record2.tar
for disk in output output2; do
	debugfs -R "dump /checkpoint-0001 $disk.checkpoint" $disk.img >debugfs.log 2>&1
done
same "both have the checkpoint" output.checkpoint output2.checkpoint

# one that fails when the record is written to it: put right by another, from the first octet
image small.img 1 -L RECORD -O ^has_journal
image record.img 8 -L RECORD
image requests.img 8 -L REQUESTS -d requests
image output.img 8 -L OUTPUT
script 1 >one.ini
for disk in requests output small record; do attach $disk.img; done
dd if=/dev/zero of=fill bs=1k count=900 2>dd.log
mkdir mnt && mount "$(cat small.img.loop)" mnt && cp fill mnt/ && umount mnt
{ bind requests requests.img && bind output output.img && bind record small.img; } | devices full.ini
sed -i '/inserted-2 = yes$/d; /removed-2 = yes$/d' full.ini
run 3 "a full medium stops the sealing" one.ini full full.ini
like "which is said by its name" err 'ERR_DISK_FULL|\(record-0001-[0-9a-f]*\.tar'
exits 1 "the record is not complete" "$bin/ceremony-verify" full
{ echo 'after-failure = other' && bind record record.img; } | devices other.ini
sed -i '/inserted-2 = yes$/d; /removed-2 = yes$/d' other.ini
exits 0 "another takes its place" "$bin/ceremony" resume --record full --answers other.ini
ok "the record verifies" "$bin/ceremony-verify" full
for disk in requests output small record; do detach $disk.img; done
tar=$(debugfs -R "ls -p /" record.img 2>debugfs.log | sed -n 's|.*/\(record-0001-[0-9a-f]*\.tar\)/.*|\1|p')
debugfs -R "dump /$tar full.tar" record.img >debugfs.log 2>&1
rm -rf opened && mkdir opened
ok "which has the record" tar -C opened -xf full.tar
ok "whole" diff -r opened/record full

done_testing
