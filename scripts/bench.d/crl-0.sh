# crl-0.sh: a CRL without entries: log in, build, sign, read back. The floor is log in and C_Sign alone.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
. scripts/bench.d/crl-lib.inc
crl_path_program
area=$(token_area token)
quietly env "$area" "$out/floor" root "$module" bench
contender ours "$out/crlpath" "rm -f $w/crlpath.crl" "$area $out/crlpath - $w/crlpath.crl $module bench"
contender floor "$module" "" "$area $out/floor sign $module bench"
