#!/bin/sh
# profiles.t: every shipped profile is valid, says what it follows, and makes what judges that are
# not ours take; a profile that breaks its rules is refused with the clause.
. scripts/e2e/lib.sh

# What each claims.
while IFS='	' read -r name follows; do
	ok "check takes $name" "$bin/ceremony" check "scripts/profiles/$name.ini"
	is "and shows what it follows" "$(sed -n 's/^  follows //p' "$work/out")" "$follows"
	like "and its SHA-256" "$work/out" "^  sha256 $(sha256sum "scripts/profiles/$name.ini" | cut -c1-64)$"
done <<-'END'
	tls-root	BR 7.1.2.1, RFC 5280
	tls-cross	BR 7.1.2.2, RFC 5280
	tls-subca	BR 7.1.2.6, RFC 5280
	tls-subca-tc	BR 7.1.2.5, RFC 5280
	nontls-subca-tc	BR 7.1.2.3, RFC 5280
	smime-root	S/MIME BR 7.1.2.1, RFC 5280
	smime-subca	S/MIME BR 7.1.2.2, RFC 5280
	cs-root	Code Signing BR 7.1.2.1, RFC 5280
	cs-subca	Code Signing BR 7.1.2.2 codeSigning, RFC 5280
	ts-subca	Code Signing BR 7.1.2.2 timeStamping, RFC 5280
	ocsp-responder	BR 7.1.2.8, RFC 5280
	crl-ca	BR 7.2, RFC 5280
	crl-series	BR 7.2, RFC 5280
	private-root	RFC 5280
	private-subca	RFC 5280
END
is "these are all" "$(find scripts/profiles -name '*.ini' | wc -l)" 15

# broken NAME SED-SCRIPT CLAUSE WHAT: the profile so changed is refused, by itself and in a script.
mkdir "$work/p"
broken() {
	cp scripts/profiles/*.ini "$work/p/"
	sed "$2" "scripts/profiles/$1.ini" >"$work/p/$1.ini"
	cmp -s "scripts/profiles/$1.ini" "$work/p/$1.ini" && bail "nothing to change in $1: $2"
	exits 1 "$4 is refused" "$bin/ceremony" check "$work/p/$1.ini"
	like "with the clause" "$work/err" "$1\.ini:[0-9]+: .*$3.*\[ERR_PROFILE_RULE\]"
}
broken tls-root 's/^duration = 20y/duration = 30y/' 'BR 7\.1\.2\.1\.1' "a root of 30 years"
broken tls-subca 's/^extendedKeyUsage = .*/&, clientAuth/' 'BR 7\.1\.2\.10\.6' "a TLS CA for clients"
broken tls-subca-tc 's/^nameConstraints = critical, /nameConstraints = /' 'RFC 5280 4\.2\.1\.10' "constraints that are not critical"
broken tls-subca-tc 's/permitted;DNS:example.com, //' 'BR 7\.1\.2\.5\.2' "a constrained CA for any DNS name"
broken tls-cross 's/^subject = existing/subject = request/' 'BR 7\.1\.2\.2\.2' "a cross-certificate of another name"
broken nontls-subca-tc 's/^extendedKeyUsage = .*/&, anyExtendedKeyUsage/' 'BR 7\.1\.2\.3\.3' "any purpose"
broken smime-subca 's/RSA-4096\.\./RSA-2048../' 'S\/MIME BR 6\.1\.5' "RSA-2048 for e-mail"
broken cs-subca '/^authorityInfoAccess/d' 'Code Signing BR 7\.1\.2\.2' "code signing without caIssuers"
broken ocsp-responder '/^noCheck/d' 'BR 7\.1\.2\.8' "a responder without noCheck"
broken crl-ca 's/364d/400d/' 'BR 7\.2' "a list for 400 days"
broken tls-root 's/^duration = 20y/duration = 30y/' 'BR 7\.1\.2\.1\.1' "a root of 30 years, again,"
exits 1 "a script that names such a profile is refused" "$bin/ceremony" check scripts/ceremonies/rehearsal.ini --profiles "$work/p"
like "with the same clause" "$work/err" 'tls-root\.ini:[0-9]+: .*BR 7\.1\.2\.1\.1'

# No line of a file switches a rule off.
off() { # LINE FILE ARGUMENT...: with LINE behind its kind, and, of a section, at its end
	line=$1 file=$2
	shift 2
	case $line in
	'['*) { cat "$file"; echo "$line"; } >"$work/off.ini" ;;
	*) sed "s/^kind = \(certificate\|review\)\$/&\n$line/" "$file" >"$work/off.ini" ;;
	esac
	exits 1 "$line in ${file##*/} is refused" "$bin/ceremony" check "$work/off.ini" "$@"
	like "since it means nothing" "$work/err" 'off\.ini:[0-9]+: .*\[ERR_INI_UNKNOWN\]'
}
for line in 'waive = subca-ext-key-usage' 'ignore = subca-ext-key-usage' '[lint]' '[waivers]'; do
	off "$line" scripts/profiles/tls-subca.ini
	off "$line" scripts/ceremonies/rehearsal.ini --profiles scripts/profiles
done

# A profile in the wrong place is seen before the day.
for case in 'tls-root:tls-subca:under a CA' 'tls-subca:smime-root:signs itself' 'tls-subca:tls-cross:from an existing certificate' 'crl-ca:tls-subca:for another kind'; do
	old=${case%%:*} rest=${case#*:}
	sed "s/^profile = $old\$/profile = ${rest%%:*}/" scripts/ceremonies/rehearsal.ini >"$work/script.ini"
	cmp -s "$work/script.ini" scripts/ceremonies/rehearsal.ini && bail "the rehearsal does not say profile = $old"
	exits 1 "${rest%%:*} in the place of $old is refused" "$bin/ceremony" check "$work/script.ini" --profiles scripts/profiles
	like "for what it is" "$work/err" "${rest#*:}"
done

# What they make, at this moment, since certtool and openssl look at the clock.
maker=$B/test/ceremony/pki/test/mutants_test
make -s B="$B" "$maker" >"$work/out" 2>&1 || bail "the maker cannot be built: $(tail -n 1 "$work/out")"
mkdir "$work/f"
ok "the maker is content" env PKI_OUT="$work/f" PKI_NOW="$(date +%s)" "$maker"
zlint=$(sh scripts/get-zlint "$B" 2>/dev/null) || zlint=
cd "$work/f" || bail "no folder"
for file in *.der; do openssl x509 -inform DER -in "$file" -out "${file%.der}.pem" 2>/dev/null; done
is "every certificate profile made one" "$(ls ./*.issuer 2>/dev/null | wc -l)" 13
for file in *.issuer; do
	name=${file%.issuer} issuer=$(cat "$file")
	ok "openssl verifies $name strictly" openssl verify -x509_strict -check_ss_sig -CAfile "$issuer.pem" "$name.pem"
	if have certtool; then
		if [ "$name" = "$issuer" ]; then cp "$name.pem" chain; else cat "$name.pem" "$issuer.pem" >chain; fi
		ok "certtool verifies $name" certtool --verify --load-ca-certificate "$issuer.pem" --infile chain
	else
		skip "certtool verifies $name" "it is not installed"
	fi
	if [ -n "$zlint" ]; then
		case $name in private-*) set -- -includeSources RFC5280 ;; *) set -- ;; esac
		"$zlint" "$@" "$name.pem" >zlint.out 2>zlint.err
		like "zlint judges $name" zlint.out '"result":"pass"'
		unlike "zlint has no error and no warning on $name" zlint.out '"result":"(warn|error|fatal)"'
	else
		skip "zlint judges $name" "it cannot be had here"
	fi
done
openssl crl -inform DER -in crl-ca.crl -out crl.pem 2>/dev/null
ok "openssl takes the list" openssl crl -in crl.pem -noout -verify -CAfile tls-root.pem
like "and says so" "$work/err" 'verify OK'
openssl x509 -in tls-subca-tc.pem -noout -text >text
like "openssl reads the name constraints" text 'X509v3 Name Constraints: critical'
like "as they are meant" text 'IP:0\.0\.0\.0/0\.0\.0\.0'
openssl x509 -in tls-cross.pem -noout -subject -pubkey >cross
openssl x509 -in existing.pem -noout -subject -pubkey >existing
same "the cross-certificate has name and key of the existing one" cross existing

done_testing
