#!/bin/sh
# continuity.t: a record of three ceremonies: none can be left out, doubled, renumbered or put in place of
# another; every file of the later ones is looked at; a medium that cannot be written will do.
. scripts/e2e/lib.sh

c=scripts/ceremonies
record=$work/r
# ceremony NAME RECORD: one more, on media of its own.
ceremony() {
	rm -rf "$work/m"
	mkdir -p "$work/m/requests" "$work/m/output"
	cp scripts/fixtures/requests/intermediate-[12].csr "$work/m/requests/"
	"$bin/ceremony" run "$c/$1.ini" --record "$2" --media "$work/m" --answers "$c/$1.answers.ini" >"$work/log" 2>&1 ||
		bail "$1 does not run: $(tail -n 1 "$work/log")"
}
ceremony rehearsal "$record"
cp -R "$record" "$work/fork"
cp -R "$record.token" "$work/fork.token"
ceremony rehearsal-crl "$record"
ceremony rehearsal-crl "$record"
ceremony rehearsal-crl "$work/fork"
ceremony rehearsal "$work/alien"
ok "three ceremonies verify" "$bin/ceremony-verify" "$record"
is "each is told of" "$(grep -c '^ok  000[123]-.*lines, chained' "$work/out")" 3
ok "their policy" "$bin/ceremony" policy --record "$record" -o "$work/policy"
tried=0 refused=0

# altered NAME PATTERN COMMAND...: COMMAND changes a copy of the ceremonies' folder.
altered() {
	name=$1 pattern=$2
	shift 2
	rm -rf "$work/copy"
	cp -R "$record" "$work/copy"
	(cd "$work/copy/ceremonies" && "$@") || bail "$name: the change failed"
	tried=$((tried + 1))
	exits 1 "$name" "$bin/ceremony-verify" "$work/copy"
	like "$name: says why" "$work/out" "^NOT VERIFIED: .*$pattern" && refused=$((refused + 1))
}
first=0001-root-generation
second=0002-crl
third=0003-crl
altered "the first left out" "numbered .*000[23]" rm -r $first
altered "the second left out" "numbered .*000[23]" rm -r $second
altered "the second left out, the third renumbered" "$second/(transcript.jsonl line 1: |script)" sh -c "rm -r $second; mv $third $second"
altered "the second doubled in place of the third" "$third/(transcript.jsonl line 1: |script)" sh -c "rm -r $third; cp -R $second $third"
altered "the second once more at the end" "0004-crl/(transcript.jsonl line 1: |script)" cp -R $second 0004-crl
altered "the two swapped" "$second/transcript.jsonl line 1: " sh -c "mv $second x; mv $third $second; mv x $third"
altered "another second ceremony by the same token" "$third/transcript.jsonl line 1: .*does not name the last ceremony's checkpoint" \
	sh -c "rm -r $second; cp -R '$work/fork/ceremonies/$second' $second"
altered "another first ceremony" "root.pem|$second/" sh -c "rm -r $first; cp -R '$work/alien/ceremonies/$first' $first"
altered "the record of another CA beside these ceremonies" "root.pem|ca.ini" sh -c "cp '$work/alien/root.pem' '$work/alien/ca.ini' .."
altered "the second without its seal" "$second" sh -c "rm $second/checkpoint $second/SHA256SUMS"
altered "the second's transcript cut before the close" "$second stops at line" sed -i '$d' $second/transcript.jsonl
altered "the third's checkpoint from the second" "$third/checkpoint" cp $second/checkpoint $third/checkpoint
altered "the third's signatures from the second" "$third/" sh -c "cp $second/witnesses/* $third/witnesses/"
exits 1 "a last ceremony left out is known by the policy of all" sh -c \
	"rm -rf '$work/copy'; cp -R '$record' '$work/copy'; rm -r '$work/copy/ceremonies/$third'; '$bin/ceremony' policy --record '$work/copy' | cmp -s - '$work/policy'"

# Every file of the later ceremonies: its first, middle and last octet.
rm -rf "$work/copy"
cp -R "$record" "$work/copy"
for file in $(cd "$work/copy" && find ceremonies/$second ceremonies/$third -type f | sort); do
	size=$(wc -c <"$work/copy/$file")
	for at in 0 $((size / 2)) $((size - 1)); do
		octet=$(tail -c +$((at + 1)) "$record/$file" | head -c 1 | od -An -tu1 | tr -d ' ')
		# shellcheck disable=SC2059 # the format is the octet
		printf "\\$(printf %03o $((octet ^ 1)))" | dd of="$work/copy/$file" bs=1 seek="$at" conv=notrunc 2>/dev/null
		tried=$((tried + 1))
		if "$bin/ceremony-verify" "$work/copy" >"$work/out" 2>&1; then
			fail "$file, octet $at"
		elif grep -q '^NOT VERIFIED: .*000[23]-crl' "$work/out"; then
			refused=$((refused + 1))
		else
			fail "$file, octet $at: the message names no ceremony"
			diag "$work/out"
		fi
		cp "$record/$file" "$work/copy/$file"
	done
done
ok "all is put back" "$bin/ceremony-verify" "$work/copy"
is "every change is refused, with its reason" "$refused" "$tried"
echo "# tried $tried, refused $refused"

# Root may write what chmod forbids: only a mount tells.
if unshare -m sh -c "mount --bind '$record' '$record' && mount -o remount,bind,ro '$record'" 2>"$work/err"; then
	exits 0 "on a medium that cannot be written" unshare -m sh -c "mount --bind '$record' '$record' &&
		mount -o remount,bind,ro '$record' && ! touch '$record/x' 2>/dev/null && '$bin/ceremony-verify' '$record' --policy '$work/policy'"
else
	skip "on a medium that cannot be written" "nothing can be mounted here"
fi
done_testing
