#!/bin/sh
# continue.t: a second ceremony on a CA that the record holds already: its list carries the next
# number, its checkpoint chains to the first, and neither can be taken away or swapped.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures
cd "$work" || bail "no folder"
mkdir -p media/requests media/output media/output2
cp "$f/requests/intermediate-1.csr" "$f/requests/intermediate-2.csr" media/requests/

run() {
	"$bin/ceremony" run "$c/$1.ini" --record "$2" --media media --answers "$c/$1.answers.ini"
}

exits 3 "a list needs a CA" run rehearsal-crl record
like "and says so" err "The record holds no root"
ok "the root's ceremony" run rehearsal record
exits 3 "the root is made once" run rehearsal record
like "and says so" err "holds a root already"
rm media/output/*
ok "the next list" run rehearsal-crl record
ok "verified" "$bin/ceremony-verify" record
like "both ceremonies" out "0002-crl: checkpoint signed"
ok "openssl takes the list" openssl crl -inform DER -in record/ceremonies/0002-crl/crls/root.crl -CAfile record/root.pem -noout -crlnumber
like "its number is the next" out "crlNumber=0x02"

sum=$(sha256sum <record/ceremonies/0001-root-generation/checkpoint | cut -d ' ' -f 1)
like "the first line names the last checkpoint" record/ceremonies/0002-crl/transcript.jsonl "\"previous\":\"$sum\""

cp -r record without
rm -r without/ceremonies/0001-root-generation
exits 1 "without the first ceremony" "$bin/ceremony-verify" without
cp -r record later
rm media/output/*
cp -r record.token later.token
ok "another third ceremony elsewhere" run rehearsal-crl later
rm -r record/ceremonies/0002-crl
mv later/ceremonies/0003-crl record/ceremonies/0002-crl
exits 1 "a later ceremony in place of an earlier one" "$bin/ceremony-verify" record
done_testing
