#!/bin/sh
# dates.t: a ceremony on days on which others' calendars broke: a leap day, the last seconds of a year, the seconds beyond
# 31 bits, the year in which UTCTime ends (RFC 5280 4.1.2.5), a century that is no leap year; and what is due a year later.
. scripts/e2e/lib.sh

have faketime || skip_all "faketime is not installed"
c=$root/scripts/ceremonies
cd "$work" || bail "no folder"

at() { # DAY COMMAND...: as if it were that day
	day=$1
	shift
	faketime -f "@$day" "$@"
}
spelled() { # CERTIFICATE: how its two times are encoded
	openssl asn1parse -in "$1" | sed -n 's/.*prim: *\([A-Z]*TIME\) *:\([0-9]*Z\).*/\1 \2/p' | tr '\n' ' '
}
hold() { # DAY TIMES-OF-THE-ROOT TIMES-OF-THE-INTERMEDIATE NEXT-UPDATE: patterns; the answers' @now is that day's
	rm -rf record record.token media
	mkdir -p media/requests media/output
	cp "$root"/scripts/fixtures/requests/intermediate-[12].csr media/requests/
	ok "$1: a ceremony" at "$1" "$bin/ceremony" run "$c/rehearsal.ini" --record record --media media --answers "$c/rehearsal.answers.ini"
	b=record/ceremonies/0001-root-generation
	spelled record/root.pem >root.times
	like "$1: the root's times" root.times "^$2 \$"
	spelled $b/certificates/intermediate-1.pem >intermediate.times
	like "$1: the intermediate's" intermediate.times "^$3 \$"
	openssl crl -inform DER -in $b/crls/root.crl -noout -nextupdate >next
	like "$1: the list's next update" next "^nextUpdate=$4 GMT\$"
	ok "$1: openssl takes the path" at "$1" openssl verify -x509_strict -attime "$(($(date -u -d "$1" +%s) + 3600))" -CAfile record/root.pem $b/certificates/intermediate-1.pem
	ok "$1: verified on that day" at "$1" "$bin/ceremony-verify" record
	ok "$1: verified on another" "$bin/ceremony-verify" record
	ok "$1: nothing is overdue" at "$1" "$bin/ceremony" status --record record
}

hold '2028-02-29 12:00:00' 'UTCTIME 280229[0-9]*Z UTCTIME 480229[0-9]*Z' 'UTCTIME 280229[0-9]*Z UTCTIME 310228[0-9]*Z' 'Feb 27 .* 2029'
exits 1 "a year and a day later the list is overdue" at '2029-03-01 12:00:00' "$bin/ceremony" status --record record
like "and said to be" out '^  overdue  2029-02-27T'
like "not the list of today" out '^    expired  1, ceremony 1: root.crl was good until 2029-02-27'
like "the certificates are good" out '^    valid    1/intermediate-1'
exits 1 "three years later" at '2031-03-01 12:00:00' "$bin/ceremony" status --record record
like "they are not" out '^    expired  1/intermediate-1'
exits 1 "a machine whose clock stands still" at '2000-01-01 00:00:00' "$bin/ceremony" status --record record
like "is told so" out '^CLOCK  this machine.s clock says 2000-01-01T00:00:0[0-9]Z, and the last ceremony ended 2028-02-29T'
exits 1 "for programs, too" at '2028-02-28 12:00:00' "$bin/ceremony" status --record record --json
like "in a field" out '"now":"2028-02-28T12:00:0[0-9]Z","clock_behind":true'
exits 3 "and nothing is exported" at '2000-01-01 00:00:00' "$bin/ceremony" status --record record --ics wrong.ics --pdf wrong.pdf
like "with the reason" err 'ERR_CLOCK_BACK'
is "no file" "$(ls wrong.* 2>/dev/null)" ""
ok "a minute is none" at '2028-02-29 11:59:00' "$bin/ceremony" status --record record --json
like "nor is it said" out '"clock_behind":false'
hold '2038-01-19 03:14:00' 'UTCTIME 380119[0-9]*Z GENERALIZEDTIME 20580119[0-9]*Z' 'UTCTIME 380119[0-9]*Z UTCTIME 410119[0-9]*Z' 'Jan 18 .* 2039'
hold '2049-12-31 12:00:00' 'UTCTIME 491231[0-9]*Z GENERALIZEDTIME 20691231[0-9]*Z' 'UTCTIME 491231[0-9]*Z GENERALIZEDTIME 20521231[0-9]*Z' 'Dec 30 .* 2050'
hold '2050-01-01 12:00:00' 'GENERALIZEDTIME 20500101[0-9]*Z GENERALIZEDTIME 20700101[0-9]*Z' 'GENERALIZEDTIME 20500101[0-9]*Z GENERALIZEDTIME 20530101[0-9]*Z' 'Dec 31 .* 2050'
hold '2100-02-28 12:00:00' 'GENERALIZEDTIME 21000228[0-9]*Z GENERALIZEDTIME 21200228[0-9]*Z' 'GENERALIZEDTIME 21000228[0-9]*Z GENERALIZEDTIME 21030228[0-9]*Z' 'Feb 27 .* 2101'
# Over midnight, and over the year's end: whatever side each event falls on, it verifies.
hold '2049-12-31 23:59:59' '.*' '.*' '.* 205[01]'
done_testing
