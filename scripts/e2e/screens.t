#!/bin/sh
# screens.t: every prompt of the shipped ceremonies on the full screen, in three sizes, with UTF-8 and without, in
# colour and without: nothing is cut, and one of each step kind looks as agreed (tui/test/matrix.c).
# ACCEPT=1 rewrites the golden texts.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
mkdir -p "$work/media/requests" "$work/media/output"
cp scripts/fixtures/requests/intermediate-1.csr scripts/fixtures/requests/intermediate-2.csr "$work/media/requests/"
# ceremony NAME RECORD: one of the shipped scripts, on that record; $last: what it finds on the medium.
last=
ceremony() {
	rm -f "$work"/media/output/*
	[ -z "$last" ] || cp "$last"/* "$work/media/output/"
	name=$1 record=$2
	shift 2
	from=$c
	[ ! -f "$work/$name.ini" ] || from=$work
	"$bin/ceremony" run "$from/$name.ini" --record "$work/$record" --media "$work/media" --profiles "$root/scripts/profiles" \
		--answers "$from/$name.answers.ini" "$@"
}
# old_root DIR MEDIUM RECORD: a root by openssl that issued one certificate and has a list; its key in RECORD's throwaway token.
old_root() {
	mkdir -p "$1" "$2" "$3.token"
	(
		cd "$1" || exit
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout key.pem -sha384 -days 7000 -out "$2/root.pem" \
			-subj '/C=XX/O=Example Trust Services/CN=Old Root' -addext 'keyUsage = critical, keyCertSign, cRLSign' &&
			openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout one.key -out one.csr \
				-subj '/C=XX/O=Example Trust Services/CN=Old CA one' &&
			printf '%s\n' 'basicConstraints = critical, CA:TRUE, pathlen:0' 'keyUsage = critical, keyCertSign, cRLSign' >ext &&
			openssl x509 -req -in one.csr -CA "$2/root.pem" -CAkey key.pem -sha384 -days 2000 -set_serial 4096 -extfile ext -out "$2/one.crt" &&
			printf '%s\n' '[ca]' 'default_ca = c' '[c]' 'database = index.txt' 'crlnumber = number' 'default_md = sha384' \
				'default_crl_days = 90' 'crl_extensions = l' '[l]' 'authorityKeyIdentifier = keyid' >ca.cnf &&
			: >index.txt && echo 07 >number &&
			openssl ca -config ca.cnf -keyfile key.pem -cert "$2/root.pem" -gencrl -out "$2/root.crl" &&
			openssl pkcs8 -topk8 -nocrypt -in key.pem -out key.p8
	) >"$work/out" 2>&1 || bail "openssl makes no old root: $(tail -n 1 "$work/out")"
	printf '%s\n' "directories.tokendir = $3.token" 'objectstore.backend = file' 'log.level = ERROR' >"$3.token/softhsm2.conf"
	{
		SOFTHSM2_CONF=$3.token/softhsm2.conf softhsm2-util --init-token --free --label old-root --pin 987654321 --so-pin 12345678 &&
			SOFTHSM2_CONF=$3.token/softhsm2.conf softhsm2-util --import "$1/key.p8" --token old-root --label 'root key' --id a1b2 --pin 987654321
	} >"$work/out" 2>&1 || bail "no token with the old root's key: $(tail -n 1 "$work/out")"
}
copy() {
	for part in '' .token .cards; do cp -r "$work/$1$part" "$work/$2$part"; done
}

ok "a root" ceremony rehearsal record
cp -r "$work/media/output" "$work/first"
copy record reshared
copy record gone
copy record listed
copy record series
for next in rehearsal-crl rehearsal-revoke rehearsal-drill rehearsal-recover; do
	ok "$next" ceremony $next record
done
ok "the shares pass on" ceremony rehearsal-reshare reshared
ok "the key is destroyed" ceremony rehearsal-destroy gone
last=$work/first # which the next ones must follow
sed '/^\[step last\]$/,/^$/{ /^insert = no$/d; }' "$c/crl-series.ini" >"$work/ahead.ini" # somebody is asked to insert it
{ cat "$c/crl-series.answers.ini" && printf '\n[last]\ninserted = yes\n'; } >"$work/ahead.answers.ini"
ok "lists are signed ahead" ceremony ahead series
last=
mkdir -p "$work/media/revocations"
serial=$(openssl x509 -in "$work/listed/ceremonies/0001-root-generation/certificates/intermediate-1.pem" -noout -serial)
printf '%s\t%s\t%s\n' "${serial#*=}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" superseded >"$work/media/revocations/revocations.tsv"
ok "a revocation by a list" ceremony rehearsal-revoke-list listed
ok "a root with groups" ceremony rehearsal-groups groups
ok "a root without a second token" ceremony bench-root bench
old_root "$work/old" "$work/media/adopt" "$work/adopted"
ok "a root of openssl's is taken over" ceremony adopt adopted
ok "a request as pictures" "$bin/ceremony" qr send scripts/fixtures/requests/intermediate-1.csr --png "$work/pictures"
mkdir "$work/images" && mv "$work/pictures" "$work/images/intermediate-1.csr"
ok "a root whose requests and results go by camera" ceremony rehearsal-qr camera --images "$work/images"

"$root/$B/test/tui/test/matrix" "$work/record" "$work/reshared" "$work/gone" "$work/listed" "$work/groups" "$work/bench" "$work/camera" \
	"$work/series" "$work/adopted" >"$work/out" 2>&1
status=$?
grep '^ok ' "$work/out" | sed 's/^ok [0-9]* - //' >"$work/good"
while read -r prompt; do pass "$prompt"; done <"$work/good"
is "every prompt is as it should be" "$status" 0
if [ "$status" -ne 0 ]; then
	grep -v '^ok ' "$work/out" | diag
fi
is "only what takes a device, a printer or a medium for the record has no prompt here" "$(sed -n 's/^# no prompt of the kind //p' "$work/out" | sort | tr '\n' ' ')" \
	"device print record "
like "they have been counted" "$work/out" '^# [0-9]+ prompts in 12 looks, [0-9]+ golden'
done_testing
