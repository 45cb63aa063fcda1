#!/bin/sh
# memory-large.t: no process of a ceremony holds a list: with four times the entries none needs more memory, and none more than
# 32 MiB, whether a list is taken over, follows it, or is revoked at once. The witnesses' keys lie in tokens: the Argon2id of a
# passphrase is meant to need 64 MiB.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
few=70000 many=280000 # both more than are sorted in memory
most=32768 slack=1536 # KiB; slack: what the allocator, a page here and a table there, may differ by
preload peaks
cd "$work" || bail "no folder"
for tool in softhsm2-util openssl; do
	have $tool || skip_all "$tool is not installed"
done

openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out root.key
openssl pkcs8 -topk8 -nocrypt -in root.key -out root.p8
openssl req -x509 -new -key root.key -sha384 -days 7000 -out root.pem -subj '/C=XX/O=Example Trust Services/CN=Old Root' \
	-addext 'keyUsage = critical, keyCertSign, cRLSign' 2>/dev/null
printf '%s\n' '[ca]' 'default_ca = c' '[c]' 'database = index.txt' 'crlnumber = crlnumber' 'default_md = sha384' \
	'default_crl_days = 90' 'crl_extensions = l' '[l]' 'authorityKeyIdentifier = keyid' >ca.cnf

into() { # into TOKEN KEY ID: another token in the record's area, with that key
	softhsm2-util --init-token --free --label "$1" --pin 987654321 --so-pin 12345678 >out 2>&1 &&
		softhsm2-util --import "$2" --token "$1" --label "root key" --id "$3" --pin 987654321 >out 2>&1 || bail "no token: $(cat out)"
}
serial() {
	softhsm2-util --show-slots | awk -v l="$1" '/Serial number:/ { s = $3 } $1 == "Label:" && $2 == l { print s }'
}
make_ca() { # make_ca NUMBER: a CA whose list has so many entries: $1/media, $1/record.token
	mkdir -p "$1/media/adopt" "$1/media/revocations" "$1/media/output" "$1/record.token"
	printf '%s\n' "directories.tokendir = $work/$1/record.token" 'objectstore.backend = file' 'log.level = ERROR' >"$1/record.token/softhsm2.conf"
	SOFTHSM2_CONF=$work/$1/record.token/softhsm2.conf
	export SOFTHSM2_CONF
	into old-root root.p8 a1b2
	for n in 1 2; do
		openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out w.p8
		into "witness-$n" w.p8 "a$n"
		serial "witness-$n" >"serial-$n"
	done
	unset SOFTHSM2_CONF
	echo 07 >crlnumber
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "R\t330101000000Z\t24%02d01000000Z,keyCompromise\t%08X\tunknown\t/C=XX/CN=Gone %d\n", 1 + i % 12, 16777216 + i * 7, i }' >index.txt
	openssl ca -config ca.cnf -keyfile root.key -cert root.pem -gencrl -out "$1/media/adopt/root.crl" 2>err || bail "no list: $(cat err)"
	awk -v n="$1" 'BEGIN { for (i = n - 1; i >= 0; i--) printf "%08x\t2024-01-02T03:04:05Z\tsuperseded\n", 16777219 + i * 7 }' \
		>"$1/media/revocations/revocations.tsv"
	cp root.pem "$1/media/adopt/"
}
hold() { # hold NUMBER SCRIPT: that ceremony; $1/SCRIPT.peaks
	sed -e 's|^origin = .*|origin = rehearsal.example/adopted|' -e 's/^label = .*/label = old-root/' \
		-e '/^kind = sign-off/a witness-keys = token' "$c/$2.ini" >script.ini
	awk -v one="$(cat serial-1)" -v two="$(cat serial-2)" '/^\[/ { step = $0 } /^passphrase/ { next } { print }
		/^statement\.[12]/ { n = substr($1, 11, 1); print "serial." n " = " (n == 1 ? one : two); print "label." n " = -" }
		step == "[sign-off]" && /^statement/ || step == "[checkpoint]" && /^words/ { print "pin." substr($1, length($1)) " = 987654321" }' \
		"$c/$2.answers.ini" >answers.ini
	PEAKS=$work/$1/$2.peaks LD_PRELOAD=$work/peaks.so "$bin/ceremony" run script.ini --record "$1/record" --media "$1/media" \
		--profiles "$root/scripts/profiles" --answers answers.ini
}
last() {
	ls -d "$1"/record/ceremonies/* | tail -n 1
}
publish() { # the medium as the last ceremony left it, with its list as it is published
	rm -f "$1"/media/output/*
	cp "$(last "$1")/crls/root.crl" "$1/media/output/root.crl"
	cp "$(last "$1")/checkpoint" "$1/media/output/checkpoint-$(basename "$(last "$1")" | cut -c 1-4)"
}
entries() {
	openssl crl -inform DER -in "$(last "$1")/crls/root.crl" -noout -text | grep -c 'Serial Number:'
}

for num in $few $many; do
	make_ca $num
	ok "$num: a list is taken over" hold $num adopt
	ok "$num: a first list follows" hold $num rehearsal-crl
	publish $num
	ok "$num: the periodic list" hold $num periodic-crl
	is "$num: has them all" "$(entries $num)" $num
	rm -f "$num"/media/output/*
	ok "$num: as many are revoked at once" hold $num rehearsal-revoke-list
	is "$num: and it has them too" "$(entries $num)" $((2 * num))
done
for script in adopt rehearsal-crl periodic-crl rehearsal-revoke-list; do
	for name in ceremony ceremony-token ceremony-media ceremony-parse; do
		small=$(awk -F '\t' -v n=$name '$1 == n { print $2 }' $few/$script.peaks | sort -n | tail -n 1)
		large=$(awk -F '\t' -v n=$name '$1 == n { print $2 }' $many/$script.peaks | sort -n | tail -n 1)
		if [ "${small:-0}" -gt 1024 ] && [ "${large:-0}" -gt 1024 ] && [ "$large" -le $((small + slack)) ] && [ "$large" -le $most ]; then
			pass "$script: $name, $small and $large KiB"
		else
			fail "$script: $name, ${small:-none} and ${large:-none} KiB"
		fi
	done
done
done_testing
