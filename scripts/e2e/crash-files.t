#!/bin/sh
# crash-files.t: the conductor is killed at each file that it writes, and the ceremony goes on to its end (crash.sh).
. scripts/e2e/lib.sh
. scripts/e2e/crash.sh

begun few
{
	each few fsync
	# Before and after a file has its name: every third is enough to see that.
	each few before | awk 'NR % 3 == 1'
	each few after | awk 'NR % 3 == 2'
} >"$work/cases"
cases
done_testing
