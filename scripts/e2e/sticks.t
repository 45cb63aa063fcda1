#!/bin/sh
# sticks.t: whole ceremonies with media that are devices: bound before witnesses or by the script, the wrong one refused
# by name, the changed one too; one that fails is put right, or another takes its place. Loop devices stand for sticks.
. scripts/e2e/lib.sh
. scripts/e2e/loops.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
mkdir requests
cp "$root"/scripts/fixtures/requests/intermediate-[12].csr requests/

# place NAME: which of the media that are plugged in; "1" for the first.
place() {
	"$bin/ceremony" media list --loops | awk -v name="$1" '$1 == name { print NR }'
}
# answers: the rehearsal's, with these lines more in [session].
answers() {
	sed -e '/^\[session\]/r /dev/stdin' -e '/^\[export\]/a removed = yes' -e '/^\[checkpoint\]/a copy-inserted = yes' "$c/rehearsal.answers.ini" >"$1"
}
bind() { # NAME FILE
	printf 'medium.%s = %s\nmedium.%s.administrator = yes\nmedium.%s.witness = yes\n' "$1" "$(place "$2")" "$1" "$1"
}
run() { # STATUS NAME SCRIPT RECORD ANSWERS
	exits "$1" "$2" "$bin/ceremony" run "$3" --record "$4" --profiles "$root/scripts/profiles" --answers "$5"
}
resume() { # STATUS NAME RECORD ANSWERS
	exits "$1" "$2" "$bin/ceremony" resume --record "$3" --answers "$4"
}
transcript() {
	cat "$1"/ceremonies/*/transcript.jsonl
}

# ---- on paper ----

sed 's/^rehearsal = yes/rehearsal = no\nsoftware-token = a test/; s/^kind = export$/kind = export\ncopies = 2/' "$c/rehearsal.ini" >paper.ini
ok "a script that is no rehearsal, on paper" "$bin/ceremony" check paper.ini --profiles "$root/scripts/profiles" --paper paper.txt
is "asks which medium is which, once each" "$(sed -n 's/.*Which medium is \([a-z0-9-]*\)?.*/\1/p' paper.txt | tr '\n' ' ')" "requests output output-2 "
like "and says when to take one out" paper.txt 'Take the output medium out'
printf '[medium requests]\nserial = 4C530001\n' >>paper.ini
ok "with a serial in it" "$bin/ceremony" check paper.ini --profiles "$root/scripts/profiles" --paper paper.txt
unlike "nobody is asked" paper.txt 'Which medium is requests'

# ---- bound before witnesses ----

image requests.img 8 -L REQUESTS -d requests
image output.img 8 -L Output
image foreign.img 8 -L HOLIDAY
attach requests.img
attach output.img
attach foreign.img
{ bind requests requests.img && bind output output.img; } | answers bound.ini
run 0 "a whole ceremony with devices" "$c/rehearsal.ini" bound bound.ini
ok "it verifies" "$bin/ceremony-verify" bound
transcript bound >lines
like "its first line says so" lines '"type":"open".*"media":"devices"'
like "what was seen is on the record" lines '"op":"media-find","devices":"3".*requests\.img.*REQUESTS.*usable.*HOLIDAY'
like "and what was chosen, by two" lines '"turn":"bind-medium".*"medium.requests.administrator":"yes","medium.requests.witness":"yes","medium":"requests","device":"loop device, serial requests.img'
is "each file that came says on which" "$(grep -c '"op":"media-read".*"device":"loop device, serial requests.img' lines)" 2
is "each that went, too" "$(grep -c '"op":"media-write".*"device":"loop device, serial output.img' lines)" 5
report=$(echo bound/ceremonies/*/report.txt)
like "the report has them" "$report" '^Media$'
like "by name" "$report" 'loop device, serial requests.img'
ok "the printed one too" "$bin/ceremony" report --record bound --format html -o bound.html
like "which says who bound it" bound.html 'two people who compared it'
like "all of it was read back from the device" lines '"turn":"read-back".*"op":"media-release","medium":"output","files":"5","device":"loop device, serial output.img'
like "and only then the medium was safe to remove" lines '"turn":"remove".*"removed":"yes"'
is "in that order" "$(sed -n 's/.*"step":"export","turn":"\([a-z-]*\)".*/\1/p' lines | uniq | tr '\n' ' ')" "insert find-medium bind-medium write read-back remove "
debugfs -R "cat /checkpoint-0001" output.img 2>debugfs.log >checkpoint
ok "the checkpoint is on it, too" grep -q rehearsal.example/root-2026 checkpoint
debugfs -R "dump /intermediate-1.pem one.pem" output.img >debugfs.log 2>&1
same "the certificate is on the device" one.pem bound/ceremonies/0001-root-generation/certificates/intermediate-1.pem

# a line that says another device: refused, though its hash fits
cp -r bound forged
perl -MDigest::SHA=sha256_hex -e '
	open my $in, "<", $ARGV[0] or die; my @l = <$in>; close $in; my $p;
	for (@l) { s/(op":"media-write".*serial )output/$1foreign/; s/"prev":"[0-9a-f]*"/"prev":"$p"/ if $p; (my $t = $_) =~ s/\n$//; $p = sha256_hex($t); }
	open my $out, ">", $ARGV[0] or die; print $out @l;' forged/ceremonies/*/transcript.jsonl
exits 1 "a record that tells of another device is refused" "$bin/ceremony-verify" forged
like "and the clause is named" out 'ERR_MEDIUM_OTHER|Another medium'

# ---- bound by the script ----

sed '$a [medium requests]\nserial = requests.img\n[medium output]\nserial = output.img\nlabel = OUTPUT' "$c/rehearsal.ini" >pinned.ini
answers plain.ini </dev/null
detach output.img
image output.img 8 -L OUTPUT
attach output.img
run 0 "the script's serials bind, and nobody is asked" pinned.ini pinned plain.ini
transcript pinned >lines
unlike "nobody was" lines bind-medium
like "the device is on the record all the same" lines '"op":"media-read".*"device":"loop device, serial requests.img'
sed 's/^serial = requests.img/serial = 4C530001/' pinned.ini >wrong.ini
run 3 "a device of another serial is not taken" wrong.ini wrong plain.ini
transcript wrong >lines
like "it is refused by name: which was expected, and which is there" lines '"error":"ERR_MEDIUM_OTHER","detail":"requests is serial 4C530001; there is loop device'
unlike "and nothing of it was read" lines 'media-read'
sed 's/^label = OUTPUT/label = OTHER/' pinned.ini >label.ini
run 3 "nor is the right serial under a wrong label" label.ini label plain.ini

# ---- two copies, to two media in turn ----

image copy.img 8 -L OUTPUT-2
attach copy.img
sed 's/^kind = export$/kind = export\ncopies = 2/' "$c/rehearsal.ini" >copies.ini
sed 's/^kind = export$/kind = export\ncopies = 3/' "$c/rehearsal.ini" >three.ini
exits 1 "three copies are not made" "$bin/ceremony" check three.ini --profiles "$root/scripts/profiles"
detach output.img
image output.img 8 -L OUTPUT
attach output.img
{ bind requests requests.img && bind output output.img && bind output-2 copy.img; } | answers two.ini
sed -i '/^\[export\]/a inserted-2 = yes\nremoved-2 = yes' two.ini
run 0 "two copies" copies.ini copies two.ini
ok "which verify" "$bin/ceremony-verify" copies
transcript copies >lines
is "both were read back" "$(grep -c '"op":"media-release","medium":"output\(-2\)\{0,1\}","files":"5"' lines)" 2
for f in root.pem root.crl intermediate-2.pem; do
	debugfs -R "dump /$f 1" output.img >debugfs.log 2>&1
	debugfs -R "dump /$f 2" copy.img >debugfs.log 2>&1
	same "both have $f" 1 2
done
{ bind requests requests.img && bind output output.img && bind output output.img | sed 's/output/output-2/'; } | answers same.ini
sed -i '/^\[export\]/a inserted-2 = yes\nremoved-2 = yes' same.ini
run 3 "the second copy is not on the first one's medium" copies.ini same same.ini
mkdir -p folders/requests folders/output folders/output-2
cp requests/* folders/requests/
sed '/^\[export\]/a inserted-2 = yes' "$c/rehearsal.answers.ini" >folders.ini
ok "two copies, to folders" "$bin/ceremony" run copies.ini --record infolders --media folders --profiles "$root/scripts/profiles" --answers folders.ini
same "which are the same" folders/output/root.pem folders/output-2/root.pem
rm -r folders
detach copy.img

# ---- what a person brings: each their own ----

sed 's/^threshold = 3$/threshold = 2/; s/^shares = 5$/shares = 2\ncards = cards/; s/^custodian = 5$/custodian = 2/' "$c/rehearsal.ini" >cards.ini
image card1.img 2 -L CARDS -O ^has_journal
image card2.img 2 -L CARDS -O ^has_journal
for disk in card1.img card2.img; do attach $disk; done
detach output.img
image output.img 8 -L OUTPUT
attach output.img
own() { # CUSTODIAN FILE [.TIME]
	printf 'medium.cards.%s%s = %s\nmedium.cards.%s.administrator%s = yes\nmedium.cards.%s.witness%s = yes\n' "$1" "${3:-}" "$(place "$2")" "$1" "${3:-}" "$1" "${3:-}"
}
{ bind requests requests.img && bind output output.img && own 1 card1.img && own 2 card2.img; } | answers cards.answers.ini
sed -i -e '/^custodian.[345] = /d' -e '/^words.[345] = .*shown/d' -e '/^word.*@shown.[345]/d' -e '/^words.1 = @shown/i card-file.1 = write\ncard-file.2 = write' cards.answers.ini
run 0 "two custodians' cards, each on a medium of their own" cards.ini cards cards.answers.ini
transcript cards >lines
is "the record says on which" "$(sed -n 's/.*"op":"share-card".*"device":"loop device, serial \(card[12]\).img.*/\1/p' lines | tr '\n' ' ')" "card1 card2 "
for n in 1 2; do
	debugfs -R "ls -l /" card$n.img 2>debugfs.log >listing
	like "the card of share $n is on it, for its owner alone" listing "100600 .*example-root-e1-e1-share-$n.pdf"
	unlike "and no other one" listing "share-$((3 - n))"
done
{ bind requests requests.img && bind output output.img && own 1 card1.img && own 2 card1.img; } | answers cards.answers.ini
sed -i -e '/^custodian.[345] = /d' -e '/^words.[345] = .*shown/d' -e '/^words.1 = @shown/i card-file.1 = write\ncard-file.2 = write' cards.answers.ini
run 3 "the second custodian cannot choose the first one's medium" cards.ini twocards cards.answers.ini
for disk in card1.img card2.img; do detach $disk; done

if have minisign; then
	mkdir keys
	printf 'my password\nmy password\n' | minisign -G -f -p w2.pub -s keys/witness-2.key >minisign.log 2>&1 || bail "minisign"
	image witnesses.img 2 -L WITNESSES -O ^has_journal -d keys
	attach witnesses.img
	detach output.img
	image output.img 8 -L OUTPUT
	attach output.img
	sed '/^kind = sign-off/a witness-keys = choice' "$c/rehearsal.ini" >brought.ini
	{ bind requests requests.img && bind output output.img && bind witnesses witnesses.img | sed 's/witnesses\([ .]\)/witnesses.2\1/'; } | answers brought.answers.ini
	sed -i -e '/^\[sign-off\]/,/^\[checkpoint\]/s/^passphrase.2 = .*/file.2 = witness-2.key\npassword.2 = my password/' \
		-e '/^\[sign-off\]/a key.1 = room\nkey.2 = minisign\nkey.3 = room' \
		-e '/^\[checkpoint\]/,$s/^passphrase.2 = .*/password.2 = my password/' brought.answers.ini
	run 0 "a witness brings a minisign key on a device" brought.ini brought brought.answers.ini
	transcript brought >lines
	like "which the record names" lines '"op":"witness-bring".*"device":"loop device, serial witnesses.img'
	w=$(echo brought/ceremonies/*/witnesses)
	ok "minisign takes the signature" minisign -V -p w2.pub -x "$w/witness-2.minisig" -m "$w/witness-2.message"
	detach witnesses.img
else
	skip "a witness brings a minisign key on a device" "minisign is not installed"
fi

# ---- before it begins ----

detach output.img
printf '3\n' | "$bin/ceremony" run "$c/rehearsal.ini" --record before --profiles "$root/scripts/profiles" --plain >out 2>err
like "the look before it begins finds a device" out 'Medium requests: loop device, serial requests.img'
like "and misses the other" out 'Medium output: not plugged in: none has the label output'
attach output.img

# ---- a wrong choice is no choice; another device in the bound one's place ----

{ bind requests requests.img && printf 'medium.output = 9\nmedium.output.administrator = yes\nmedium.output.witness = yes\n'; } | answers nine.ini
run 1 "a device that is not there cannot be chosen" "$c/rehearsal.ini" gone nine.ini
{ bind requests requests.img && bind requests requests.img | sed 's/requests\([ .]\)/output\1/'; } | answers twice.ini
run 1 "one device cannot be two media" "$c/rehearsal.ini" double twice.ini

# The stick with the requests is changed for one that looks alike, after it was bound.
sed '/^\[requests\]/,/^\[/s/^words.*//' bound.ini >half.ini
run 1 "a ceremony that stops between its requests" "$c/rehearsal.ini" changed half.ini
detach requests.img
cp requests.img kept.img
image requests.img 8 -L REQUESTS -d requests
attach requests.img
bind output output.img | answers resumed.ini
resume 3 "the second one is not read from the other stick" changed resumed.ini
transcript changed >lines
like "which is refused by its number" lines '"error":"ERR_MEDIUM_OTHER","detail":"serial requests.img, .* was bound; there is serial requests.img, '
detach output.img
image output.img 8 -L OUTPUT
attach output.img
{ echo 'after-failure = other' && bind requests requests.img && bind output output.img; } | answers rebound.ini
resume 0 "unless two people bind it anew" changed rebound.ini
# The output is changed between two runs: bound, then another one there.
detach output.img
image output.img 1 -L OUTPUT -O ^has_journal -N 16
attach output.img
for i in 1 2 3 4; do echo "write /etc/hostname f$i"; done | debugfs -w output.img >debugfs.log 2>&1
head -c 900000 /dev/urandom >fill
detach output.img
echo 'write fill fill' | debugfs -w output.img >debugfs.log 2>&1
attach output.img
{ bind requests requests.img && bind output output.img; } | answers full.ini
run 3 "a full medium stops the step" "$c/rehearsal.ini" full full.ini
transcript full >lines
like "which says so" lines '"type":"failed","step":"export".*ERR_(DISK_FULL|FILE_WRITE)'
detach output.img
image spare.img 8 -L OUTPUT
attach spare.img
bind output spare.img | answers again.ini
resume 3 "trying again without it is refused" full again.ini
transcript full >lines
like "by both names" lines '"error":"ERR_MEDIUM_OTHER","detail":"serial output.img, .* was bound; there is serial'
{ echo 'after-failure = other' && bind output spare.img; } | answers other.ini
resume 0 "another one takes its place" full other.ini
ok "which verifies" "$bin/ceremony-verify" full
transcript full >lines
is "all of it was written again" "$(grep -c '"op":"media-write".*serial spare.img' lines)" 5
like "the report names both" "$(echo full/ceremonies/*/report.txt)" 'serial spare.img'

# ---- devices or folders, but not both ----

mkdir -p folders/requests folders/output
exits 2 "what was begun with devices is not resumed with folders" "$bin/ceremony" resume --record gone --media folders --answers plain.ini
"$bin/ceremony" run "$c/rehearsal.ini" --record folder --media folders --profiles "$root/scripts/profiles" --answers half.ini >out 2>err
exits 2 "nor the other way round" "$bin/ceremony" resume --record folder --answers plain.ini

for disk in requests.img spare.img foreign.img; do detach $disk; done
done_testing
