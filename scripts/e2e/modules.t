#!/bin/sh
# modules.t: a key's life on the modules that need something around them: opencryptoki's soft token with
# its daemon, tpm2-pkcs11 with a simulated TPM. Each is made in $work and nowhere else; where that cannot
# be done it is skipped, with the reason. SoftHSM and NSS are in the unit test of the same name.
. scripts/e2e/lib.sh

life=$root/$B/test/ceremony/token/test/life_test
[ -x "$life" ] || bail "there is no $life (make tests)"

# lives NAME FOLDER: life_test NAME in its environment.
lives() {
	mkdir -p "$work/$1"
	timeout 300 sh "scripts/e2e/with-$2" "$work/$1" "$life" "$1" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	if [ "$status" -eq 77 ]; then
		skip "a life on $1" "$(tail -n 1 "$work/err")"
	elif grep -q SKIPPED "$work/out"; then
		skip "a life on $1" "the package is not installed"
	elif [ "$status" -eq 0 ] && grep -q 'OK \] '"$1" "$work/out"; then
		pass "a life on $1"
	else
		fail "a life on $1"
		diag "$work/out"
		diag "$work/err"
	fi
}

lives opencryptoki opencryptoki
lives tpm2 tpm
done_testing
