#!/bin/sh
# crash.t: the conductor is killed right after each event is on the disk, and the ceremony goes on to its end (crash.sh).
. scripts/e2e/lib.sh
. scripts/e2e/crash.sh

begun all
is "each event is one write" "$(tally all torn)" "$events"
is "each event is synced" "$(tally all synced)" "$events"
early='"type":"result".*"op":"(parse-request|token-random)"'
is "with one sync each, but for what can be had again" "$(tally all fdatasync)" "$((events - $(grep -Ec "$early" "$transcript")))"
{
	each all synced
	grep -En "$early" "$transcript" | while IFS=: read -r line _; do
		echo "all lost:$((line + 1))"
	done
} >"$work/cases"
cases
# The script makes two keys, restores one, makes three certificates and a list, and locks the key: each was cut off once
# before it was done.
resolved 'key-generate again' 2
resolved 'key-sign again' 4
resolved 'key-lock again' 1
resolved 'key-restore again' 1
sets_anew
done_testing
