#!/bin/sh
# adopt-large.t: the last list of a CA that is taken over is too large for the transcript: it lies in the record as a file,
# and nothing of it is lost by the lists that follow; what is published of them is compared at the next ceremony, as large as it is.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
num=10000
cd "$work" || bail "no folder"
for m in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do [ -f "$m" ] && module=$m && break; done
[ -n "${module:-}" ] || bail "SoftHSM is not installed (sh scripts/setup)"

token() { # token RECORD: RECORD's throwaway token, with the root's key in it
	rm -rf "$1.token"
	mkdir "$1.token"
	printf '%s\n' "directories.tokendir = $work/$1.token" 'objectstore.backend = file' 'log.level = ERROR' >"$1.token/softhsm2.conf"
	SOFTHSM2_CONF=$work/$1.token/softhsm2.conf softhsm2-util --init-token --free --label old-root --pin 987654321 --so-pin 12345678 >out 2>&1 &&
		openssl pkcs8 -topk8 -nocrypt -in root.key -out root.p8 &&
		SOFTHSM2_CONF=$work/$1.token/softhsm2.conf softhsm2-util --import root.p8 --token old-root --label 'root key' --id a1b2 \
			--pin 987654321 >out 2>&1 || diag out
}
adopt() { # adopt RECORD [SCRIPT]
	rm -rf "$1"
	token "$1"
	"$bin/ceremony" run "${2:-$c/adopt.ini}" --record "$1" --media media --profiles "$root/scripts/profiles" --answers "$c/adopt.answers.ini"
}
next() { # next SCRIPT RECORD [ANSWERS]: a shipped script for the CA that was taken over
	sed -e 's|^origin = .*|origin = rehearsal.example/adopted|' -e 's/^label = .*/label = old-root/' "$c/$1.ini" >next.ini
	mkdir -p media/output
	"$bin/ceremony" run next.ini --record "$2" --media media --profiles "$root/scripts/profiles" --answers "${3:-$c/$1.answers.ini}"
}
said() { # said NAME CEREMONY PATTERN: a line of its transcript, without what prompts showed
	sed 's/,"prompt":.*//; s/"content":"[^"]*"/"content"/' "$2/transcript.jsonl" | cut -c 1-1500 >said.lines
	like "$1" said.lines "$3"
}
shown() { # shown NAME CEREMONY PATTERN: a line of its prompts
	sed -n 's/.*,"prompt":"//p' "$2/transcript.jsonl" | sed 's/\\u000a/\n/g' >shown.lines
	like "$1" shown.lines "$3"
}
last() {
	ls -d "$1"/ceremonies/* | tail -n 1
}
copy() { # copy FROM TO: a record and its token
	rm -rf "$2" "$2.token"
	cp -r "$1" "$2"
	cp -r "$1.token" "$2.token"
	sed -i "s,$work/$1.token,$work/$2.token," "$2.token/softhsm2.conf"
}
crl() { # crl ARGUMENTS FILE: openssl's words on a list in DER
	openssl crl -inform DER "$@"
}
serials() {
	crl -in "$1" -noout -text | sed -n 's/^ *Serial Number: *//p' | sort
}

# ---- a CA by openssl, with ten thousand entries ----
mkdir -p ca/certs media/adopt
printf '%s\n' '[ca]' 'default_ca = c' '[c]' 'database = ca/index.txt' 'serial = ca/serial' 'crlnumber = ca/crlnumber' \
	'new_certs_dir = ca/certs' 'default_md = sha384' 'default_days = 2000' 'default_crl_days = 90' 'policy = p' \
	'x509_extensions = i' 'crl_extensions = l' '[p]' 'countryName = supplied' 'organizationName = supplied' \
	'commonName = supplied' '[i]' 'basicConstraints = critical, CA:TRUE, pathlen:0' 'keyUsage = critical, keyCertSign, cRLSign' \
	'subjectKeyIdentifier = hash' 'authorityKeyIdentifier = keyid' '[l]' 'authorityKeyIdentifier = keyid' >ca.cnf
key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$1"; }
key root.key
openssl req -x509 -new -key root.key -sha384 -days 7000 -out ca/root.pem -subj '/C=XX/O=Example Trust Services/CN=Old Root' \
	-addext 'keyUsage = critical, keyCertSign, cRLSign' 2>/dev/null
: >ca/index.txt
echo 1000 >ca/serial
number=7F0102030405060708090A0B0C0D0E0F10111209 # 20 octets (RFC 5280 5.2.3)
last=725064303890588110203033396814564464046290047497
echo $number >ca/crlnumber
for n in one two; do
	key $n.key
	openssl req -new -key $n.key -out $n.csr -subj "/C=XX/O=Example Trust Services/CN=Old CA $n"
	openssl ca -batch -config ca.cnf -keyfile root.key -cert ca/root.pem -in $n.csr -out $n.pem -notext 2>err || diag err
done
openssl ca -config ca.cnf -keyfile root.key -cert ca/root.pem -revoke two.pem -crl_reason superseded 2>err || diag err
# Every other entry bears no reason.
awk -v n=$num 'BEGIN { for (i = 1; i < n; i++) printf "R\t330101000000Z\t24%02d01000000Z%s\t%06X\tunknown\t/C=XX/CN=Gone %d\n", 1 + i % 12, i == 5 ? ",keyTime,20240102030405Z" : i % 2 ? ",keyCompromise" : "", 65536 + i * 7, i }' >>ca/index.txt
gencrl() {
	echo $number >ca/crlnumber
	openssl ca -config ca.cnf -keyfile root.key -cert ca/root.pem -gencrl -out "$1" 2>err || diag err
}
gencrl media/adopt/root.crl
cp ca/root.pem one.pem two.pem media/adopt/
openssl crl -in media/adopt/root.crl -outform DER -out given.crl
ok "it is too large for a line of the transcript" [ "$(stat -c %s given.crl)" -gt 131072 ]

# ---- what has no reason, what is held, what is not this CA's ----
exits 1 "entries without a reason" adopt other
said "are refused" other/ceremonies/0001-adoption '"error":"ERR_ADOPT_REASON"'
said "with the first of them" other/ceremonies/0001-adoption 'entry [0-9]+: reason 0'
sed 's/^kind = adopt/&\nreason = cessationOfOperation/' "$c/adopt.ini" >adopt.ini
adopt_with() { adopt "$1" adopt.ini; }
bad() { # bad NAME RULE: where a reason is given
	exits 1 "$1" adopt_with other
	said "is refused: $2" other/ceremonies/0001-adoption "\"error\":\"$2\""
	cp good.crl media/adopt/root.crl
}
cp media/adopt/root.crl good.crl
awk -F '\t' -v OFS='\t' 'NR == 8 { sub(/Z.*/, "Z,certificateHold", $3) } { print }' ca/index.txt >index.hold
cp index.hold ca/index.txt
gencrl media/adopt/root.crl
bad "a hold among ten thousand" ERR_ADOPT_HOLD
head -c 300000 good.crl >media/adopt/root.crl
bad "PEM that was cut short" ERR_PEM_BASE64
head -c 200000 given.crl >media/adopt/root.crl
bad "DER that was cut short" ERR_CRL_DER
{ cat given.crl && printf x; } >media/adopt/root.crl
bad "an octet behind it" ERR_CRL_DER
python3 - <<'X'
d = bytearray(open('given.crl', 'rb').read())
d[150000] ^= 1
open('media/adopt/root.crl', 'wb').write(d)
X
exits 1 "a bit that was changed" adopt_with other
said "is noticed" other/ceremonies/0001-adoption '"error":"ERR_(LIST_FOREIGN|CRL_ENTRY|CRL_DER)"'
cp good.crl media/adopt/root.crl

# ---- taken over ----
ok "the CA is taken over" adopt record adopt.ini
b=record/ceremonies/0001-adoption
ok "and verified" "$bin/ceremony-verify" record
same "its list lies in the record, as DER" given.crl $b/crls/adopted.crl
ok "the transcript stays small" [ "$(stat -c %s $b/transcript.jsonl)" -lt 60000 ]
said "it has what the list says" $b '"op":"crl-adopt".*"number":"'"$last"'".*"entries":"10000".*"distinct":"10000"'
shown "two people saw how many nobody brought" $b 'Entries alone: 9999'
ok "status knows it" "$bin/ceremony" status --record record
like "with its number" out "revocation list   $last\$"
like "what is revoked" out 'REVOKED .*Old CA two'
like "what is good" out 'valid .*Old CA one'

# ---- the next lists ----
ok "the next list" next rehearsal-crl record
cp media/output/root.crl eight.crl
ok "openssl takes it" crl -in eight.crl -CAfile ca/root.pem -noout -crlnumber
like "as the one behind it" out "crlNumber=0x${number%9}A\$"
serials given.crl >theirs
serials eight.crl >ours
same "with every entry" theirs ours
is "a reason where none was" "$(crl -in eight.crl -noout -text | grep -c 'Cessation Of Operation')" $((num / 2 - 1))
is "and the old one where one was" "$(crl -in eight.crl -noout -text | grep -c 'Key Compromise')" $((num / 2))
is "and since when a key is not to be trusted" "$(crl -in eight.crl -noout -text | grep -A 1 'Invalidity Date' | tail -n 1 | tr -s ' ')" " Jan 2 03:04:05 2024 GMT"
ok "certtool takes it" certtool --crl-info --inder --infile eight.crl
ok "it all verifies" "$bin/ceremony-verify" record
copy record bent
printf x >>bent/ceremonies/0001-adoption/crls/adopted.crl
exits 1 "a list that was changed in the record" "$bin/ceremony-verify" bent
sed -e 's|^certificate.1 = .*|certificate.1 = 1/adopted-1|' -e 's|^name.1.\(.\) = .*|name.1.\1 = Old CA one|' \
	"$c/rehearsal-revoke.answers.ini" >revoke.ini
rm -f media/output/*
ok "one that was taken over is revoked" next rehearsal-revoke record revoke.ini
shown "two people saw it by its name, beside ten thousand" "$(last record)" 'Added: .*Old CA one'
is "the list carries one more" "$(serials media/output/root.crl | wc -l)" $((num + 1))
ok "it verifies" "$bin/ceremony-verify" record

# ---- the periodic list: what was published is compared, as large as it is ----
publish() { # the medium as the last ceremony left it, with the list as it is published
	rm -f media/output/*
	cp "$(last record)/crls/root.crl" media/output/root.crl
	cp "$(last record)/checkpoint" "media/output/checkpoint-$(basename "$(last record)" | cut -c 1-4)"
}
publish
copy record older
ok "the periodic list" next periodic-crl record
cp err said
prompts=$(grep -c '^\[' said)
if [ "$prompts" -le 12 ]; then pass "in 12 prompts at most: $prompts"; else fail "in 12 prompts at most: $prompts"; fi
shown "that which was brought is the record's" "$(last record)" "Compared with list: ${last%7}9, which was brought and is the record"
same "beside the last one" "media/output/root-${last%497}500.crl" "$(last record)/crls/root.crl"
said "the record has what was read" "$(last record)" '"op":"crl-look".*"list.1":"[^"]*number='"${last%7}9 "
ok "it verifies" "$bin/ceremony-verify" record
publish
openssl crl -inform DER -in media/output/root.crl -out pem && mv pem media/output/root.crl
exits 1 "an older copy of the record" next periodic-crl older
like "is told that it is" err 'This record is an older copy|is newer than this record|older'
said "by the list on the medium" "$(last older)" '"error":"ERR_LIST_NEWER"'
ok "and PEM will do" next periodic-crl record
said "as the last list" "$(last record)" '"op":"crl-look".*"list.1":"[^"]*number='"${last%497}500 "
publish
cp eight.crl media/output/root.crl
copy record other
exits 1 "an old list on the medium" next periodic-crl other
said "is told from today's" "$(last other)" '"error":"ERR_LIST_OLD"'

# ---- a root of Ed25519 signs no list that lies as a file ----
cp -r ca ca.ec
cp root.key ec.key
cp -r media/adopt adopt.ec
ed_ca() { # ed_ca NUMBER: a list of so many entries, by a root of Ed25519
	sed -i 's/^default_md = .*/default_md = default/' ca.cnf
	openssl genpkey -quiet -algorithm ED25519 -out root.key
	openssl req -x509 -new -key root.key -days 7000 -out ca/root.pem -subj '/C=XX/O=Example Trust Services/CN=Old Root' \
		-addext 'keyUsage = critical, keyCertSign, cRLSign' 2>/dev/null
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "R\t330101000000Z\t240101000000Z,keyCompromise\t%06X\tunknown\t/C=XX/CN=Gone\n", 65536 + i }' >ca/index.txt
	rm -f media/adopt/*
	gencrl media/adopt/root.crl
	cp ca/root.pem media/adopt/
}
ed_ca 5000
exits 1 "a large list of a root of Ed25519" adopt other
said "is not taken over" other/ceremonies/0001-adoption '"op":"crl-adopt","error":"ERR_LIST_ED25519"'
ed_ca 50
ok "a small one is" adopt other
mkdir -p media/revocations
printf '0a0b\t2024-01-02\tsuperseded\n' >media/revocations/revocations.tsv
exits 1 "a list is imported" next rehearsal-revoke-list other
said "not by such a root, and nobody has confirmed it" "$(last other)" '"op":"list-take","error":"ERR_LIST_ED25519"'
rm -rf ca media/adopt media/revocations
mv ca.ec ca
mv adopt.ec media/adopt
mv ec.key root.key
sed -i 's/^default_md = .*/default_md = sha384/' ca.cnf

# ---- more certificates than one file of the transcript holds ----
sed -i 's/^policy = p/&\nunique_subject = no/' ca.cnf
echo 200000 >ca/serial
echo 'unique_subject = no' >ca/index.txt.attr
: >ca/index.txt
yes one.csr | head -n 600 | xargs openssl ca -batch -notext -config ca.cnf -keyfile root.key -cert ca/root.pem -out last.pem -infiles 2>err || diag err
cat ca/certs/20????.pem >all.pem
is "six hundred certificates" "$(grep -c BEGIN all.pem)" 600
ok "in a file that is read in pieces" [ "$(stat -c %s all.pem)" -gt 262144 ]
rm media/adopt/*
cp ca/root.pem all.pem one.pem media/adopt/
sed 's/^crl = .*/crl = none/' "$c/adopt.ini" >none.ini
ok "are taken over" adopt many none.ini
ok "and verified" "$bin/ceremony-verify" many
is "each is in the record" "$(ls many/ceremonies/0001-adoption/certificates/adopted-* | wc -l)" 601
is "as it was" "$(cat many/ceremonies/0001-adoption/certificates/adopted-*.pem | grep -v -e '----' | sort | sha256sum)" "$(cat all.pem one.pem | grep -v -e '----' | sort | sha256sum)"
is "in so many pieces" "$(grep -c '"turn":"read",' many/ceremonies/0001-adoption/transcript.jsonl)" "$((1 + ($(stat -c %s all.pem) + 131071) / 131072))"
ok "status" "$bin/ceremony" status --record many
is "knows each" "$(grep -c '^ *valid .*Old CA one' out)" 601
head -c 300000 all.pem >media/adopt/all.pem
exits 1 "a bundle that was cut short" adopt cut none.ini
said "is told at the certificate that is not whole" cut/ceremonies/0001-adoption '"turn":"certificate".*"error":"ERR_PEM_BASE64"'
done_testing
