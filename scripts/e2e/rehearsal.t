#!/bin/sh
# rehearsal.t: the shipped rehearsal, unattended; and judges that are not ours look at
# everything that it leaves. The program's own verifier comes last and counts least.
. scripts/e2e/lib.sh

for judge in openssl certtool minisign signify-openbsd perl; do
	have "$judge" || bail "$judge is not installed (sh scripts/setup test)"
done

record=$work/record
c=$record/ceremonies/0001-root-generation
ok "the rehearsal reaches its end" sh scripts/rehearse --auto "$record"
[ -d "$c" ] || bail "there is no ceremony in the record"
for f in ca.ini root.pem; do
	ok "the record holds $f" test -s "$record/$f"
done
for f in script.ini profiles/tls-root.ini profiles/tls-subca.ini transcript.jsonl checkpoint checkpoint.token.sig \
	witnesses/record-key.pem backup/root-key.pem requests/intermediate-1.csr requests/intermediate-2.csr certificates/root.pem \
	certificates/intermediate-1.pem certificates/intermediate-2.pem crls/root.crl report.txt SHA256SUMS; do
	ok "the ceremony's folder holds $f" test -s "$c/$f"
done
same "the script is kept as it was run" "$c/script.ini" scripts/ceremonies/rehearsal.ini
same "a request is kept as it came" "$c/requests/intermediate-1.csr" scripts/fixtures/requests/intermediate-1.csr
same "root.pem is the root" "$record/root.pem" "$c/certificates/root.pem"

# ---- what README tells an auditor to type is run by readme.t; here, the same in short ---------

ok "every file is as SHA256SUMS says" sh -c "cd '$c' && sha256sum --quiet --strict -c SHA256SUMS"
ok "the chain is strict X.509" openssl verify -x509_strict -CAfile "$c/certificates/root.pem" "$c"/certificates/*.pem
ok "the CRL is the root's" openssl crl -inform DER -in "$c/crls/root.crl" -CAfile "$c/certificates/root.pem" -noout -verify
ok "the record key signed the checkpoint" openssl dgst -sha384 -verify "$c/witnesses/record-key.pem" \
	-signature "$c/checkpoint.token.sig" "$c/checkpoint"

# ---- certificates and CRL ----------------------------------------------------------------

text() {
	openssl x509 -in "$1" -noout -text >"$work/text" 2>&1
}
for cert in root intermediate-1 intermediate-2; do
	pem=$c/certificates/$cert.pem
	ok "$cert: openssl asn1parse reads it" openssl asn1parse -in "$pem"
	ok "$cert: certtool reads it" certtool --certificate-info --infile "$pem"
	ok "$cert: certtool builds the chain" certtool --verify --load-ca-certificate "$c/certificates/root.pem" --infile "$pem"
	text "$pem"
	like "$cert: says REHEARSAL" "$work/text" 'Subject:.*REHEARSAL'
	like "$cert: signed with ECDSA and SHA-384" "$work/text" 'Signature Algorithm: ecdsa-with-SHA384'
	like "$cert: keyUsage is critical" "$work/text" 'X509v3 Key Usage: critical'
	like "$cert: signs certificates and CRLs" "$work/text" 'Certificate Sign, CRL Sign'
	like "$cert: basicConstraints is critical" "$work/text" 'X509v3 Basic Constraints: critical'
	serial=$(openssl x509 -in "$pem" -noout -serial | sed 's/serial=//')
	ok "$cert: its serial number has 16 to 20 octets" test "${#serial}" -ge 32 -a "${#serial}" -le 40
	openssl x509 -in "$pem" -noout -pubkey >"$work/$cert.pub"
done
text "$c/certificates/root.pem"
unlike "root: no path length" "$work/text" 'pathlen'
root_ski=$(openssl x509 -in "$c/certificates/root.pem" -noout -ext subjectKeyIdentifier | tail -n 1 | tr -d ' ')
for i in 1 2; do
	pem=$c/certificates/intermediate-$i.pem
	text "$pem"
	like "intermediate-$i: path length 0" "$work/text" 'CA:TRUE, pathlen:0'
	is "intermediate-$i: names the root's key" \
		"$(openssl x509 -in "$pem" -noout -ext authorityKeyIdentifier | tail -n 1 | sed 's/ *keyid://; s/ //g')" "$root_ski"
	openssl req -in "$c/requests/intermediate-$i.csr" -noout -pubkey >"$work/asked.pub"
	same "intermediate-$i: certifies the key of its request" "$work/intermediate-$i.pub" "$work/asked.pub"
done
is "the three serial numbers differ" "$(for cert in root intermediate-1 intermediate-2; do
	openssl x509 -in "$c/certificates/$cert.pem" -noout -serial
done | sort -u | wc -l)" 3

ok "crl: openssl asn1parse reads it" openssl asn1parse -inform DER -in "$c/crls/root.crl"
openssl crl -inform DER -in "$c/crls/root.crl" -noout -text >"$work/text"
like "crl: has a number" "$work/text" 'X509v3 CRL Number'
like "crl: names the key that signed it" "$work/text" 'X509v3 Authority Key Identifier'
like "crl: revokes nothing" "$work/text" 'No Revoked Certificates'
unlike "crl: and does so without an empty list" "$work/text" 'Revoked Certificates:$'
openssl crl -inform DER -in "$c/crls/root.crl" -out "$work/root.crl.pem"
ok "crl: certtool verifies it" certtool --verify-crl --load-ca-certificate "$c/certificates/root.pem" --infile "$work/root.crl.pem"
cat "$c/certificates/root.pem" "$work/root.crl.pem" >"$work/with-crl.pem"
for i in 1 2; do
	ok "intermediate-$i: verifies with the CRL looked at" openssl verify -x509_strict -crl_check \
		-CAfile "$work/with-crl.pem" "$c/certificates/intermediate-$i.pem"
done

zlint=$(sh scripts/get-zlint "$B" 2>"$work/err")
for f in "$c/certificates/root.pem" "$c/certificates/intermediate-1.pem" "$c/certificates/intermediate-2.pem" "$work/root.crl.pem"; do
	if [ -z "$zlint" ]; then
		skip "zlint: ${f##*/}" "$(head -n 1 "$work/err")"
		continue
	fi
	"$zlint" "$f" 2>&1 | tr '{' '\n' | grep -E -B 1 '"result":' >"$work/zlint"
	like "zlint: ${f##*/}: rules were applied" "$work/zlint" '"result":"pass"'
	unlike "zlint: ${f##*/}: no error and no warning" "$work/zlint" '"result":"(warn|error|fatal)"'
done

# ---- transcript and checkpoint: recomputed by a few lines of Perl ---------------------------

cat >"$work/tree.pl" <<'END'
use strict; use Digest::SHA qw(sha256 sha256_hex); use MIME::Base64;
my ($transcript, $checkpoint, @bin) = @ARGV;
open my $f, '<:raw', $transcript or die; my @line = <$f>; my $prev = '0' x 64;
for my $n (0 .. $#line) {
	chomp $line[$n] or die "line $n does not end\n";
	$line[$n] =~ /^\{"n":$n,/ or die "line $n has another number\n";
	$line[$n] =~ /,"prev":"$prev"\}$/ or die "line $n does not name the line before\n";
	$prev = sha256_hex($line[$n]);
}
sub tree { # RFC 6962 2.1
	return sha256("\0" . $_[0]) if @_ == 1;
	my $k = 1; $k *= 2 while $k * 2 < @_;
	return sha256("\1" . tree(@_[0 .. $k - 1]) . tree(@_[$k .. $#_]));
}
open my $g, '<:raw', $checkpoint or die; my @c = <$g>; chomp @c;
$c[1] eq @line or die "the checkpoint is of size $c[1], the transcript has " . @line . " lines\n";
decode_base64($c[2]) eq tree(@line) or die "the tree hash differs\n";
my @cosigned = map { substr decode_base64((split / /)[2]), 12 } grep { /^\xe2\x80\x94 / } @c;
@cosigned == @bin or die @cosigned . " cosignatures, " . @bin . " witnesses\n";
for my $bin (@bin) {
	open my $h, '<:raw', $bin or die; local $/; my $signature = <$h>;
	grep { $_ eq $signature } @cosigned or die "$bin is not in the checkpoint\n";
}
END
ok "the transcript is one chain, and the checkpoint its tree" \
	perl "$work/tree.pl" "$c/transcript.jsonl" "$c/checkpoint" "$c"/witnesses/*.bin
num_witnesses=0
for bin_file in "$c"/witnesses/*.bin; do
	name=$(basename "$bin_file" .bin)
	num_witnesses=$((num_witnesses + 1))
	w=$c/witnesses/$name
	head -n 3 "$c/checkpoint" >"$work/three"
	tail -n +3 "$w.message" | head -n 3 >"$work/cosigned"
	same "$name: signed this checkpoint's lines" "$work/cosigned" "$work/three"
	ok "$name: minisign says yes" minisign -V -p "$w.pub" -x "$w.minisig" -m "$w.message"
	ok "$name: signify says yes" signify-openbsd -V -p "$w.pub" -x "$w.sig" -m "$w.message"
	ok "$name: openssl says yes" openssl pkeyutl -verify -pubin -inkey "$w.pem" -rawin -in "$w.message" -sigfile "$w.bin"
	sed 's/[0-9]$/x/' "$w.message" >"$work/forged"
	exits 1 "$name: openssl says no to another message" openssl pkeyutl -verify -pubin -inkey "$w.pem" -rawin \
		-in "$work/forged" -sigfile "$w.bin"
done
is "two witnesses and the auditor signed" "$num_witnesses" 3
openssl pkey -pubin -in "$c/witnesses/record-key.pem" -noout -text >"$work/text" 2>&1
like "the record key is P-384" "$work/text" 'P-384'

# ---- what must not be there -----------------------------------------------------------------

grep -rlE '987654321|123456789|witness phrase|auditor phrase' "$record" >"$work/leaks"
is "no PIN and no passphrase stands in the record" "$(cat "$work/leaks")" ""
is "no temporary file is left" "$(find "$record" -name '*.tmp')" ""

# ---- the token, seen by another program ------------------------------------------------------

if have pkcs11-tool; then
	for m in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
		[ -f "$m" ] && module=$m
	done
	SOFTHSM2_CONF=$record.token/softhsm2.conf pkcs11-tool --module "$module" --token-label rehearsal-root \
		--login --pin 987654321 --list-objects >"$work/objects" 2>&1
	is "the token holds two private keys" "$(grep -c '^Private Key Object' "$work/objects")" 2
	is "both are sensitive and made there" "$(grep -c 'Access:.*sensitive.*local' "$work/objects")" 2
	unlike "and no wrapping key is left" "$work/objects" '^Secret Key Object'
else
	skip "the token, seen by another program" "opensc is not installed"
fi

# ---- the medium, and our own verifier ----------------------------------------------------------

same "the medium carries the root" "$record.media/output/root.pem" "$c/certificates/root.pem"
same "the medium carries an intermediate" "$record.media/output/intermediate-2.pem" "$c/certificates/intermediate-2.pem"
same "the medium carries the CRL" "$record.media/output/root.crl" "$c/crls/root.crl"
ok "ceremony-verify says yes" "$bin/ceremony-verify" "$record"
ok "ceremony verify says yes" "$bin/ceremony" verify "$record"
(cd "$record" && find . -type f -exec sha256sum {} + | sort) >"$work/before"
exits 2 "a second rehearsal does not touch this record" sh scripts/rehearse --auto "$record"
(cd "$record" && find . -type f -exec sha256sum {} + | sort) >"$work/after"
same "it is as it was" "$work/before" "$work/after"
sed -i '10s/"n":9/"n":8/' "$c/transcript.jsonl"
exits 1 "ceremony-verify says no to one changed digit" "$bin/ceremony-verify" "$record"
cat "$work/out" "$work/err" >"$work/said"
like "and names the line" "$work/said" '(line|event) (9|10)'

# ---- requests made fresh ---------------------------------------------------------------------

fresh=$work/fresh
ok "a rehearsal with fresh requests verifies" sh scripts/rehearse --auto --fresh "$fresh"
f=$fresh/ceremonies/0001-root-generation
for i in 1 2; do
	ok "fresh: intermediate-$i verifies" openssl verify -x509_strict -CAfile "$f/certificates/root.pem" \
		"$f/certificates/intermediate-$i.pem"
	exits 1 "fresh: intermediate-$i is another request" cmp -s "$f/requests/intermediate-$i.csr" \
		"scripts/fixtures/requests/intermediate-$i.csr"
done

done_testing
