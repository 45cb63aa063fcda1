#!/bin/sh
# sticks-later.t: the ceremonies that come later, with media that are devices: the periodic list compared with what is published and
# written beside it, a revocation by a list, an old CA taken over, what is published at the certificates' URLs, a device's own copy.
. scripts/e2e/lib.sh
. scripts/e2e/loops.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
place() {
	"$bin/ceremony" media list --loops | awk -v name="$1" '$1 == name { print NR }'
}
bind() { # MEDIUM FILE
	printf 'medium.%s = %s\nmedium.%s.administrator = yes\nmedium.%s.witness = yes\n' "$1" "$(place "$2")" "$1" "$1"
}
answers() { # FILE OUT: with what comes on stdin in [session]
	sed -e '/^\[session\]/r /dev/stdin' -e '/^\[export\]/a removed = yes' "$1" >"$2"
}
periodic() { # the periodic script's, whose medium is in from the start
	bind output output.img | answers "$c/periodic-crl.answers.ini" periodic.ini
	sed -i '/^\[checkpoint\]/a copy-inserted = yes' periodic.ini
	printf '[export]\nremoved = yes\n' >>periodic.ini
}
stick() { # FILE LABEL FOLDER: plugged in
	[ ! -e "$1.loop" ] || detach "$1"
	image "$1" 8 -L "$2" -d "$3"
	attach "$1"
}
run() { # NAME SCRIPT RECORD ANSWERS
	ok "$1" "$bin/ceremony" run "$2" --record "$3" --profiles "$root/scripts/profiles" --answers "$4"
}
last() { ls -d "${1:-record}"/ceremonies/* | tail -n 1; }

mkdir -p media/requests media/output
cp "$root"/scripts/fixtures/requests/intermediate-[12].csr media/requests/
ok "a root, with folders" "$bin/ceremony" run "$c/rehearsal.ini" --record record --media media --profiles "$root/scripts/profiles" --answers "$c/rehearsal.answers.ini"

# ---- the periodic list: one stick, what was last and what is next ----
mkdir published
cp "$(last)/crls/root.crl" published/
cp "$(last)/checkpoint" published/checkpoint-0001
stick output.img OUTPUT published
periodic
run "the periodic list" "$c/periodic-crl.ini" record periodic.ini
t=$(last)/transcript.jsonl
like "the last list was read from the stick" "$t" '"step":"last","turn":"read".*"op":"media-read".*"device":"loop device, serial output.img'
like "the checkpoint too" "$t" '"op":"media-newest".*"name":"checkpoint-0001".*"device":"loop device, serial output.img'
debugfs -R "dump /root-2.crl got" output.img >debugfs.log 2>&1
same "the next one is on it, beside the last" got "$(last)/crls/root.crl"
debugfs -R "dump /root.crl got" output.img >debugfs.log 2>&1
same "which is as it was" got published/root.crl
debugfs -R "dump /checkpoint-0002 got" output.img >debugfs.log 2>&1
is "and the new checkpoint" "$(head -n 3 got)" "$(head -n 3 "$(last)/checkpoint")"

# ---- a revocation by a list ----
mkdir revocations empty
awk 'BEGIN { for (i = 1; i <= 3000; i++) printf "%08x\t2024-01-02\t%d\n", 1048576 + i * 7919, 4 }' >revocations/revocations.tsv
stick revocations.img REVOCATIONS revocations
stick output.img OUTPUT empty
{ bind revocations revocations.img && bind output output.img; } | answers "$c/rehearsal-revoke-list.answers.ini" list.ini
run "three thousand entries by a list" "$c/rehearsal-revoke-list.ini" record list.ini
t=$(last)/transcript.jsonl
like "the list was read from the stick" "$t" '"op":"list-take".*"device":"loop device, serial revocations.img'
debugfs -R "dump /root.crl got" output.img >debugfs.log 2>&1
same "what was signed is on the other" got "$(last)/crls/root.crl"
is "with its entries" "$(openssl crl -inform DER -in got -noout -text | grep -c 'Serial Number')" 3000

# ---- that large list, brought back ----
mkdir large
cp got large/root.crl
cp "$(last)/checkpoint" "large/checkpoint-$(basename "$(last)" | cut -c 1-4)"
stick output.img OUTPUT large
periodic
run "the periodic list after it" "$c/periodic-crl.ini" record periodic.ini
like "a list that is read in pieces, from the stick" "$(last)/transcript.jsonl" '"op":"crl-look".*"device":"loop device, serial output.img'
ok "all of it verifies" "$bin/ceremony-verify" record

# ---- what is published at the certificates' URLs ----
mkdir urls urls/requests urls/published
cp record/root.pem urls/published/root.cer
cp "$(last)/crls/root.crl" urls/published/root.crl
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out a.key
openssl req -new -utf8 -sha384 -key a.key -subj '/C=XX/O=Example Trust Services/CN=Example Issuing CA New' -out urls/requests/a.csr
stick requests.img REQUESTS urls/requests
stick published.img PUBLISHED urls/published
sed -e "s/^organisation = .*/$(grep '^organisation' "$c/rehearsal.ini")/" -e "s|^origin = .*|$(grep '^origin' "$c/rehearsal.ini")|" \
	-e "s/^label = .*/$(grep '^label' "$c/rehearsal.ini" | head -n 1)/" -e 's/^files = .*/files = a.csr/' \
	-e 's/^kind = review/&\ncopies-medium = published/' "$c/bench-csr.ini" >urls.ini
{ bind requests requests.img && bind published published.img; } | answers "$c/bench-csr.answers.ini" urls.answers.ini
sed -i -e 's/^\[review\]/&\ncopies = yes/' -e "s/^pin = .*/$(grep '^pin = ' "$c/rehearsal-revoke.answers.ini" | head -n 1)/" urls.answers.ini
run "a certificate whose URLs were compared" urls.ini record urls.answers.ini
like "with what the stick has" "$(last)/transcript.jsonl" '"step":"review","turn":"[a-z-]*".*"device":"loop device, serial published.img'

# ---- a CA that was made elsewhere ----
mkdir old old.token
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out old.key
openssl req -x509 -new -key old.key -sha384 -days 7000 -out old/root.pem -subj '/C=XX/O=Example Trust Services/CN=Old Root' \
	-addext 'keyUsage = critical, keyCertSign, cRLSign' 2>/dev/null
printf 'basicConstraints = critical, CA:TRUE, pathlen:0\nkeyUsage = critical, keyCertSign, cRLSign\nauthorityKeyIdentifier = keyid\nsubjectKeyIdentifier = hash\n' >sub.cnf
openssl req -new -key a.key -subj '/C=XX/O=Example Trust Services/CN=Old CA one' -out one.csr
openssl x509 -req -in one.csr -CA old/root.pem -CAkey old.key -set_serial 4096 -days 2000 -sha384 -extfile sub.cnf -out old/one.crt 2>/dev/null
printf '%s\n' "directories.tokendir = $work/old.token" 'objectstore.backend = file' 'log.level = ERROR' >old.token/softhsm2.conf
openssl pkcs8 -topk8 -nocrypt -in old.key -out old.p8
SOFTHSM2_CONF=$work/old.token/softhsm2.conf softhsm2-util --init-token --free --label old-root --pin 987654321 --so-pin 12345678 >out 2>&1 || bail "no token"
SOFTHSM2_CONF=$work/old.token/softhsm2.conf softhsm2-util --import old.p8 --token old-root --label 'root key' --id a1b2 --pin 987654321 >out 2>&1 || bail "no key"
mv old.token adopted.token
sed -i 's,/old.token,/adopted.token,' adopted.token/softhsm2.conf
stick adopt.img ADOPT old
sed 's/^crl = .*/crl = none/' "$c/adopt.ini" >adopt.ini
bind adopt adopt.img | answers "$c/adopt.answers.ini" adopt.answers.ini
run "an old CA is taken over" adopt.ini adopted adopt.answers.ini
like "from the stick" "$(last adopted)/transcript.jsonl" '"step":"adopt","turn":"[a-z-]*".*"op":"media-read".*"device":"loop device, serial adopt.img'
ok "it verifies" "$bin/ceremony-verify" adopted

# ---- what a device's own tool left ----
stick output.img OUTPUT empty
{ bind output output.img; } | answers "$c/rehearsal-vendor.answers.ini" vendor.ini
sed '/^seen\.2/d; /^medium\./d' vendor.ini >short.ini
exits 1 "a vendor's backup, up to its instruction" "$bin/ceremony" run "$c/rehearsal-vendor.ini" --record vendor --profiles "$root/scripts/profiles" --answers short.ini
id=$(sed -n 's/.*"op":"key-generate","id":"\([0-9a-f]*\)","label":"root-generation root key".*/\1/p' "$(last vendor)/transcript.jsonl" | tail -n 1)
module=$(sed -n 's/.*"op":"token-open","module":"\([^"]*\)".*/\1/p' "$(last vendor)/transcript.jsonl" | head -n 1)
SOFTHSM2_CONF=vendor.token/softhsm2.conf "$root/$B/test/ceremony/token/test/copy" "$module" rehearsal-root 987654321 rehearsal-second 975318642 "$id" >out 2>&1 || bail "nothing was copied"
mkdir log
echo 'what it said' >log/copy.log
stick device.img DEVICE log
{ bind device device.img && bind output output.img; } | answers "$c/rehearsal-vendor.answers.ini" vendor.ini
ok "resumed, it ends" "$bin/ceremony" resume --record vendor --answers vendor.ini
like "the file of that tool was read from the stick" "$(last vendor)/transcript.jsonl" \
	"\"op\":\"media-hash\",\"name\":\"copy.log\",\"size\":\"13\",\"sha256\":\"$(sha256sum <log/copy.log | cut -d ' ' -f 1)\",\"device\":\"loop device, serial device.img"
ok "it verifies" "$bin/ceremony-verify" vendor
for disk in requests.img published.img output.img revocations.img adopt.img device.img; do detach $disk; done
done_testing
