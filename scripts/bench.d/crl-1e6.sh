# crl-1e6.sh: a CRL of 1000000 entries with reasonCode, from the list to the file that was read back.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
. scripts/bench.d/crl-lib.inc
crl_work 1000000
