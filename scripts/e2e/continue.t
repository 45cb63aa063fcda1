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

# A ceremony follows the script and the profiles that it began with: what lies in --profiles does not matter any more, and what lies in
# the record is compared with the first line before anything goes on.
cp -r "$root/scripts/profiles" profiles
sed 's/^decision.1 = approve/decision.1 = @pause/' "$c/rehearsal.answers.ini" >paused.ini
exits 1 "paused before the review" "$bin/ceremony" run "$c/rehearsal.ini" --record begun --media media --profiles profiles --answers paused.ini
# flipped NAME FILE SED-SCRIPT: a copy in which it was changed in between does not go on, and signs nothing.
flipped() {
	cp -r begun "$1" && cp -r begun.token "$1.token"
	sed -i "$3" "$1/ceremonies/0001-root-generation/$2"
	cmp -s "begun/ceremonies/0001-root-generation/$2" "$1/ceremonies/0001-root-generation/$2" && bail "nothing to change in $2"
	exits 1 "flipped: $1" "$bin/ceremony" resume --record "$1" --media media --answers "$c/rehearsal.answers.ini"
	like "$1: the first line finds it" err "^ceremony: .*$4.*ERR_AUDIT_OPEN"
	same "$1: no line was added" "begun/ceremonies/0001-root-generation/transcript.jsonl" "$1/ceremonies/0001-root-generation/transcript.jsonl"
	is "$1: nothing was signed" "$(ls "$1/ceremonies/0001-root-generation/certificates")" root.pem
}
flipped shorter profiles/tls-subca.ini 's/^duration = 3y/duration = 2y/' 'profile.tls-subca is '
flipped commented profiles/crl-ca.ini '$a# a word' 'profile.crl-ca is '
flipped fewer script.ini 's/^threshold = 3/threshold = 2/' 'script-sha256 is '
flipped renamed script.ini 's/^title = .*/title = Another/' 'title is '
sed -i 's/^duration = 3y/duration = 2y/' profiles/tls-subca.ini
ok "the folder of profiles may change" "$bin/ceremony" resume --record begun --media media --profiles profiles --answers "$c/rehearsal.answers.ini"
same "it is not what is used" "$root/scripts/profiles/tls-subca.ini" begun/ceremonies/0001-root-generation/profiles/tls-subca.ini
ok "and the record verifies" "$bin/ceremony-verify" begun
rm media/output/*

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
