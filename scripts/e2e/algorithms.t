#!/bin/sh
# algorithms.t: a whole ceremony with every algorithm that a root key may have; openssl judges.
# What a profile does not allow is refused before anyone enters the room.
. scripts/e2e/lib.sh

rehearsal=scripts/ceremonies/rehearsal.ini
answers=scripts/ceremonies/rehearsal.answers.ini

# stage NAME: a folder for one ceremony, its script and answers as shipped; sets d.
stage() {
	d=$work/$1
	mkdir -p "$d/m/requests" "$d/m/output" "$d/profiles"
	cp scripts/fixtures/requests/intermediate-1.csr scripts/fixtures/requests/intermediate-2.csr "$d/m/requests/"
	cp scripts/profiles/*.ini scripts/fixtures/profiles/*.ini "$d/profiles/"
	cp "$rehearsal" "$d/script.ini"
	cp "$answers" "$d/answers.ini"
}

# change FILE SED-SCRIPT: edits it; a change that changes nothing is a mistake of this test.
change() {
	sed "$2" "$1" >"$1.new" && ! cmp -s "$1" "$1.new" || bail "nothing to change in $1: $2"
	mv "$1.new" "$1"
}

# ceremony ALGORITHM TEXT: runs what stage prepared; openssl must agree. TEXT: what openssl calls the key.
ceremony() {
	ok "$1: the script is valid" "$bin/ceremony" check "$d/script.ini" --profiles "$d/profiles"
	ok "$1: the ceremony ends verified" "$bin/ceremony" run "$d/script.ini" --profiles "$d/profiles" --record "$d/r" \
		--media "$d/m" --answers "$d/answers.ini"
	ok "$1: the auditor's program agrees" "$bin/ceremony-verify" "$d/r"
	like "$1: and says so" "$work/out" '^VERIFIED: '
	c=$d/r/ceremonies/0001-root-generation
	openssl x509 -in "$c/certificates/root.pem" -noout -text >"$d/root.txt" 2>&1
	like "$1: openssl sees this key" "$d/root.txt" "$2"
	openssl crl -inform DER -in "$c/crls/root.crl" -out "$d/crl.pem" 2>"$work/err"
	for n in 1 2; do
		ok "$1: openssl verify takes intermediate $n" openssl verify -x509_strict -check_ss_sig -crl_check \
			-CAfile "$c/certificates/root.pem" -CRLfile "$d/crl.pem" "$c/certificates/intermediate-$n.pem"
	done
	openssl crl -in "$d/crl.pem" -noout -CAfile "$c/certificates/root.pem" -verify >"$work/out" 2>&1
	like "$1: openssl crl takes the list" "$work/out" '^verify OK'
	openssl pkey -pubin -in "$c/witnesses/record-key.pem" -noout -text >"$d/record.txt" 2>&1
	if grep -q ED25519 "$d/record.txt"; then
		ok "$1: openssl takes the record key's signature" openssl pkeyutl -verify -rawin -pubin \
			-inkey "$c/witnesses/record-key.pem" -in "$c/checkpoint" -sigfile "$c/checkpoint.token.sig"
	else
		ok "$1: openssl takes the record key's signature" openssl dgst -sha384 -verify "$c/witnesses/record-key.pem" \
			-signature "$c/checkpoint.token.sig" "$c/checkpoint"
	fi
	cmp -s "$c/certificates/root.pem" "$d/m/output/root.pem" && cmp -s "$c/crls/root.crl" "$d/m/output/root.crl"
	is "$1: the results are on the medium" $? 0
}

# refused ALGORITHM PROFILE TEXT: check and run say no, with the same words, and nothing is left.
refused() {
	exits 1 "$1: check refuses it under $2" "$bin/ceremony" check "$d/script.ini" --profiles "$d/profiles"
	like "$1: and says why" "$work/err" "$3"
	exits 1 "$1: run refuses it under $2" "$bin/ceremony" run "$d/script.ini" --profiles "$d/profiles" \
		--record "$d/r" --media "$d/m" --answers "$d/answers.ini"
	like "$1: with the same words" "$work/err" "$3"
	is "$1: no token was made, no line written" "$(find "$d" -name '*.token' -o -name transcript.jsonl)" ''
}

for algorithm in 'P-256 P-256' 'P-384 P-384' 'RSA-3072 \(3072 bit\)' 'RSA-4096 \(4096 bit\)'; do
	stage "${algorithm%% *}"
	[ "${algorithm%% *}" = P-384 ] || change "$d/script.ini" "s/^algorithm = .*/algorithm = ${algorithm%% *}/"
	ceremony "${algorithm%% *}" "${algorithm#* }"
done

# P-521: BR lets it be, the shipped profiles leave it out for Mozilla's sake.
stage P-521
change "$d/script.ini" 's/^algorithm = .*/algorithm = P-521/'
refused P-521 tls-root '\[step root-certificate\] under tls-root: P-521; allowed: P-384'
for p in tls-root tls-subca crl-ca; do
	change "$d/profiles/$p.ini" 's/^allowed = ecdsa-with-SHA384,/& ecdsa-with-SHA512,/'
done
change "$d/profiles/tls-root.ini" 's/^allowed = P-384,/& P-521,/'
ceremony P-521 P-521

# Ed25519: not under BR, whatever the profile says.
stage Ed25519-tls
change "$d/script.ini" 's/^algorithm = .*/algorithm = Ed25519/'
refused Ed25519 tls-root '\[step root-certificate\] under tls-root: Ed25519; allowed: P-384'
change "$d/profiles/tls-root.ini" 's/^allowed = P-384,/& Ed25519,/; s/^allowed = ecdsa-with-SHA384,/& Ed25519,/'
refused Ed25519 'a tls-root that allows it' 'tls-root\.ini:[0-9]+: key: Ed25519 is not among the allowed keys: BR 6\.1\.5'

# Under RFC 5280 alone it works; SoftHSM cannot wrap it, so there is no backup and the key may not leave at all.
stage Ed25519
change "$d/script.ini" 's/^algorithm = .*/algorithm = Ed25519/; s/tls-root/private-root/; s/tls-subca/private-subca/; s/crl-ca/private-crl/'
change "$d/script.ini" '/^\[step backup\]/,/^shares/d'
change "$d/answers.ini" '/^\[backup\]/,/^words.5/d'
change "$d/script.ini" '/^\[step restore\]/,/^initialise/{s/^kind = .*/kind = waive-restore/; /^label/d; /^initialise/d}'
change "$d/answers.ini" '/^\[restore\]/,/^card.3/c [restore]\napprover = Ada Adler, head of the CA\nreason = this token wraps no Ed25519 key\nofficer-1 = yes\nofficer-2 = yes'
change "$d/answers.ini" '/^second-pin/d'
refused 'Ed25519 without a backup' private-root '\[step root-key\]: extractable = until-backup, and no backup step'
change "$d/script.ini" 's/^extractable = .*/extractable = never/'
ceremony Ed25519 'Public Key Algorithm: ED25519'
done_testing
