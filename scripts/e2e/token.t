#!/bin/sh
# token.t: `ceremony token list` on a SoftHSM of its own, and helpers that are started by hand.
. scripts/e2e/lib.sh

softhsm_token "Alpha, Root" 1234 12345678
softhsm2-util --init-token --free --label 'Say "B"' --pin 1234 --so-pin 12345678 >"$work/out" 2>&1 ||
	bail "no second token"
serial() {
	softhsm2-util --show-slots | awk -v label="$1" '
		/Serial number:/ { serial = $3 }
		/Label:/ && index($0, label) { print serial }'
}
alpha=$(serial "Alpha, Root")

ok "the tokens of SoftHSM are listed" "$bin/ceremony" token list
cp "$work/out" "$work/list"
tab=$(printf '\t')
like "one by its serial" "$work/list" "^$alpha${tab}Alpha, Root${tab}SoftHSM project${tab}SoftHSM v2${tab}initialised${tab}ok\$"
like "the empty one too" "$work/list" "^${tab}${tab}SoftHSM project${tab}SoftHSM v2${tab}empty${tab}ok\$"
is "and no other" "$(wc -l <"$work/list")" 3

ok "the module may be named" "$bin/ceremony" token list --token "pkcs11:?module-path=$module"
same "with the same answer" "$work/out" "$work/list"

ok "as JSON" "$bin/ceremony" token list --json
like "quotes are escaped" "$work/out" '"label":"Say \\"B\\""'
if have python3; then
	is "which another program reads" "$(python3 -c '
import json, sys
print(sorted(t["label"] for t in json.load(open(sys.argv[1]))))' "$work/out")" "['', 'Alpha, Root', 'Say \"B\"']"
else
	skip "which another program reads" "no python3"
fi

exits 3 "a module that is not there" "$bin/ceremony" token list --token "pkcs11:?module-path=/nonexistent.so"
like "it says which" "$work/err" "/nonexistent.so"
for n in a aa; do # whatever place the detail is cut at
	exits 3 "a module of a long name that is not there: $n" "$bin/ceremony" token list --token "pkcs11:?module-path=/$n$(printf 'Ж%.0s' $(seq 90)).so"
	like "is said to be none: $n" "$work/err" 'module cannot be used'
done
exits 3 "a file that is no module" "$bin/ceremony" token list --token "pkcs11:?module-path=/etc/passwd"
exits 2 "a slot is no name" "$bin/ceremony" token list --token "pkcs11:slot-id=1?module-path=$module"
like "it says so" "$work/err" "slot-id"
exits 2 "no subcommand" "$bin/ceremony" token
exits 2 "an unknown option" "$bin/ceremony" token list --slot 1
exits 2 "something left over" "$bin/ceremony" token list now

# A helper is found beside the program and nowhere else.
mkdir "$work/alone"
cp "$bin/ceremony" "$work/alone/"
PATH=$bin:$PATH
export PATH
exits 3 "PATH is not looked at for helpers" "$work/alone/ceremony" token list
like "it says what is missing" "$work/err" "ceremony-token: No such file"

for helper in ceremony-token "ceremony-media --media $work"; do
	# shellcheck disable=SC2086 # a program and its arguments
	exits 3 "$helper by hand" "$bin"/$helper
	like "it says who starts it" "$work/err" "nobody is on descriptor 3"
done
exits 2 "a helper with a strange argument" "$bin/ceremony-token" --help
exits 3 "media that are not there" "$bin/ceremony-media" --media "$work/nothing"
done_testing
