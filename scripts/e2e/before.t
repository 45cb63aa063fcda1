#!/bin/sh
# before.t: what `ceremony request check` says on the operator's machine, weeks before, is what the ceremony says on the day:
# the same files before both, each refused by the same rule with the same words, and the good one signed.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures/requests
ceremony=$bin/ceremony
cd "$work" || bail "no folder"
mkdir -p media/requests media/output
cp "$f/intermediate-1.csr" "$f/intermediate-2.csr" media/requests/
ok "the root's ceremony" "$ceremony" run "$c/rehearsal.ini" --record record --media media --answers "$c/rehearsal.answers.ini"
rm -f media/requests/* media/output/*

for name in a-same-twice a-unsorted e-bc-ca-01 e-bc-twice e-san-other-bare f-der-certificate f-nul-behind f-trailing-nul f-two-same f-utf-16 \
	k-compressed k-ed25519-zero k-off-curve k-p224 k-rsa-close k-rsa-exponent-17 k-rsa-ones n-65-letters n-homoglyph n-rlo n-teletex \
	n-unsorted o-over-64-kib o-unused-7 s-other-key s-rsa-by-ecdsa s-sha1 v-2; do
	cp "$f/$name.csr" media/requests/
done
fresh() { # NAME CURVE OPTION...
	name=$1 curve=$2
	shift 2
	openssl genpkey -quiet -algorithm EC -pkeyopt "ec_paramgen_curve:P-$curve" -out key
	openssl req -new -utf8 -sha384 -key key -out "media/requests/$name.csr" "$@"
}
fresh p-country 384 -subj '/C=UK/O=Example/CN=Example CA 1'
fresh p-issuer 384 -subj '/C=XX/O=Example Trust Services/CN=Example  ROOT E1'
fresh p-leaf 384 -subj '/C=XX/O=Example/CN=Example CA 2' -addext 'basicConstraints = critical, CA:FALSE'
fresh p-no-o 384 -subj '/C=XX/CN=Example CA 3'
fresh p-ou 384 -subj '/C=XX/O=Example/OU=Unit/CN=Example CA 4'
fresh p-p521 521 -subj '/C=XX/O=Example/CN=Example CA 5'
fresh p-purpose 384 -subj '/C=XX/O=Example/CN=Example CA 6' -addext 'extendedKeyUsage = codeSigning'
fresh z-good 384 -subj '/C=XX/O=Example/CN=Example CA 7'
ls media/requests >names

# before the day
(cd media/requests && "$ceremony" request check --profile "$root/scripts/profiles/tls-subca.ini" --issuer ../../record/root.pem ./*.csr) |
	sed 's|^\./||' >checked
awk -F'\t' '!seen[$1]++ { print $1 "\t" ($2 == "accept" ? "accept" : $3) }' checked >said
is "each file has an answer" "$(cut -f1 said)" "$(cat names)"
is "one is accepted" "$(grep -c '	accept$' said)" 1

# on the day: words of a sheet for what can be read, go on without what is refused, here or in the review
sed -e "s/^organisation = .*/$(grep '^organisation' "$c/rehearsal.ini")/" -e "s|^origin = .*|$(grep '^origin' "$c/rehearsal.ini")|" \
	-e 's/^slug = .*/slug = day/' -e "s/^label = .*/$(grep '^label' "$c/rehearsal.ini" | head -n 1)/" \
	-e "s/^files = .*/files = $(paste -sd, names)/" "$c/bench-csr.ini" >day.ini
awk -F'\t' '$2 ~ /^(accept|ERR_PROFILE_.*)$/ { print "words." NR " = @expect"; next } { print "without." NR " = yes" }' said >requests
awk -F'\t' '$2 == "accept" { print "decision." NR " = approve" } $2 ~ /^(ERR_PROFILE_.*)$/ { print "without." NR " = yes" }' said >review
awk '/^\[/ { section = $0 } section == "[requests]" && /^words/ { while ((getline line < "requests") > 0) print line; next }
	section == "[review]" && /^decision/ { while ((getline line < "review") > 0) print line; next } { print }' \
	"$c/bench-csr.answers.ini" | sed "s/^pin = .*/$(grep '^pin = ' "$c/rehearsal-revoke.answers.ini" | head -n 1)/" >day.answers.ini
ok "the ceremony" "$ceremony" run day.ini --record record --media media --profiles "$root/scripts/profiles" --answers day.answers.ini
folder=record/ceremonies/0002-day
is "one certificate comes of it" "$(ls $folder/certificates)" z-good.pem
ok "the record verifies" "$bin/ceremony-verify" record

# both beside each other
sed -n 's/.*"type":"failed",.*"round":\([0-9]*\),.*"error":"\([A-Z0-9_]*\)".*/\1 \2/p' $folder/transcript.jsonl |
	while read -r round rule; do printf '%s\t%s\n' "$(sed -n "$((round + 1))p" names)" "$rule"; done | sort >day
grep -v '	accept$' said | sort >before
same "the ceremony refuses the same, each by the rule that was said before" day before
sed -n 's/.*"type":"failed",.*"detail":"\([^"]*\)".*/\1/p' $folder/transcript.jsonl | sed 's/\\\\/\\/g' | while read -r detail; do
	grep -qF "$detail" checked || echo "$detail"
done >missing
is "and in the same words" "$(cat missing)" ""
done_testing
