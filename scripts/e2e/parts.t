#!/bin/sh
# parts.t: a CA whose list was whole takes to parts, and back: what was published last is compared with the record both ways, and a
# script that names it the other way is refused before anything is read, with words that say what it must name.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures
uri='http://crl.example.com/root-{shard}.crl'
cd "$work" || bail "no folder"
mkdir -p media/requests media/output
cp "$f/requests/intermediate-1.csr" "$f/requests/intermediate-2.csr" media/requests/
# certificates that name no list: those that do bind the number of parts (shards.t)
sed 's/^profile = tls-subca/profile = private-subca/' "$c/rehearsal.ini" >root.ini
ok "a root, two intermediates and a whole list" "$bin/ceremony" run root.ini --record record --media media --profiles "$root/scripts/profiles" --answers "$c/rehearsal.answers.ini"

last() { ls -d "${1:-record}"/ceremonies/* | tail -n 1; }
published() { # published FILE...: lists of the last ceremony as they are published, and its checkpoint
	rm -f media/output/*
	for x in "$@"; do cp "$(last)/crls/$x" media/output/; done
	cp "$(last)/checkpoint" "media/output/checkpoint-$(basename "$(last)" | cut -c 1-4)"
}
periodic() { # periodic OUT CRL SHARDS: the periodic script, with the last list under that name, for that many parts
	sed "s,^crl = .*,crl = $2," "$c/periodic-crl.ini" >"$1"
	[ "$3" = 1 ] || sed -i "s,^profile = crl-ca,&\nshards = $3\ndistribution = $uri," "$1"
}
run() { # run SCRIPT [RECORD]
	"$bin/ceremony" run "$1" --record "${2:-record}" --media media --profiles "$root/scripts/profiles" --answers "$c/periodic-crl.answers.ini"
}
refused() { # refused NAME SCRIPT WORDS: in a copy, and nothing was read of the medium's lists
	rm -rf copy copy.token
	cp -r record copy
	cp -r record.token copy.token
	sed -i "s,$work/record.token,$work/copy.token," copy.token/softhsm2.conf
	exits 1 "$1" run "$2" copy
	like "is refused, with the reason" "$(last copy)/transcript.jsonl" "\"type\":\"failed\".*\"error\":\"ERR_LIST_PARTS\",\"detail\":\"$3\""
	is "and nothing was read" "$(grep -c '"op":"crl-look","list' "$(last copy)/transcript.jsonl")" 0
	like "and told what to do" err 'If the script is wrong, end this ceremony'
}
all_entries() { # the serial numbers of lists, sorted
	for x in "$@"; do openssl crl -inform DER -in "$x" -noout -text; done | sed -n 's/^ *Serial Number: //p' | sort
}

# ---- from the whole to parts ----
published root.crl
periodic wrong.ini 'root-{shard}.crl' 4
refused "parts of a list that has none" wrong.ini 'list 1 is not in parts, and root-\{shard\}.crl is the name of parts: it must not have \{shard\}'
periodic four.ini root.crl 4
ok "the whole list compared, four parts signed" run four.ini
like "the one that was brought is the record's" "$(last)/transcript.jsonl" '"op":"parse-list".*"number":"1"'
is "of number 2, all of them" "$(for k in 0 1 2 3; do openssl crl -inform DER -in "$(last)/crls/root-$k.crl" -noout -crlnumber; done | sort -u)" 'crlNumber=0x02'
ok "it verifies" "$bin/ceremony-verify" record

# ---- parts, and parts again, and one of them revoked ----
published root-0.crl root-1.crl root-2.crl root-3.crl
periodic wrong.ini root.crl 1
refused "one file of a list in parts" wrong.ini 'list 2 has 4 parts, and root.crl is the name of one file: it needs \{shard\}'
sed -e 's,^\[step revoke\],[step last]\nkind = continuity\nmedium = output\ninsert = no\ncrl = root-{shard}.crl\n\n&,' \
	-e "s,^profile = crl-ca,&\nshards = 2\ndistribution = $uri," -e 's,^kind = export,&\nnames = numbered,' \
	"$c/rehearsal-revoke.ini" >revoke.ini
ok "four parts compared, two signed" "$bin/ceremony" run revoke.ini --record record --media media --profiles "$root/scripts/profiles" --answers "$c/rehearsal-revoke.answers.ini"
like "each was read" "$(last)/transcript.jsonl" '"op":"crl-look".*"list.1":"[^"]*number=2 .*"list.4":"[^"]*number=2 '
serial=$(openssl x509 -in record/ceremonies/0001-*/certificates/intermediate-1.pem -noout -serial | cut -d = -f 2)
is "the revoked one is in one of them" "$(all_entries "$(last)"/crls/root-[01].crl)" "$serial"
ok "it verifies" "$bin/ceremony-verify" record

# ---- and back ----
published root-0.crl root-1.crl
periodic whole.ini 'root-{shard}.crl' 1
ok "two parts compared, a whole list signed" run whole.ini
new=$(ls "$(last)"/crls/*.crl)
is "it has the entry" "$(all_entries "$new")" "$serial"
is "and the next number" "$(openssl crl -inform DER -in "$new" -noout -crlnumber)" 'crlNumber=0x04'
is "and no part's name" "$(openssl crl -inform DER -in "$new" -noout -text | grep -c 'Issuing Distribution Point')" 0
ok "openssl takes it" openssl crl -inform DER -in "$new" -CAfile record/root.pem -noout
published "$(basename "$new")"
[ -e media/output/root.crl ] || mv media/output/*.crl media/output/root.crl
refused "parts of it" whole.ini 'list 4 is not in parts, and root-\{shard\}.crl is the name of parts: it must not have \{shard\}'
periodic next.ini root.crl 1
ok "and the next, as ever" run next.ini

# ---- as many parts as there may be ----
new=$(ls "$(last)"/crls/*.crl)
published "$(basename "$new")"
[ -e media/output/root.crl ] || mv media/output/*.crl media/output/root.crl
periodic many.ini root.crl 64
ok "sixty-four parts signed" run many.ini
# shellcheck disable=SC2046 # names without blanks
published $(seq -f 'root-%g.crl' 0 63)
periodic again.ini 'root-{shard}.crl' 64
ok "sixty-four compared, and signed anew" run again.ini
like "each was read" "$(last)/transcript.jsonl" '"op":"crl-look".*"list.1":"[^"]*number=6 .*"list.64":"[^"]*number=6 '
ok "it all verifies" "$bin/ceremony-verify" record
done_testing
