#!/bin/sh
# mark-cut.t: the power goes at every moment between a ceremony's close and its end: before and after the seal is on the disk,
# and between the seal and the mark that the token keeps of it. At none of them does an old copy of the record pass for the
# newest; a resume comes to the same end, with one mark in the token that says sealed; and the next ceremony goes on from there.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
preload cut
cd "$work" || bail "no folder"
"$bin/ceremony" run "$c/bench-root.ini" --record first --profiles "$root/scripts/profiles" \
	--answers "$c/bench-root.answers.ini" >out 2>err || bail "no root: $(tail -n 1 err)"
sed 's,^organisation = .*,organisation = Bench,; s,^origin = .*,origin = bench.example/root,; s,^label = .*,label = bench,' \
	"$c/rehearsal-crl.ini" >crl.ini

# stage FOLDER: everything for one ceremony.
stage() {
	mkdir -p "$1/m/output" && cp -r first "$1/r" && cp -r first.token "$1/r.token"
}
begin() { # begin FOLDER RECORD
	"$bin/ceremony" run crl.ini --record "$1/$2" --media "$1/m" --profiles "$root/scripts/profiles" \
		--answers "$c/rehearsal-crl.answers.ini" >>"$1/log" 2>&1
}
go_on() {
	"$bin/ceremony" resume --record "$1/r" --media "$1/m" --answers "$c/rehearsal-crl.answers.ini" >>"$1/log" 2>&1
}
marks() { # marks FOLDER: what the token holds; SoftHSM keeps what is public as it is
	grep -raoh 'ceremony-mark v1 bench.example/root [a-z]* [0-9]*' "$1/r.token" | sed 's/.*root //' | sort | tr '\n' ' '
}

stage whole
CUT_ORDER=$work/order LD_PRELOAD=$work/cut.so begin whole r || bail "it does not come to its end: $(tail -n 1 whole/log)"
is "in the end the token says: sealed" "$(marks whole)" "sealed 2 "
# The close is the last event; nothing that comes behind it stands in the transcript.
close=$(grep -n '^synced:' order | tail -n 1 | cut -d : -f 1)
tail -n +"$close" order | grep -v "^fsync" >moments # a rename has its own before it
num=$(grep -c . moments)
if [ "$num" -ge 12 ]; then pass "there are moments to choose from: $num"; else fail "there are moments to choose from: $num"; fi

# one KIND:N: cut off there; then an old copy is tried, and the ceremony resumed.
one() {
	f=$(echo "$1" | tr : -)
	stage "$f"
	(
		CUT=$1 LD_PRELOAD=$work/cut.so
		export CUT LD_PRELOAD
		begin "$f" r 2>/dev/null
	)
	status=$?
	[ "$status" -eq 137 ] || {
		echo "it was not cut off: $status"
		return 1
	}
	echo "$(marks "$f")" >>seen
	cp -r first "$f/old"
	cp -r "$f/r.token" "$f/old.token"
	rm -f "$f"/m/output/*
	begin "$f" old && {
		echo "an old copy passes for the newest"
		return 1
	}
	grep -q 'ERR_MARK_NEWER' "$f/old/ceremonies/0002-crl/transcript.jsonl" || {
		echo "an old copy is refused for another reason: $(tail -n 1 "$f/log")"
		return 1
	}
	go_on "$f" || grep -q 'nothing to resume' "$f/log" || {
		echo "it does not resume: $(tail -n 1 "$f/log")"
		return 1
	}
	"$bin/ceremony-verify" "$f/r" >"$f/verdict" 2>&1 || {
		echo "it does not verify: $(tail -n 1 "$f/verdict")"
		return 1
	}
	[ "$(marks "$f")" = "sealed 2 " ] || {
		echo "the token says: $(marks "$f")"
		return 1
	}
	rm -f "$f"/m/output/*
	begin "$f" r && grep -q '"op":"mark-read","found":"yes","mark":"ceremony-mark v1 bench.example/root sealed 2 ' \
		"$f/r/ceremonies/0003-crl/transcript.jsonl" || {
		echo "the next ceremony does not go on: $(tail -n 1 "$f/log")"
		return 1
	}
}
while read -r moment; do
	if said=$(one "$moment"); then pass "cut at $moment"; else fail "cut at $moment: $said"; fi
	[ "${KEEP:-0}" = 1 ] || rm -rf "$(echo "$moment" | tr : -)"
done <moments
like "some were cut before the mark was made" seen '^closing 2 $'
like "and some behind it, before all was written" seen '^sealed 2 $'
done_testing
