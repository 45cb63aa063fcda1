#!/bin/sh
# interop.t: shares made here combine in python3-shamir-mnemonic (SLIP-0039's reference), and the other way:
# lengths, groups, passphrase, extendable and not. Debian 13 has that package, 12 has not; elsewhere
# SHAMIR_PYTHON names a python that has it: SHAMIR_PYTHON='chroot /srv/trixie python3' make e2e T=interop.
. scripts/e2e/lib.sh

python=${SHAMIR_PYTHON:-python3}
# shellcheck disable=SC2086 # a command and its arguments
$python -c 'import shamir_mnemonic' 2>"$work/why" || skip_all \
	"python3-shamir-mnemonic is not installed: Debian 13 has it (sh scripts/setup test), Debian 12 has not; SHAMIR_PYTHON can name a python that has it"
cd "$work" || bail "no folder"
echo TREZOR >trezor

# combine_theirs PASSPHRASE FILE
combine_theirs() {
	# shellcheck disable=SC2086
	$python -c 'import sys, shamir_mnemonic as s
print(s.combine_mnemonics([l.strip() for l in sys.stdin if l.strip()], sys.argv[1].encode()).hex())' "$1" <"$2"
}

# split_theirs SECRET PASSPHRASE GROUP-THRESHOLD GROUPS EXTENDABLE EXPONENT
split_theirs() {
	# shellcheck disable=SC2086
	$python -c 'import sys, shamir_mnemonic as s
groups = [tuple(map(int, g.split("/"))) for g in sys.argv[4].split(",")]
for g in s.generate_mnemonics(int(sys.argv[3]), groups, bytes.fromhex(sys.argv[1]), sys.argv[2].encode(),
                              sys.argv[5] == "yes", int(sys.argv[6])):
    for m in g: print(m)' "$@"
}

# ours COMMAND... <FILE: with the passphrase of $passphrase, if there is one.
ours() {
	if [ -n "$passphrase" ]; then "$bin/ceremony" share "$@" --passphrase-fd 3 3<trezor; else "$bin/ceremony" share "$@"; fi
}

# secret OCTETS: hex of that many, the same ones in each run.
secret() {
	perl -e 'print join "", map { sprintf "%02x", ($_ * 151 + 7) % 256 } 1 .. shift; print "\n"' "$1"
}

# Octets, group threshold, groups, the lines of enough shares, passphrase, extendable, exponent.
while read -r octets gt groups lines passphrase extendable exponent; do
	[ "$passphrase" = - ] && passphrase=
	name="$octets octets, $gt of $groups, ${passphrase:-no passphrase}, extendable $extendable, exponent $exponent"
	secret "$octets" >hex
	option=
	[ "$extendable" = yes ] || option=--not-extendable
	ours split --groups "$groups" --group-threshold "$gt" --exponent "$exponent" $option <hex >shares 2>err || diag err
	sed -n "$lines" shares >enough
	combine_theirs "$passphrase" enough >theirs 2>err || diag err
	same "made here, combined there: $name" theirs hex
	split_theirs "$(cat hex)" "$passphrase" "$gt" "$groups" "$extendable" "$exponent" >shares 2>err || diag err
	sed -n "$lines" shares >enough
	ours combine <enough >back 2>err || diag err
	same "made there, combined here: $name" back hex
done <<CASES
16 1 1/1 1p - yes 0
16 1 2/3 1p;3p - yes 1
16 1 2/3 2p;3p TREZOR no 0
18 1 3/5 1p;3p;5p - yes 0
24 1 3/5 2p;3p;4p TREZOR yes 2
32 1 3/5 5p;1p;4p - yes 0
32 1 16/16 1,16p - yes 0
32 2 2/3,3/5 1p;3p;4p;6p;8p - yes 0
32 2 2/3,3/5 2p;3p;5p;6p;7p TREZOR yes 1
32 2 2/3,3/5 1p;2p;4p;5p;6p TREZOR no 1
32 2 2/3,1/1,3/5 4p;5p;7p;9p TREZOR yes 0
32 1 2/3,3/5 2p;3p - no 1
48 3 1/1,2/2,3/4 1p;2p;3p;4p;6p;7p TREZOR yes 0
64 2 2/3,3/5 1p;3p;4p;6p;8p TREZOR yes 1
CASES

# What one refuses, the other does.
passphrase=
secret 32 >hex
ours split --groups 2/3,3/5 --group-threshold 2 <hex >first
ours split --groups 2/3,3/5 --group-threshold 2 <hex >second
sed -n '1p;2p;4p;5p' first >few
{ cat few; sed -n '6p' second; } >mixed
sed -n '1p;2p;4p;5p;6p' first | sed '3s/ [a-z]* \([a-z]*\)$/ academic \1/' >misspelt
for case in few mixed misspelt; do
	exits 1 "$case: refused there" combine_theirs '' $case
	exits 1 "$case: refused here" sh -c "\"$bin/ceremony\" share combine <$case"
	is "and nothing comes out" "$(cat out)" ''
done
done_testing
