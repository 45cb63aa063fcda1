# qr-numbers.sh: what QR codes carry: no race, but arithmetic: how much of a code's room the file gets, frames needed against
# the ideal at 0, 10, 30 and 50 % loss, and the time at ten frames a second. The table is printed and left as qr-numbers/table.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
if quietly make -s -C "$here" "$B/test/qr/test/numbers" && "$here/$B/test/qr/test/numbers" >"$w/table"; then
	sed 's/^/  /' "$w/table" >&2
fi
contender ours "$here/$B/test/qr/test/numbers" "" "$here/$B/test/qr/test/numbers"
