#!/bin/sh
# crash-list.t: the conductor is killed at every event and every write of a file from the moment a list is taken from its
# medium to the moment its CRLs, in two parts, lie finished; `ceremony resume` reaches the same end: verified, the same
# entries, one CRL number. crash.t has the rest of a ceremony, and says how. CRASH=KIND:N does that one only, KEEP=1 leaves its folder.
. scripts/e2e/lib.sh
. scripts/e2e/crash.sh

c=$root/scripts/ceremonies
folder=r/ceremonies/0002-revocation-list
cd "$work" || bail "no folder"

# A root that has signed nothing, and what comes on the medium.
"$bin/ceremony" run "$c/bench-root.ini" --record first --profiles "$root/scripts/profiles" \
	--answers "$c/bench-root.answers.ini" >out 2>err || bail "no root: $(tail -n 1 err)"
for script in rehearsal-revoke-list rehearsal-crl; do
	sed 's,^organisation = .*,organisation = Bench,; s,^origin = .*,origin = bench.example/root,; s,^label = .*,label = bench,' \
		"$c/$script.ini" >"$script.ini"
done
sed 's,^profile = crl-ca,&\nshards = 2\ndistribution = http://crl.example/root-{shard}.crl,' rehearsal-revoke-list.ini >parts.ini
sed 's,^profile = crl-ca,&\nstore = file,' rehearsal-crl.ini >after.ini
awk 'BEGIN { for (i = 300; i; i--) printf "%06x\t2024-01-02\tkeyCompromise\n", 65536 + i * 7 }' >revocations.tsv
cut -f 1 revocations.tsv | tr a-f A-F | sort >serials

# stage FOLDER: everything for one ceremony.
stage() {
	mkdir -p "$1/m/output" "$1/m/revocations" && cp -r first "$1/r" && cp -r first.token "$1/r.token" &&
		cp revocations.tsv "$1/m/revocations/" && : >"$1/log" && : >"$1/before"
}
begin() {
	"$bin/ceremony" run parts.ini --record "$1/r" --media "$1/m" --profiles "$root/scripts/profiles" \
		--answers "$c/rehearsal-revoke-list.answers.ini" >>"$1/log" 2>&1
}
go_on() {
	"$bin/ceremony" resume --record "$1/r" --media "$1/m" --answers "$c/rehearsal-revoke-list.answers.ini" >>"$1/log" 2>&1
}
crl_number() {
	openssl crl -inform DER -in "$1" -noout -crlnumber | sed 's/.*=0x0*//'
}

# judge FOLDER: is the record what it must be? Says why not.
judge() {
	"$bin/ceremony-verify" "$1/r" >"$1/verdict" 2>&1 && grep -q '^VERIFIED' "$1/verdict" || {
		tail -n 1 "$1/verdict"
		return 1
	}
	strays=$(find "$1/r" "$1/m" -name '*.tmp')
	[ -z "$strays" ] || {
		echo "left behind: $strays"
		return 1
	}
	[ "$(ls "$1/$folder/crls")" = "$(printf 'root-0.crl\nroot-1.crl')" ] && [ "$(ls "$1/r/ceremonies" | wc -l)" -eq 2 ] || {
		echo "not two lists of one ceremony: $(ls "$1/$folder/crls" "$1/r/ceremonies" | tr '\n' ' ')"
		return 1
	}
	: >"$1/got"
	for part in root-0.crl root-1.crl; do
		cmp -s "$1/$folder/crls/$part" "$1/m/output/$part" && [ "$(crl_number "$1/m/output/$part")" = 1 ] &&
			openssl crl -inform DER -in "$1/m/output/$part" -CAfile "$1/r/root.pem" -noout -verify >/dev/null 2>&1 || {
			echo "$part is not a good list of number 1"
			return 1
		}
		openssl crl -inform DER -in "$1/m/output/$part" -noout -text | sed -n 's/.*Serial Number: //p' >>"$1/got"
	done
	sort "$1/got" | cmp -s - serials || {
		echo "the entries are not those of the medium's list"
		return 1
	}
	# No octet was ever given to the key but what was built: each intent of a part names the same SHA-256.
	[ "$(sed -n 's/.*"type":"intent".*"op":"key-sign".*"file":"\([^"]*\)","sha256":"\([0-9a-f]*\)".*/\1 \2/p' "$1/$folder/transcript.jsonl" |
		sort -u | grep -c .)" -eq 2 ] || {
		echo "the intents of a part name different octets"
		return 1
	}
	echo "after line $(grep -c . "$1/before")"
	grep -o '"type":"resolved".*"outcome":"[a-z]*"' "$1/$folder/transcript.jsonl" >>resolved || :
}

if [ -z "${CRASH:-}" ]; then
	stage whole
	CUT_ORDER=$work/order cut_at none:0 begin whole || bail "the list is not made: $(tail -n 1 whole/log)"
	if said=$(judge whole); then pass "uncut"; else fail "uncut: $said"; fi
	transcript=whole/$folder/transcript.jsonl
	line() { # OP LAST: the line of its first or last result
		grep -n "\"op\":\"$1\"" "$transcript" | cut -d : -f 1 | "$2" -n 1
	}
	first=$(line list-take head)
	last=$(line crl-write tail)
	is "two intents, two results, two files" "$(sed -n "${first},${last}p" "$transcript" | grep -Ec '"op":"(key-sign|crl-write)"')" 6
	# Everything between the event before the list was taken, and the event after it was written.
	awk -v from="synced:$((first - 1))" -v to="torn:$((last + 1))" '$0 == from { on = 1 } on && !/^lost/ { print } $0 == to { exit }' order >moments
	# Before the rename is after the fsync of the file; what a person answered is torn in crash.t.
	{
		grep -Ev '^(torn|before)' moments
		sed -n "${first},${last}p" "$transcript" | grep -n '"type":"\(result\|intent\)"' | cut -d : -f 1 | while read -r n; do
			echo "torn:$((first + n - 1))"
		done
		# Twice: the second signature's intent after the first's was resolved, and the finishing of a part.
		intent=$(grep -n '"type":"intent"' "$transcript" | head -n 1 | cut -d : -f 1)
		echo "synced:$intent+synced:6"
		echo "torn:$(line crl-write head)+torn:4"
	} | sed 's/^/all /' >cases
	is "files are synced and renamed there" "$(($(grep -c '^fsync' moments) >= 7 && $(grep -c '^after' moments) >= 3))" 1
	is "and not too many moments" "$(($(wc -l <cases) <= 48))" 1
fi
cases
[ -n "${CRASH:-}" ] || {
	is "signatures were made again" "$(($(grep -c '"outcome":"again"' resolved) >= 4))" 1
	# What follows a crash counts on from it.
	mkdir -p next
	stage next
	cut_at "synced:$(line crl-build tail)" begin next 2>/dev/null
	ok "a ceremony that was cut off" go_on next
	ok "the next one" "$bin/ceremony" run after.ini --record next/r --media next/m --profiles "$root/scripts/profiles" \
		--answers "$c/rehearsal-crl.answers.ini"
	is "has the next number" "$(crl_number next/r/ceremonies/0003-crl/crls/root.crl)" 2
	ok "and verifies" "$bin/ceremony-verify" next/r
}
done_testing
