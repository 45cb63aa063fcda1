#!/bin/sh
# rights.t: where root runs a ceremony, its helpers have none of root's rights that they do not need: ceremony-token and ceremony-parse none at
# all. What ceremony-media keeps to mount is in media.t.
. scripts/e2e/lib.sh

[ "$(id -u)" -eq 0 ] || skip_all "who is not root has no rights to give up"
c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
mkdir -p media/requests media/output seen
cp "$root"/scripts/fixtures/requests/intermediate-[12].csr media/requests/

# The last that was seen of each helper, while a ceremony ran.
"$bin/ceremony" run "$c/rehearsal.ini" --record record --media media --profiles "$root/scripts/profiles" --answers "$c/rehearsal.answers.ini" >out 2>err &
ceremony=$!
while kill -0 "$ceremony" 2>/dev/null; do
	for process in $(pgrep -P "$ceremony"); do
		grep -E '^(Name|Cap...|NoNewPrivs|Seccomp):' "/proc/$process/status" >status 2>/dev/null && cp status "seen/$(sed -n 's/^Name:.//p' status)"
	done
done
wait "$ceremony"
is "the ceremony ran to its end" $? 0
for helper in token parse; do
	for set in Eff Prm Inh Amb; do
		like "ceremony-$helper has no right: Cap$set" "seen/ceremony-$helper" "^Cap$set:	0000000000000000\$"
	done
	like "ceremony-$helper gets none back" "seen/ceremony-$helper" '^NoNewPrivs:	1$'
done
like "ceremony-parse is behind its filter besides" seen/ceremony-parse '^Seccomp:	2$'
like "ceremony-media, with folders, reads and writes files, and no more" seen/ceremony-media '^CapPrm:	0000000000000006$'
like "by the rights that it has now" seen/ceremony-media '^CapEff:	0000000000000006$'

done_testing
