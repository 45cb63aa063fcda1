#!/bin/sh
# crash-torn.t: the conductor is killed in the middle of writing each event, and the ceremony goes on to its end (crash.sh).
. scripts/e2e/lib.sh
. scripts/e2e/crash.sh

begun all
each all torn >"$work/cases"
cases
# Each act that cannot be repeated was cut off once after it was done: half of its result was on the disk. A key can be found.
resolved 'key-generate done' 2
resolved 'key-sign again' 4
resolved 'key-lock again' 1
resolved 'key-restore done' 1
sets_anew
done_testing
