#!/bin/sh
# slow.t: a token that takes seconds to make a key, as smartcards do: the screen says what is done, for how long already, and that it
# cannot be stopped; what is typed meanwhile stops nothing and confirms nothing.
. scripts/e2e/lib.sh
have tmux || skip_all "tmux is not installed"
. scripts/e2e/faces.sh
face=screen

c=$root/scripts/ceremonies
softhsm_token other 12345678 87654321
# shellcheck disable=SC2154 # softhsm_token sets it
# shellcheck disable=SC2046 # the flags are words
${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -fPIC -shared "-DREAL=\"$module\"" $(pkg-config --cflags p11-kit-1) \
	-o "$work/slow.so" scripts/e2e/slow.c -ldl || bail "slow.c does not compile"
token="pkcs11:token=bench?module-path=$work/slow.so"
sed 's/^officer-1 = yes/officer-1 = pause/' "$c/bench-root.answers.ini" >"$work/answers.ini"
exits 1 "paused before the key is made" "$bin/ceremony" run "$c/bench-root.ini" --record "$work/record" --token "$token" \
	--answers "$work/answers.ini"
terminal "'$bin/ceremony' resume --record '$work/record' --token '$token'"
until_seen 'Roll call after the break'
read_on
keys Enter
agree 'Make the root key' picked
until_seen 'Log in to the token'
line 987654321
seen 'Please wait, 0:01: .*It cannot be stopped' "it says so"
keys Escape C-c x Enter
seen 'Please wait, 0:0[3-9]: .*It cannot be stopped' "and for how long already, whatever is typed"
tm resize-window -t face -x 100 -y 37
seen 'Please wait, 0:0[4-9]: .*It cannot be stopped' "also when the window changes"
seen 'The root key has been made' "the key is there"
until_seen 'Enter: (more|answer)'
sleep 0.5
screen >"$work/then"
like "what was typed meanwhile confirmed nothing" "$work/then" 'The root key has been made'
keys C-p
seen 'Pause the ceremony' "it can be left"
keys Enter
until_seen 'Enter: close'
keys Enter
ended "as ever" 1
opened "$work"/record/ceremonies/0001-* >"$work/lines"
for type in intent result; do
	is "two keys, the root's and the record's: each $type once" "$(grep -c "\"type\":\"$type\".*\"op\":\"key-generate\"" "$work/lines")" 2
done
done_testing
