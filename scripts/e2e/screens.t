#!/bin/sh
# screens.t: every prompt of the shipped ceremonies on the full screen, in three sizes, with UTF-8 and without, in
# colour and without: nothing is cut, and one of each step kind looks as agreed (tui/test/matrix.c).
# ACCEPT=1 rewrites the golden texts.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
mkdir -p "$work/media/requests" "$work/media/output"
cp scripts/fixtures/requests/intermediate-1.csr scripts/fixtures/requests/intermediate-2.csr "$work/media/requests/"
# ceremony NAME RECORD: one of the shipped scripts, on that record.
ceremony() {
	rm -f "$work"/media/output/*
	name=$1 record=$2
	shift 2
	"$bin/ceremony" run "$c/$name.ini" --record "$work/$record" --media "$work/media" --profiles "$root/scripts/profiles" \
		--answers "$c/$name.answers.ini" "$@"
}
copy() {
	for part in '' .token .cards; do cp -r "$work/$1$part" "$work/$2$part"; done
}

ok "a root" ceremony rehearsal record
copy record reshared
copy record gone
copy record listed
for next in rehearsal-crl rehearsal-revoke rehearsal-drill rehearsal-recover; do
	ok "$next" ceremony $next record
done
ok "the shares pass on" ceremony rehearsal-reshare reshared
ok "the key is destroyed" ceremony rehearsal-destroy gone
mkdir -p "$work/media/revocations"
serial=$(openssl x509 -in "$work/listed/ceremonies/0001-root-generation/certificates/intermediate-1.pem" -noout -serial)
printf '%s\t%s\t%s\n' "${serial#*=}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" superseded >"$work/media/revocations/revocations.tsv"
ok "a revocation by a list" ceremony rehearsal-revoke-list listed
ok "a root with groups" ceremony rehearsal-groups groups
ok "a root without a second token" ceremony bench-root bench
ok "a request as pictures" "$bin/ceremony" qr send scripts/fixtures/requests/intermediate-1.csr --png "$work/pictures"
mkdir "$work/images" && mv "$work/pictures" "$work/images/intermediate-1.csr"
ok "a root whose requests and results go by camera" ceremony rehearsal-qr camera --images "$work/images"

"$root/$B/test/tui/test/matrix" "$work/record" "$work/reshared" "$work/gone" "$work/listed" "$work/groups" "$work/bench" "$work/camera" >"$work/out" 2>&1
status=$?
grep '^ok ' "$work/out" | sed 's/^ok [0-9]* - //' >"$work/good"
while read -r prompt; do pass "$prompt"; done <"$work/good"
is "every prompt is as it should be" "$status" 0
if [ "$status" -ne 0 ]; then
	grep -v '^ok ' "$work/out" | diag
fi
is "only what takes another CA's key, or a device of its own, has no prompt here" "$(sed -n 's/^# no prompt of the kind //p' "$work/out" | sort | tr '\n' ' ')" \
	"adopt continuity device "
like "they have been counted" "$work/out" '^# [0-9]+ prompts in 12 looks, [0-9]+ golden'
done_testing
