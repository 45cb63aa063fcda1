#!/bin/sh
# disk-full.t: the disk is full at each write into the ceremony's folder, of an event or of a file: the ceremony stops and says
# why, nothing half written stays, and once there is room it is resumed: nothing lost, nothing doubled.
. scripts/e2e/lib.sh

c=scripts/ceremonies
preload cut
begin() {
	"$bin/ceremony" run $c/bench-root.ini --record "$1/r" --profiles scripts/profiles --answers $c/bench-root.answers.ini >"$1/log" 2>&1
}
mkdir "$work/whole"
CUT=none:0 CUT_TALLY=$work/tally LD_PRELOAD=$work/cut.so begin "$work/whole" || bail "no ceremony: $(tail -n 1 "$work/whole/log")"
num=$(awk '$1 == "full" { print $2 }' "$work/tally")
events=$(grep -c '' "$work/whole/r/ceremonies/0001-bench-root/transcript.jsonl")
is "each event is a write, and there are files" "$((num > events + 10))" 1

# one N: what is wrong, if anything.
one() {
	d=$work/$1
	t=$d/r/ceremonies/0001-bench-root/transcript.jsonl
	mkdir "$d"
	(
		CUT=full:$1 LD_PRELOAD=$work/cut.so
		export CUT LD_PRELOAD
		begin "$d"
	)
	status=$?
	[ $status -eq 3 ] || echo "it ended with $status: $(tail -n 1 "$d/log")"
	grep -q 'The disk is full' "$d/log" || echo "it does not say why: $(tail -n 1 "$d/log")"
	touch "$d/before" && { [ ! -e "$t" ] || cp "$t" "$d/before"; }
	[ "$(tail -c 1 "$d/before" | od -An -tu1 | tr -d ' ')" = 10 ] || [ ! -s "$d/before" ] || echo "half a line stays"
	"$bin/ceremony" resume --record "$d/r" --answers $c/bench-root.answers.ini >"$d/log" 2>&1 ||
		{ grep -Eq 'nothing to resume|not a record' "$d/log" && begin "$d"; } || echo "it does not go on: $(tail -n 1 "$d/log")"
	head -n "$(grep -c '' "$d/before")" "$t" | cmp -s - "$d/before" || echo "a line was lost"
	"$bin/ceremony-verify" "$d/r" >"$d/verdict" 2>&1 || tail -n 1 "$d/verdict"
	[ "$(grep -c '"type":"result".*"op":"key-generate"\|"type":"resolved".*"outcome":"done"' "$t")" -eq 2 ] || echo "not two keys"
	[ "$(grep -c '"type":"result".*"op":"key-sign"' "$t")" -eq 1 ] || echo "not one signature"
	[ -z "$(find "$d/r" -name '*.tmp')" ] || echo "left behind: $(find "$d/r" -name '*.tmp')"
	[ "${KEEP:-0}" = 1 ] || rm -rf "$d"
}
for n in $(seq "$num"); do
	is "the disk is full at write $n" "$(one "$n")" ""
done
done_testing
