#!/bin/sh
# qualify.t: `ceremony token qualify`: SoftHSM keeps the rules, NSS lets a key out that must not leave.
. scripts/e2e/lib.sh

softhsm_token Alpha 47110815 12345678
uri="pkcs11:token=Alpha?module-path=$module"

# qualify STATUS NAME PIN ARGUMENT...
qualify() {
	want=$1 name=$2
	printf '%s\n' "$3" >"$work/pin"
	shift 3
	exits "$want" "$name" sh -c 'exec "$@" 7<"$0"' "$work/pin" "$bin/ceremony" token qualify --pin-fd 7 "$@"
}

qualify 0 "SoftHSM qualifies" 47110815 --token "$uri"
cp "$work/out" "$work/text"
like "for rehearsals: it is software" "$work/text" '^Verdict: fit for rehearsals'
like "a key that must not leave stays" "$work/text" '^never.as-it-is +good: refused 2 ways that work'
like "and a locked one" "$work/text" '^locked.as-it-is +good: refused 2 ways that work'
like "signatures are verified" "$work/text" '^algorithm.P-384 +good: .* each verified'
like "both paddings of RSA" "$work/text" '^algorithm.RSA-3072 +good: .*PKCS#1 and PSS'
like "the PIN is counted" "$work/text" '^pin-counter +good: .*low; after the right one: ok'
like "the generator is looked at, and what that is worth is said" "$work/text" 'plausibility check'
unlike "the PIN is not told" "$work/text" 47110815
unlike "nor to whoever looks on" "$work/err" 47110815
ok "another program looks into the token" pkcs11-tool --module "$module" --token-label Alpha --login --pin 47110815 \
	--list-objects
unlike "and sees no key in it" "$work/out" 'Key|throwaway'

qualify 0 "as JSON" 47110815 --json --token "$uri"
if have python3; then
	is "which another program reads" "$(python3 -c '
import json, sys
q = json.load(open(sys.argv[1]))
print(q["verdict"], q["reasons"], q["findings"]["serial"] != "", q["findings"]["never.as-it-is"][:5])' "$work/out")" \
		"fit [] True good:"
else
	skip "which another program reads" "no python3"
fi

qualify 3 "a wrong PIN" 00000000 --token "$uri"
like "it says how many tries are left" "$work/err" 'The PIN is wrong \(it has used up a try; some are left\)'
is "and prints no verdict" "$(wc -c <"$work/out")" 0
qualify 3 "no PIN at all" "" --token "$uri"
qualify 3 "a token that is not there" 47110815 --token "pkcs11:token=Beta?module-path=$module"
qualify 2 "a token without a name" 47110815 --token "pkcs11:?module-path=$module"
exits 2 "without a terminal the PIN must come from somewhere" "$bin/ceremony" token qualify --token "$uri"
exits 2 "no token" "$bin/ceremony" token qualify --pin-fd 0
exits 2 "a descriptor that is none" "$bin/ceremony" token qualify --token "$uri" --pin-fd x
exits 2 "list takes no PIN" "$bin/ceremony" token list --pin-fd 0
ok "help" "$bin/ceremony" token qualify --help
ok "the program's own help" "$bin/ceremony" help token
like "names it" "$work/out" 'token qualify --token URI'

# ---- a script that requires it ----

# ceremony STATUS NAME [OPTION...]: the shipped rehearsal on a token that must qualify, in $c.
ceremony() {
	status=$1 title=$2
	shift 2
	mkdir -p "$c/media/requests" "$c/media/output"
	cp scripts/fixtures/requests/intermediate-[12].csr "$c/media/requests/"
	sed '/^kind = token$/a qualified = required' scripts/ceremonies/rehearsal.ini >"$c/script.ini"
	sed -e '/^\[token\]$/a qualify-pin = 987654321\nqualified = yes' -e '/^pin = /d' \
		scripts/ceremonies/rehearsal.answers.ini >"$c/answers.ini"
	exits "$status" "$title" "$bin/ceremony" run "$c/script.ini" --record "$c/record" --media "$c/media" \
		--profiles scripts/profiles --answers "$c/answers.ini" "$@"
	line=$c/record/ceremonies/0001-root-generation/transcript.jsonl
}

unset SOFTHSM2_CONF # the rehearsal makes its own
c=$work/fit
ceremony 0 "a rehearsal on a token that must qualify"
like "what was found stands in the record" "$line" '"turn":"qualify".*"never.as-it-is":"good: refused'
like "and that the verdict was read" "$line" '"turn":"qualified".*"qualified":"yes"'
unlike "but no PIN" "$line" 987654321
ok "the record verifies" "$bin/ceremony-verify" "$c/record"
cp -r "$c/record" "$work/bent"
sed -i 's/"never.as-it-is":"good: /"never.as-it-is":"bad: /' "$work/bent/ceremonies/0001-root-generation/transcript.jsonl"
exits 1 "with a worse finding it does not" "$bin/ceremony-verify" "$work/bent"

# ---- NSS: it lets a key be wrapped that must not leave ----

softokn=
for m in /usr/lib/*/libsoftokn3.so; do
	[ -f "$m" ] && softokn=$m
done
if [ -n "$softokn" ] && have certutil; then
	mkdir "$work/nss"
	echo 47110815 >"$work/password"
	certutil -N -d "sql:$work/nss" -f "$work/password" >"$work/out" 2>&1 || diag "$work/out"
	folder=$(printf %s "$work/nss" | sed 's,/,%2F,g')
	init="configdir%3D%27%27%20flags%3DnoModDB%2CnoCertDB%20tokens%3D%3C0x04%3D%5BconfigDir%3D%27sql%3A$folder%27"
	init="$init%20tokenDescription%3D%27Nota%27%20slotDescription%3D%27Nota%27%5D%3E"
	qualify 1 "NSS does not qualify" 47110815 --token "pkcs11:token=Nota?module-path=$softokn&x-init=$init"
	like "it says so" "$work/out" '^Verdict: not fit to hold a non-exportable root$'
	like "and why" "$work/out" '^never.as-it-is +bad: the private key came out by'
	like "copies come out, too" "$work/out" '^never.copy-extractable +bad: '
	qualify 1 "as JSON" 47110815 --json --token "pkcs11:token=Nota?module-path=$softokn&x-init=$init"
	like "with the verdict" "$work/out" '"verdict": "unfit"'

	c=$work/unfit
	mkdir -p "$c/nss"
	init=$(printf %s "$init" | sed "s,$folder,$(printf %s "$c/nss" | sed 's./.%2F.g'),; s,Nota,rehearsal-root,g")
	ceremony 1 "a ceremony on it ends before a key is made" \
		--token "pkcs11:token=rehearsal-root?module-path=$softokn&x-init=$init"
	like "since it does not qualify" "$work/err" 'ERR_TOKEN_UNFIT'
	like "which the record says" "$line" '"type":"refused".*"turn":"qualified".*"error":"ERR_TOKEN_UNFIT"'
	unlike "no key was made" "$line" 'key-generate'
else
	skip "NSS does not qualify" "libnss3 or libnss3-tools is not installed"
fi
done_testing
