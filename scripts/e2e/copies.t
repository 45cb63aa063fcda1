#!/bin/sh
# copies.t: what is published at the certificates' URLs is compared before they are signed: the issuer's certificate and
# the revocation list, brought on a medium under the names at the URLs' ends.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures/requests
cd "$work" || bail "no folder"
mkdir -p media/requests media/output media/published
cp "$f/intermediate-1.csr" "$f/intermediate-2.csr" media/requests/
ok "the root's ceremony" "$bin/ceremony" run "$c/rehearsal.ini" --record record --media media --answers "$c/rehearsal.answers.ini"
cp record/ceremonies/0001-root-generation/crls/root.crl old.crl
rm -f media/requests/* media/output/*
ok "the next list" "$bin/ceremony" run "$c/rehearsal-crl.ini" --record record --media media --answers "$c/rehearsal-crl.answers.ini"
cp record/ceremonies/0002-crl/crls/root.crl new.crl
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out a.key
openssl req -new -utf8 -sha384 -key a.key -subj '/C=XX/O=Example Trust Services/CN=Example Issuing CA New' -out media/requests/a.csr
openssl req -x509 -new -utf8 -sha384 -key a.key -days 3000 -subj '/C=XX/O=Other/CN=Other Root' -out other.pem
printf '[ca]\ndefault_ca = d\n[d]\ndatabase = db\ncrlnumber = number\ndefault_md = sha384\ndefault_crl_days = 30\ncrl_extensions = x\n[x]\nauthorityKeyIdentifier = keyid:always\n' >ca.cnf
: >db
echo 02 >number
openssl ca -config ca.cnf -gencrl -cert other.pem -keyfile a.key 2>/dev/null | openssl crl -outform DER -out other.crl

sed -e "s/^organisation = .*/$(grep '^organisation' "$c/rehearsal.ini")/" -e "s|^origin = .*|$(grep '^origin' "$c/rehearsal.ini")|" \
	-e "s/^label = .*/$(grep '^label' "$c/rehearsal.ini" | head -n 1)/" -e 's/^files = .*/files = a.csr/' \
	-e 's/^kind = review/&\ncopies-medium = published/' "$c/bench-csr.ini" >next.ini
check() { "$bin/ceremony" check "$1" --profiles "${2:-$root/scripts/profiles}"; }
ok "the script is taken" check next.ini
sed 's/^kind = review/&\ncopies-medium = published/' "$c/rehearsal.ini" >first.ini
exits 1 "not for a CA that nothing is published of" check first.ini
like "and says why" err 'continues = yes'
cp -r "$root/scripts/profiles" profiles
sed -i 's|^crlDistributionPoints = .*|crlDistributionPoints = URI:http://crl.example.com/root-{shard}.crl|' profiles/tls-subca.ini
sed 's/^kind = review/&\nshards = 4/' next.ini >parts.ini
ok "and where each certificate names a part of the list, of every part" check parts.ini profiles
cp "$root/scripts/profiles/tls-subca.ini" profiles/
sed -i 's|example.com/root.cer|example.com/root.cer?v=1|' profiles/tls-subca.ini
exits 1 "nor with a URL that names no file" check next.ini profiles
like "and says which" err 'root.cer.v=1 does not end in the name of a file'
sed -e '/^crlDistributionPoints/d' -e '/^authorityInfoAccess/d' -e 's/^certificatePolicies/&/' \
	"$root/scripts/profiles/private-subca.ini" >profiles/private-subca.ini
sed 's/^copies-medium/profile = private-subca\n&/' next.ini >none.ini
exits 1 "nor without any" check none.ini profiles
like "and says so" err 'no URL to compare'

sed -e 's/^\[review\]/&\ncopies = yes/' -e "s/^pin = .*/$(grep '^pin = ' "$c/rehearsal-revoke.answers.ini" | head -n 1)/" \
	"$c/bench-csr.answers.ini" >good.answers.ini
sed 's/^\[session\]/&\nafter-failure = @pause/' good.answers.ini >pause.answers.ini
t=record/ceremonies/0003-bench-csr/transcript.jsonl
go() { # run|resume ANSWERS
	if [ "$1" = run ]; then
		"$bin/ceremony" run next.ini --record record --media media --profiles "$root/scripts/profiles" --answers "$2"
	else
		"$bin/ceremony" resume --record record --media media --profiles "$root/scripts/profiles" --answers "$2"
	fi
}
how=run
bad() { # WHAT TURN RULE REASON
	exits 1 "$1 stops it" go $how pause.answers.ini
	how=resume
	tail -n 3 $t >last
	like "$1: $3" last "\"type\":\"failed\",\"step\":\"review\",\"turn\":\"$2\",.*\"error\":\"$3\",\"detail\":\"[^\"]*$4"
}
p=media/published
bad "no copy" issuer-copy ERR_MEDIUM_FILE root.cer
cp other.pem $p/root.cer
bad "another's certificate" issuer-parse ERR_COPY_OTHER "http://aia.example.com/root.cer: it is not this root's"
cp media/requests/a.csr $p/root.cer
bad "no certificate" issuer-parse ERR_PEM_NONE ''
openssl x509 -in record/root.pem -outform DER -out $p/root.cer
cp other.crl $p/root.crl
bad "another's list" list-parse ERR_LIST_FOREIGN ''
cp old.crl $p/root.crl
bad "an old list" list-parse ERR_LIST_OLD 'has list 1'
cp new.crl $p/root.crl
printf '\001' | dd of=$p/root.crl bs=1 seek="$(($(wc -c <new.crl) - 3))" conv=notrunc 2>/dev/null
bad "a list that is forged" list-parse ERR_LIST_FOREIGN ''
cp new.crl $p/root.crl
ok "with what fits it goes on" go resume good.answers.ini
like "the certificate is recorded with its hash" $t "\"turn\":\"issuer-parse\",.*\"sha256\":\"$(sha256sum <$p/root.cer | cut -d ' ' -f 1)\""
like "and the list" $t "\"turn\":\"list-parse\",.*\"sha256\":\"$(sha256sum <new.crl | cut -d ' ' -f 1)\""
ok "the record verifies" "$bin/ceremony-verify" record
is "and has the certificate" "$(ls record/ceremonies/0003-bench-csr/certificates)" a.pem
done_testing
