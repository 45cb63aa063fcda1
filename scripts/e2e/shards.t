#!/bin/sh
# shards.t: certificates that name their part of a revocation list, from the profile's {shard} to what a relying party
# does with both; and what other tools say of parts and of ten thousand entries.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures
uri='http://crl.example.com/root-{shard}.crl'
zlint=$(sh scripts/get-zlint "$B" 2>/dev/null) || zlint=
cd "$work" || bail "no folder"
mkdir -p media/requests media/output media/revocations
cp "$f/requests/intermediate-1.csr" "$f/requests/intermediate-2.csr" media/requests/
cp -r "$root/scripts/profiles" profiles
sed -i 's,crl.example.com/root.crl,crl.example.com/root-{shard}.crl,' profiles/tls-subca.ini
parts() { # FROM TO SHARDS: the script with that many parts
	sed "s,^profile = crl-ca,&\nshards = $3\ndistribution = $uri," "$c/$1.ini" >"$2"
}
run() { # SCRIPT ANSWERS
	"$bin/ceremony" run "$1" --record record --media media --profiles profiles --answers "$c/$2.answers.ini"
}
point() { # CERTIFICATE: its distribution points
	openssl x509 -in "$1" -noout -ext crlDistributionPoints | sed -n 's/^ *URI://p'
}
part_of() { # CERTIFICATE SHARDS: serial mod shards, by another's arithmetic
	python3 -c 'import sys; print(int(sys.argv[1], 16) % int(sys.argv[2]))' "$(openssl x509 -in "$1" -noout -serial | cut -d = -f 2)" "$2"
}
idp() { # LIST: the URI of its issuing distribution point
	openssl crl -inform DER -in "$1" -noout -text | sed -n 's/^ *URI://p'
}

# ---- what is said of a request, when there is no serial yet ----
ok "a request is checked" "$bin/ceremony" request check --profile profiles/tls-subca.ini media/requests/intermediate-1.csr
like "and the answer shows the URI" out "accept.*crlDistributionPoints will be http://crl.example.com/root-\{shard\}.crl"
ok "without a {shard}" "$bin/ceremony" request check --profile "$root/scripts/profiles/tls-subca.ini" media/requests/intermediate-1.csr
unlike "nothing is said of it" out crlDistributionPoints

# ---- scripts and profiles that do not agree ----
refused() { # NAME SCRIPT PROFILES
	exits 1 "check refuses $1" "$bin/ceremony" check "$2" --profiles "$3"
	like "and says which step" err 'step review.*ERR_PROFILE_SHARD'
}
refused "{shard} and a list without parts" "$c/rehearsal.ini" profiles
parts rehearsal parts.ini 4
refused "parts, and certificates that all name one list" parts.ini "$root/scripts/profiles"
sed 's,crl.example.com,other.example.com,' parts.ini >wrong.ini
refused "another URI" wrong.ini profiles
sed 's,^profile = tls-subca,&\nshards = 5,' parts.ini >wrong.ini
refused "another number of parts" wrong.ini profiles
sed 's,^profile = tls-subca,&\nshards = 5,' "$c/rehearsal.ini" >wrong.ini
refused "parts for a profile without {shard}" wrong.ini "$root/scripts/profiles"
sed 's,^profile = tls-subca,&\nshards = 65,' parts.ini >wrong.ini
exits 1 "check refuses 65 parts" "$bin/ceremony" check wrong.ini --profiles profiles

# ---- issued, and the list's four parts, in one sitting ----
ok "two intermediates" run parts.ini rehearsal
certs=record/ceremonies/0001-root-generation/certificates
for n in 1 2; do
	cert=$certs/intermediate-$n.pem
	part=$(part_of "$cert" 4)
	is "intermediate $n names its part" "$(point "$cert")" "http://crl.example.com/root-$part.crl"
	is "which is what that part names" "$(idp "media/output/root-$part.crl")" "$(point "$cert")"
	openssl crl -inform DER -in "media/output/root-$part.crl" -out part.pem
	ok "openssl takes it for that certificate" openssl verify -crl_check -CAfile record/root.pem -CRLfile part.pem "$cert"
	openssl crl -inform DER -in "media/output/root-$(((part + 1) % 4)).crl" -out part.pem
	exits 2 "and no other part" openssl verify -crl_check -CAfile record/root.pem -CRLfile part.pem "$cert"
	like "for its scope" err "different CRL scope"
done
ok "verified" "$bin/ceremony-verify" record

# ---- one of them revoked ----
cert=$certs/intermediate-1.pem
part=$(part_of "$cert" 4)
printf '%s\t%s\tsuperseded\n' "$(openssl x509 -in "$cert" -noout -serial | cut -d = -f 2)" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >media/revocations/revocations.tsv
cp -r record before
cp -r record.token before.token
# Three parts, or more where chance gave both serials the same part of three as of four.
n=3
while [ "$n" -eq 4 ] || { [ "$(part_of "$certs/intermediate-1.pem" "$n")" = "$(part_of "$certs/intermediate-1.pem" 4)" ] &&
	[ "$(part_of "$certs/intermediate-2.pem" "$n")" = "$(part_of "$certs/intermediate-2.pem" 4)" ]; }; do n=$((n + 1)); done
parts rehearsal-revoke-list other.ini "$n"
rm -f media/output/*
exits 1 "other parts than the certificates name are refused" run other.ini rehearsal-revoke-list
like "with the reason" record/ceremonies/0002-revocation-list/transcript.jsonl '"error":"ERR_CRL_POINT"'
rm -rf record record.token
mv before record
mv before.token record.token
rm -f media/output/*
parts rehearsal-revoke-list four.ini 4
ok "revoked by a list" run four.ini rehearsal-revoke-list
openssl crl -inform DER -in "media/output/root-$part.crl" -out part.pem
exits 2 "openssl finds it revoked" openssl verify -crl_check -CAfile record/root.pem -CRLfile part.pem "$cert"
like "in the part that it names" err "certificate revoked"
ok "verified" "$bin/ceremony-verify" record

# ---- what zlint says of a part ----
if [ -n "$zlint" ]; then
	"$zlint" -format pem part.pem >zlint.json 2>zlint.err
	is "zlint knows it for a list" "$(grep -c 'crl' zlint.json)" 1
	tr '}' '\n' <zlint.json | grep -E '"result":"(warn|error|fatal)"' >found
	is "and finds nothing in a part" "$(cat found)" ""
	tr '}' '\n' <zlint.json | grep -c '"result":"pass"' >passed
	ok "by several of its lints" [ "$(cat passed)" -ge 3 ]
else
	skip "zlint on a part" "zlint cannot be had here"
fi

# ---- what certtool says of ten thousand entries ----
awk 'BEGIN { for (i = 1; i <= 10000; i++) printf "%08x\t2024-01-02\t%d\n", 1048576 + i * 7919, substr("13459", 1 + i % 5, 1) }' >media/revocations/revocations.tsv
rm -f media/output/*
ok "ten thousand in four parts" run four.ini rehearsal-revoke-list
rm -f ours theirs
for k in 0 1 2 3; do
	ok "certtool reads part $k" certtool --crl-info --inder --infile "media/output/root-$k.crl" --outfile "part-$k.txt"
	sed -n 's/^[[:space:]]*Serial Number (hex): //p' "part-$k.txt" >>theirs
	openssl crl -inform DER -in "media/output/root-$k.crl" -out "part-$k.pem"
	ok "and verifies it" certtool --verify-crl --infile "part-$k.pem" --load-ca-certificate record/root.pem
done
{
	cut -f 1 media/revocations/revocations.tsv
	openssl x509 -in "$cert" -noout -serial | cut -d = -f 2 | tr A-F a-f
} | sed 's/^0*//' | sort >ours
sed 's/^0*//' theirs | sort >theirs.sorted
same "it sees just those serials" ours theirs.sorted

# ---- the years after: every part is compared with the record; a series in parts; the certificates' URLs ----
published() { # published FOLDER: the parts of now, and the newest checkpoint
	mkdir -p "media/$1"
	rm -f media/"$1"/*
	b=$(ls -d record/ceremonies/* | tail -n 1)
	for f in $(ls "$b/crls" | sort -t - -k 2 -n | head -n 4); do
		cp "$b/crls/$f" "media/$1/root-${f##*-}"
	done
	cp "$b/checkpoint" "media/$1/checkpoint-$(basename "$b" | cut -c 1-4)"
}
later() { # later SCRIPT OUT: a shipped script, for four parts
	sed -e 's,^crl = .*,crl = root-{shard}.crl,' -e "s,^profile = crl-[a-z]*$,&\nshards = 4\ndistribution = $uri," "$c/$1.ini" >"$2"
}
later periodic-crl periodic.ini
later crl-series series.ini
ok "check takes the series in parts" "$bin/ceremony" check series.ini --profiles profiles
published output
copy_record() {
	rm -rf copy copy.token
	cp -r record copy
	cp -r record.token copy.token
	sed -i "s,$work/record.token,$work/copy.token," copy.token/softhsm2.conf
}
copy_record
cp media/output/root-1.crl media/output/root-2.crl
exits 1 "one part twice is no list" "$bin/ceremony" run periodic.ini --record copy --media media --profiles profiles --answers "$c/periodic-crl.answers.ini"
like "and is refused" "$(ls -d copy/ceremonies/* | tail -n 1)/transcript.jsonl" '"error":"ERR_LIST_PARTS","detail":"what was brought as part 2 is part 1 of list 3"'
published output
copy_record
sed 's,^crl = .*,crl = root-0.crl,' periodic.ini >part.ini
exits 1 "one part alone is none either" "$bin/ceremony" run part.ini --record copy --media media --profiles profiles --answers "$c/periodic-crl.answers.ini"
like "and told so" "$(ls -d copy/ceremonies/* | tail -n 1)/transcript.jsonl" '"error":"ERR_LIST_PARTS","detail":"list 3 has 4 parts, and root-0.crl is the name of one file: it needs \{shard\}"'
ok "the periodic list, in parts" "$bin/ceremony" run periodic.ini --record record --media media --profiles profiles --answers "$c/periodic-crl.answers.ini"
ok "beside the last one" ls media/output/root-4-part-0.crl media/output/root-4-part-3.crl media/output/root-0.crl
published output
ok "a series in parts" "$bin/ceremony" run series.ini --record record --media media --profiles profiles --answers "$c/crl-series.answers.ini"
b=$(ls -d record/ceremonies/* | tail -n 1)
is "sixteen files" "$(ls "$b/crls" | wc -l)" 16
for n in 5 6 7 8; do
	is "list $n: four parts, each with its own URI and number" "$(for k in 0 1 2 3; do
		idp "$b"/crls/root-$n-from-*-part-$k.crl
		openssl crl -inform DER -in "$b"/crls/root-$n-from-*-part-$k.crl -noout -crlnumber
	done | tr '\n' ' ')" "$(for k in 0 1 2 3; do printf '%s\n%s\n' "http://crl.example.com/root-$k.crl" "crlNumber=0x0$n"; done | tr '\n' ' ')"
	is "and all entries" "$(for f in "$b"/crls/root-$n-*.crl; do openssl crl -inform DER -in "$f" -noout -text; done | grep -c 'Serial Number')" 10001
done
ok "verified" "$bin/ceremony-verify" record
exits 0 "status" "$bin/ceremony" status --record record --json
like "has the parts" out '"number":6,"state":"ahead".*"parts":\[\{"file":"root-6-from-[^"]*-part-0.crl","sha256":"[0-9a-f]{64}"\}'
published published
rm media/published/checkpoint-*
cp record/root.pem media/published/root.cer
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out a.key
rm -f media/requests/* media/output/*
openssl req -new -utf8 -sha384 -key a.key -subj '/C=XX/O=Example Trust Services/CN=Example Issuing CA New' -out media/requests/a.csr
sed -e "s/^organisation = .*/$(grep '^organisation' "$c/rehearsal.ini")/" -e "s|^origin = .*|$(grep '^origin' "$c/rehearsal.ini")|" \
	-e "s/^label = .*/$(grep '^label' "$c/rehearsal.ini" | head -n 1)/" -e 's/^files = .*/files = a.csr/' \
	-e 's/^kind = review/&\ncopies-medium = published\nshards = 4/' "$c/bench-csr.ini" >urls.ini
sed -e 's/^\[review\]/&\ncopies = yes/' -e "s/^pin = .*/$(grep '^pin = ' "$c/rehearsal-revoke.answers.ini" | head -n 1)/" "$c/bench-csr.answers.ini" >urls.answers.ini
ok "what is published at a certificate's URL, in four parts" "$bin/ceremony" run urls.ini --record record --media media --profiles profiles --answers urls.answers.ini
like "was read" "$(ls -d record/ceremonies/* | tail -n 1)/transcript.jsonl" '"turn":"list-look".*"list.4":"[^"]*number=5 '
ok "verified" "$bin/ceremony-verify" record
done_testing
