#!/bin/sh
# verify.t: the auditor's program, by both its names: what it says and how it ends, of records
# whole, unfinished, altered, and of what is no record. That every change of a record is
# noticed is tamper_test's business.
. scripts/e2e/lib.sh

mkdir -p "$work/m/requests" "$work/m/output"
cp scripts/fixtures/requests/intermediate-1.csr scripts/fixtures/requests/intermediate-2.csr "$work/m/requests/"

# rehearse NAME [SED-SCRIPT]: a ceremony, its answers edited; the record is $work/NAME.
rehearse() {
	sed "${2:-}" scripts/ceremonies/rehearsal.answers.ini >"$work/$1.answers"
	"$bin/ceremony" run scripts/ceremonies/rehearsal.ini --record "$work/$1" --media "$work/m" \
		--answers "$work/$1.answers" >"$work/$1.log" 2>&1
}

# verify STATUS NAME FILE PATTERN ARGUMENT...: both programs end so, and say so in FILE (out or err).
verify() {
	want=$1 name=$2 file=$3 pattern=$4
	shift 4
	for program in "$bin/ceremony-verify" "$bin/ceremony verify"; do
		# shellcheck disable=SC2086 # a program and its subcommand
		exits "$want" "$name (${program##*/})" $program "$@"
		like "$name says so (${program##*/})" "$work/$file" "$pattern"
	done
}

rehearse whole || bail "the rehearsal does not run: $(tail -n 1 "$work/whole.log")"
record=$work/whole
bundle=$record/ceremonies/0001-root-generation
root=$(openssl x509 -in "$record/root.pem" -noout -fingerprint -sha256 | sed 's/.*=//')
hex=$(echo "$root" | tr -d : | tr A-F a-f)

verify 0 'a whole record' out '^VERIFIED: ' "$record"
like 'the root is named' "$work/out" "^ok  root certificate sha256 $hex\$"
verify 0 'the right root' out '^VERIFIED: ' "$record" --root "$hex"
verify 0 'the right root as openssl prints it' out '^VERIFIED: ' "$record" --root "$root"
verify 1 'another root' out "^NOT VERIFIED: .*the record's root is $hex" "$record" \
	--root "$(echo "$hex" | tr 0-9a-f 1-9a-f0)"
unlike 'a record of another root is never called verified' "$work/out" '^VERIFIED'
for wrong in 00 "${hex}00" "${hex%?}g" "$hex:" '' "$(echo "$root" | tr : -)"; do
	verify 2 "no SHA-256: '$wrong'" err 'wants a SHA-256' "$record" --root "$wrong"
done

# Nothing is written, and nothing needs to be.
find "$record" -type f -exec sha256sum {} + | sort >"$work/before"
touch "$work/stamp"
chmod -R a-w "$record"
verify 0 'a record that cannot be written' out '^VERIFIED: ' "$record"
chmod -R u+w "$record"
find "$record" -type f -exec sha256sum {} + | sort >"$work/after"
same 'verifying changes no file' "$work/before" "$work/after"
is 'and adds none' "$(find "$record" -cnewer "$work/stamp" -newer "$work/stamp" | wc -l)" 0
if unshare -rm true 2>"$work/err"; then
	mkdir "$work/mounted"
	cat >"$work/read-only" <<-'END'
		mount --bind "$1" "$2" && mount -o remount,ro,bind "$2" || exit 9
		touch "$2/a-file" 2>/dev/null && exit 9
		exec "$3" "$2"
	END
	ok 'a record on a medium that is mounted to be read only' unshare -rm sh "$work/read-only" "$record" "$work/mounted" "$bin/ceremony-verify"
	like 'is verified' "$work/out" '^VERIFIED: '
else
	skip 'a record on a medium that is mounted to be read only' 'nothing can be mounted here'
	skip 'is verified' 'nothing can be mounted here'
fi
cp -r "$record" "$work/copied"
find "$work/copied" -exec touch -h -d '2001-01-01' {} + # a copy has other times, owners, rights
find "$work/copied" -type f -exec chmod 600 {} +
verify 0 'a copied tree' out '^VERIFIED: ' "$work/copied"

# What it is made of: no PKCS #11, no screen, nothing that reads pictures, draws paper or loads what comes later.
ldd "$bin/ceremony-verify" | sed 's/^[[:space:]]*//; s/[. ].*//' | sort -u >"$work/libraries"
unlike 'it links no PKCS #11, no screen, no paper, no pictures' "$work/libraries" 'p11|ncurses|tinfo|hpdf|qrencode|ZXing|png|jpeg|dl$|stdc'
is 'it links these, and the C library' "$(grep -Ev '^(linux-vdso|/lib|libc|libm|ld-linux)' "$work/libraries" | tr '\n' ' ')" \
	"$(printf '%s\n' libgcrypt libgmp libgpg-error libseccomp libsodium libwolfssl | tr '\n' ' ')"
ln -s "$record" "$work/link"
verify 0 'by a link to it' out '^VERIFIED: ' "$work/link"
verify 0 'with a slash behind it' out '^VERIFIED: ' "$record/"

# As one object, for a program.
json() { # EXPRESSION over the object o, of what was said last
	if have python3; then
		python3 -c "import json, sys; o = json.load(sys.stdin); print($1)" <"$work/out"
	else
		echo "no python3"
	fi
}
verify 0 'a whole record, as JSON' out '^"verdict":"verified"}$' "$record" --json
unlike 'no line is for people' "$work/out" '^VERIFIED|^ok  '
if have python3; then
	is 'which another program reads' "$(json 'o["verdict"], o.get("error"), {l["says"] for l in o["lines"]} <= {"holds", "remark", "more"}')" "verified None True"
	is 'with all that is told to people' "$(json 'len(o["lines"])')" "$("$bin/ceremony-verify" "$record" | grep -vc '^VERIFIED')"
	verify 1 'another root, as JSON' out '"verdict":"not verified"' --json "$record" --root "$(echo "$hex" | tr 0-9a-f 1-9a-f0)"
	is 'with the error in pieces' "$(json 'o["error"], "the record'"'"'s root is" in o["detail"], bool(o["what"] and o["todo"])')" "ERR_AUDIT_ROOT True True"
	verify 3 'a policy that is not there, as JSON' out '"verdict":"could not be looked at"' --json "$record" --policy "$work/nowhere"
	is 'is an object, too' "$(json 'o["error"], o["lines"]')" "ERR_FILE_READ []"
else
	skip 'which another program reads' 'no python3'
fi

# What is no record.
mkdir "$work/empty"
verify 1 'an empty folder' out '^NOT VERIFIED: The folder is not a record' "$work/empty"
verify 1 "a ceremony's folder" out '^NOT VERIFIED: The folder is not a record' "$bundle"
mkdir -p "$work/none/ceremonies"
verify 1 'a record without a ceremony' out '^NOT VERIFIED: The ceremony has not come to its end' "$work/none"
verify 3 'a file' err 'it is a file; the record is a folder' "$record/root.pem"
verify 3 'nothing at all' err 'No such file or directory' "$work/nowhere"
verify 3 'and as JSON' out '"verdict":"could not be looked at","error":"ERR_FILE_READ"' "$work/nowhere" --json
verify 2 'no folder named' err '^usage: '
verify 2 'two folders' err '^usage: ' "$record" "$record"
verify 2 'an unknown option' err '^usage: ' "$record" --trust-me
verify 2 'a root twice' err '^usage: ' "$record" --root "$hex" --root "$hex"

# Not at its end.
rehearse paused 's/^agreed = yes/agreed = @pause/'
is 'a pause ends with 1' $? 1
lines=$(grep -c '' "$work/paused/ceremonies/0001-root-generation/transcript.jsonl")
verify 1 'a paused record' out "^NOT VERIFIED: .*0001-root-generation stops at line $lines, before its close" "$work/paused"
rehearse aborted 's/^agreed = yes/agreed = @abort/
$a\
[abort]\
reason = it is not the machine of the list\
decided-by = Olga Olsen\
confirmed-by = Wanda Weber'
is 'an abort ends with 1' $? 1
verify 1 'an aborted record' out '^NOT VERIFIED: The ceremony has not come to its end' "$work/aborted"
lines=$(grep -c '' "$work/aborted/ceremonies/0001-root-generation/transcript.jsonl")
like 'it says where it was ended' "$work/out" "^--  0001-root-generation: ended for good at line $lines;"
rm -f "$work"/m/output/*
rehearse aborted
verify 0 'one that was ended for good, and one after it' out '^VERIFIED: ' "$work/aborted"
cp -R "$work/aborted" "$work/touched"
perl -pi -e 's/"mono":(\d+)/"\"mono\":" . ($1 + 1)/e if eof' "$work/touched/ceremonies/0001-root-generation/transcript.jsonl"
(cd "$work/touched/ceremonies/0001-root-generation" && sha256sum transcript.jsonl | cat - SHA256SUMS |
	awk '!seen[$2]++' | LC_ALL=C sort -k 2 >sums && mv sums SHA256SUMS)
verify 1 'its last line changed' out '^NOT VERIFIED: .*0002-root-generation/transcript.jsonl line 1: .*it does not name the last line of the ceremony before it' "$work/touched"
rm -r "$work/touched/ceremonies/0001-root-generation"
verify 1 'or the whole of it taken away' out '^NOT VERIFIED: ' "$work/touched"
cp -R "$record" "$work/unsealed"
rm "$work/unsealed/ceremonies/0001-root-generation/SHA256SUMS"
verify 1 'a record without its sums' out '^NOT VERIFIED: .*SHA256SUMS' "$work/unsealed"

# altered NAME PATTERN COMMAND...: COMMAND changes a copy of the record, $copy.
altered() {
	name=$1 pattern=$2
	shift 2
	copy=$work/copy
	rm -rf "$copy"
	cp -R "$record" "$copy"
	(cd "$copy/ceremonies/0001-root-generation" && "$@") || bail "$name: the change failed"
	verify 1 "$name" out "^NOT VERIFIED: .*$pattern" "$copy"
}
altered 'a word in line 2' '0001-root-generation/transcript.jsonl line 2 has been changed' sed -i '2s/Administrator/Administratrix/' transcript.jsonl
altered 'line 5 gone' 'transcript.jsonl line 5' sed -i 5d transcript.jsonl
altered 'lines after the close' 'transcript.jsonl' sh -c 'tail -n 1 transcript.jsonl >>transcript.jsonl'
altered 'the last line gone' 'stops at line [0-9]+, before its close' sed -i '$d' transcript.jsonl
altered 'another certificate' 'certificates/intermediate-1.pem' cp certificates/root.pem certificates/intermediate-1.pem
altered 'a profile' 'tls-subca' sed -i 's/^duration = 3y/duration = 4y/' profiles/tls-subca.ini
altered 'the script' 'script' sed -i 's/^threshold = 3/threshold = 2/' script.ini
altered 'a file too many' 'stray.txt' touch stray.txt
altered 'a file of ours gone' 'crls/root.crl is missing' rm crls/root.crl
altered "a witness's signature" 'witnesses/witness-2.minisig' cp witnesses/witness-1.minisig witnesses/witness-2.minisig
altered "the token's signature" 'checkpoint.token.sig' sh -c 'head -c 100 /dev/zero >checkpoint.token.sig'
altered 'something beside the ceremonies' 'notes.txt' touch ../../notes.txt
done_testing
