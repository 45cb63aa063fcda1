#!/bin/sh
# readme.t: the commands that the README gives to an auditor, run as they stand on a rehearsal's record.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
mkdir -p "$work/media/requests" "$work/media/output"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/media/requests/"
awk '/^## How an auditor verifies/ { here = 1 } here && /^```$/ { if (on) exit; on = 1; next } here && on' README.md >"$work/commands"
cd "$work" || bail "no folder"
ok "a rehearsal" "$bin/ceremony" run "$c/rehearsal.ini" --record record --media media --answers "$c/rehearsal.answers.ini"
is "the README has seven commands" "$(wc -l <commands)" 7
while read -r command; do
	if ! command -v "${command%% *}" >/dev/null; then
		skip "$command" "not installed"
		continue
	fi
	ok "$command" sh -c "cd record/ceremonies/0001-root-generation && $command"
done <commands
done_testing
