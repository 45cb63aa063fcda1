#!/bin/sh
# note.t: minisign, signify and openssl verify what our code emits, each the same 64 octets,
# and refuse it with one bit changed.
. scripts/e2e/lib.sh

emit=$B/test/ceremony/record/test/note_emit
make -s B="$B" "$emit" >"$work/make" 2>&1 || bail "note_emit cannot be built: $(tail -n 1 "$work/make")"
ok "the files of a witness are emitted" "$emit" "$work"
cd "$work" || bail "no folder"

# The message is in the checkpoint: docs/formats/checkpoint.md tells how to make it of it.
time=$(sed -n 's/^trusted comment: .* time://p' auditor.minisig)
{ printf 'cosignature/v1\ntime %s\n' "$time"; head -n 3 checkpoint; } >again
same "the message is made again from the checkpoint" again auditor.message

# flip FILE: FILE with the lowest bit of its last octet but one changed, as FILE.bad.
flip() {
	size=$(wc -c <"$1")
	last=$(tail -c 2 "$1" | head -c 1 | od -An -tu1 | tr -d ' ')
	{
		head -c $((size - 2)) "$1"
		# shellcheck disable=SC2059 # the format is the octet
		printf "\\$(printf %03o $((last ^ 1)))"
		tail -c 1 "$1"
	} >"$1.bad"
}
for f in auditor.message auditor.bin; do flip $f; done

judge() { # NAME VERIFY-FUNCTION
	ok "$1 takes it" "$2" auditor.message
	"$2" auditor.message.bad >out 2>err
	is "$1 refuses a changed message" "$(($? != 0))" 1
}

by_minisign() { minisign -V -p auditor.pub -x auditor.minisig -m "$1"; }
by_signify() { signify-openbsd -V -p auditor.pub -x auditor.sig -m "$1"; }
by_openssl() { openssl pkeyutl -verify -pubin -inkey auditor.pem -rawin -in "$1" -sigfile "${2:-auditor.bin}"; }

if have minisign; then
	judge minisign by_minisign
	by_minisign auditor.message >said 2>&1
	like "minisign shows the trusted comment" said 'witness.example/auditor time:1795251600'
	sed 's/time:1795251600/time:1795251601/' auditor.minisig >later.minisig
	minisign -V -p auditor.pub -x later.minisig -m auditor.message >out 2>&1
	is "minisign refuses a changed trusted comment" "$(($? != 0))" 1
else
	skip minisign "not installed"
fi
if have signify-openbsd; then judge signify by_signify; else skip signify "not installed"; fi
if have openssl; then
	judge openssl by_openssl
	by_openssl auditor.message auditor.bin.bad >out 2>&1
	is "openssl refuses a changed signature" "$(($? != 0))" 1
else
	skip openssl "not installed"
fi
done_testing
