#!/bin/sh
# proof.t: a proof for each thing that was signed; checked by us, and by sha256sum and openssl as
# docs/formats/proof.md tells; every change of it is refused.
. scripts/e2e/lib.sh

c=scripts/ceremonies
mkdir -p "$work/m/requests" "$work/m/output" "$work/m2/output"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/m/requests/"
run() {
	"$bin/ceremony" run "$c/$1.ini" --record "$work/r" --media "$work/$2" --answers "$c/$1.answers.ini" >"$work/log" 2>&1 ||
		bail "$1 does not run: $(tail -n 1 "$work/log")"
}
run rehearsal m
run rehearsal-crl m2
record=$work/r
ok "a policy" "$bin/ceremony" policy --record "$record" -o "$work/policy"
awk -v to="$work/page" '/^```sh$/ { n++; on = 1; next } /^```$/ { on = 0 } on { print > (to (n > 1 ? n : "") ".sh") }' docs/formats/proof.md

for file in "$record"/ceremonies/*/certificates/*.pem "$record"/ceremonies/*/crls/*.crl; do
	name=${file#"$record/ceremonies/"}
	ok "$name: a proof" "$bin/ceremony" proof --record "$record" --certificate "$file" -o "$work/p"
	exits 0 "$name: it holds" "$bin/ceremony-verify" --proof "$work/p" --certificate "$file"
	like "$name: without a policy it says so" "$work/out" "^--  no policy was given"
	exits 0 "$name: with the policy" "$bin/ceremony" verify --proof "$work/p" --certificate "$file" --policy "$work/policy"
	like "$name: it says so" "$work/out" '^VERIFIED: '
	case $file in *.pem) ;; *) continue ;; esac
	rm -rf "$work/hand"
	mkdir "$work/hand"
	cp "$work/p" "$work/hand/proof"
	cp "$file" "$work/hand/cert.pem"
	exits 0 "$name: by hand" sh -c "cd $work/hand && sh ../page.sh"
	cp "$work/policy" "$work/hand/"
	exits 0 "$name: the witnesses by hand" sh -c "cd $work/hand && sh ../page2.sh"
	is "$name: each of the checkpoint's lines" "$(grep -c ' signed$' "$work/out")" "$(grep -c '^—' "$work/hand/checkpoint")"
	sed -i '2s/$/0/' "$work/hand/checkpoint"
	exits 1 "$name: they did not sign another one" sh -c "cd $work/hand && sh ../page2.sh"
	sh -c "cd $work/hand && sh ../page.sh" >"$work/out" 2>&1
	like "$name: the record key is that of ca.ini" "$record/ca.ini" "record-key-sha256 = $(tail -n 1 "$work/out" | cut -c 1-64)"
done

cert=$record/ceremonies/0001-root-generation/certificates/intermediate-1.pem
ok "the proof again" "$bin/ceremony" proof --record "$record" --certificate "$cert" -o "$work/proof"
serial=$(openssl x509 -in "$cert" -noout -serial | sed 's/.*=//')
ok "by serial" "$bin/ceremony" proof --record "$record" --certificate "$serial" -o "$work/by-serial"
same "the same proof" "$work/proof" "$work/by-serial"
openssl x509 -in "$cert" -outform DER -out "$work/cert.der"
ok "of DER" "$bin/ceremony" proof --record "$record" --certificate "$work/cert.der" -o "$work/of-der"
same "the same proof again" "$work/proof" "$work/of-der"
is "it has an index and a path" "$(sed -n '3s/ .*//p' "$work/proof")" index

# refused NAME STATUS PATTERN ARGUMENT...
refused() {
	exits "$2" "$1" "$bin/ceremony-verify" --certificate "$cert" --proof "$work/changed" --policy "$work/policy"
	like "$1: says why" "$work/out" "$3"
}
# changed NAME PATTERN COMMAND...: COMMAND turns the proof on stdin into another.
changed() {
	name=$1 pattern=$2
	shift 2
	"$@" <"$work/proof" >"$work/changed"
	refused "$name" 1 "^NOT VERIFIED: .*$pattern"
}
changed "a line longer" "line [0-9]+" sed '$a more'
changed "nothing" "line 1" true
changed "another index" "lead" sed 's/^index .*/index 1/'
changed "an index that is too large" "lead" sed 's/^index .*/index 100000/'
changed "an index with a zero before it" "line 3" sed 's/^index /index 0/'
changed "a hash less" "lead" sed 4d
changed "a hash more" "lead" sed '4p'
changed "two hashes swapped" "lead" awk 'NR == 4 { held = $0; next } { print } NR == 5 { print held }'
changed "the extra data cut" "line 2" sed 's/^extra ..../extra /'
changed "no extra data" "line 2" sed 2d
changed "a witness less" "of the record key" sed '$d'
changed "no witness" "of the record key" sed '/^—/d'
# repacked NAME PATTERN SED: the extra data, changed and packed again.
repacked() {
	sed -n 's/^extra //p' "$work/proof" | base64 -d | sed "$3" | base64 -w 0 >"$work/extra"
	awk -v extra="$(cat "$work/extra")" '/^extra / { $0 = "extra " extra } { print }' "$work/proof" >"$work/changed"
	refused "$1" 1 "^NOT VERIFIED: .*$2"
}
repacked "another signature in the line" "lead" '/^line/s/"signature":"M/"signature":"N/'
repacked "another time in the line" "lead" '/^line/s/"time":"2/"time":"3/'
openssl ecparam -name secp384r1 -genkey -noout | openssl ec -pubout -outform DER -out "$work/other.spki" 2>/dev/null
repacked "another record key" "record key" "s|^record-key .*|record-key $(base64 -w 0 "$work/other.spki")|"
# A point with its last octet changed lies on no curve.
repacked "a bent record key" "line 2" '/^record-key/{s/$/=/;s/A=$/B/;t;s/.=$/A/}'
repacked "another record signature" "(record key|line 2)" '/^record-signature/s/M/N/'
repacked "a word more" "line 2" '$a word'
n=0
size=$(wc -c <"$work/proof")
at=0
while [ $at -lt "$size" ]; do
	head -c $at "$work/proof" >"$work/changed"
	head -c $((at + 1)) "$work/proof" | tail -c 1 | tr '\000-\377' '\001-\377\000' >>"$work/changed"
	tail -c +$((at + 2)) "$work/proof" >>"$work/changed"
	"$bin/ceremony-verify" --certificate "$cert" --proof "$work/changed" --policy "$work/policy" >"$work/out" 2>&1 ||
		n=$((n + 1))
	at=$((at + 7))
done
is "every seventh octet changed: all refused" "$n" $(((size + 6) / 7))

cp "$work/proof" "$work/changed"
for other in intermediate-2 root; do
	exits 1 "of another certificate: $other" "$bin/ceremony-verify" --proof "$work/proof" \
		--certificate "$record/ceremonies/0001-root-generation/certificates/$other.pem"
	like "says so" "$work/out" '^NOT VERIFIED: The proof is not of this certificate'
done

# What is not in the record; wrong use.
exits 1 "a certificate of nobody" "$bin/ceremony" proof --record "$record" --certificate 1234567890 -o "$work/none"
like "says so" "$work/err" 'No finished ceremony of this record signed that'
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/k" -subj /CN=x -out "$work/alien.pem" 2>/dev/null
exits 1 "an alien certificate" "$bin/ceremony" proof --record "$record" --certificate "$work/alien.pem" -o "$work/none"
exits 1 "no certificate" "$bin/ceremony" proof --record "$record" --certificate "$work/k" -o "$work/none"
exits 3 "no such file" "$bin/ceremony" proof --record "$record" --certificate "$work/nowhere.pem" -o "$work/none"
ok "no file was left" test ! -e "$work/none"
exits 2 "no output named" "$bin/ceremony" proof --record "$record" --certificate "$cert"
exits 2 "a proof without a certificate" "$bin/ceremony-verify" --proof "$work/proof"
exits 2 "a certificate without a proof" "$bin/ceremony-verify" --certificate "$cert"
exits 2 "a proof and a record" "$bin/ceremony-verify" "$record" --proof "$work/proof" --certificate "$cert"
exits 3 "a proof that is not there" "$bin/ceremony-verify" --proof "$work/nowhere" --certificate "$cert"
done_testing
