#!/bin/sh
# share.t: `ceremony share` with the vectors of SLIP-0039, and with a tool that is not ours.
. scripts/e2e/lib.sh

vectors=$root/ceremony/share/test/vectors.tsv
cd "$work" || bail "no folder"
echo TREZOR >passphrase

# shellcheck disable=SC2317 # called by exits
# with FILE COMMAND...: COMMAND with FILE as its input and the passphrase on descriptor 3.
with() {
	input=$1
	shift
	"$@" <"$input" 3<passphrase
}

# Field 2 says ok or which refusal, field 3 is the secret, the mnemonics follow.
grep -v '^#' "$vectors" >rows
while IFS= read -r row; do
	name=$(printf '%s\n' "$row" | cut -f 1)
	printf '%s\n' "$row" | cut -f 4- | tr '\t' '\n' >mnemonics
	if [ "$(printf '%s\n' "$row" | cut -f 2)" = ok ]; then
		exits 0 "$name" with mnemonics "$bin/ceremony" share combine --passphrase-fd 3
		is "$name: the secret" "$(cat out)" "$(printf '%s\n' "$row" | cut -f 3)"
	else
		exits 1 "$name: refused" with mnemonics "$bin/ceremony" share combine --passphrase-fd 3
		is "$name: nothing on stdout" "$(cat out)" ""
	fi
done <rows

# peer: what python3-shamir-mnemonic (Debian 13) makes of the mnemonics in a file.
peer() {
	python3 -c 'import sys, shamir_mnemonic as s
print(s.combine_mnemonics([l.strip() for l in sys.stdin if l.strip()], b"TREZOR").hex())' <"$1"
}

secret=00112233445566778899aabbccddeeff0f1e2d3c4b5a69788796a5b4c3d2e1f0
echo $secret >secret
exits 0 "a secret is split in groups" with secret "$bin/ceremony" share split --groups 2:2/3,1/1,3/5 --passphrase-fd 3
mv out shares
is "each custodian has a share" "$(wc -l <shares)" 9
sed -n '2,4p' shares >enough
exits 0 "enough of them combine" with enough "$bin/ceremony" share combine --passphrase-fd 3
is "to the secret" "$(cat out)" $secret
while IFS= read -r mnemonic; do
	printf '%s\n' "$mnemonic" >one
	exits 0 "a share is well-formed" with one "$bin/ceremony" share check
	is "and is not said again" "$(grep -cF "$mnemonic" out err | grep -cv ':0$')" 0
done <shares
if have python3 && python3 -c 'import shamir_mnemonic' 2>no-peer; then
	is "the peer combines them to the same" "$(peer enough)" $secret
	python3 -c 'import sys, shamir_mnemonic as s
for m in s.generate_mnemonics(1, [(3, 5)], bytes.fromhex(sys.argv[1]), b"TREZOR")[0]: print(m)' $secret >theirs
	sed -n '1p;3p;5p' theirs >enough
	exits 0 "what the peer split is combined" with enough "$bin/ceremony" share combine --passphrase-fd 3
	is "to the peer's secret" "$(cat out)" $secret
else
	skip "the peer combines them to the same" "python3-shamir-mnemonic is not installed (Debian 13 has it)"
fi
done_testing
