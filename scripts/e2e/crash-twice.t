#!/bin/sh
# crash-twice.t: the conductor is killed at each act that cannot be repeated, and so are the resumes: in the login, after
# the outcome is on the record, in the second intent (crash.sh).
. scripts/e2e/lib.sh
. scripts/e2e/crash.sh

begun all
{
	grep -n '"type":"intent"' "$transcript" | while IFS=: read -r line _; do
		echo "all synced:$line+torn:4"
		echo "all synced:$line+synced:5"
		echo "all torn:$((line + 1))+synced:6+torn:1"
	done
	echo "all synced:33+synced:6+torn:8" # in the shares
	echo "all synced:$events+after:5+fsync:9"
} >"$work/cases"
cases
done_testing
