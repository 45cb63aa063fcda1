# csr-ledger.sh: 10 P-384 requests in one ceremony, as csr-10, by a CA that has issued 1,000 certificates before.
# shellcheck shell=sh disable=SC2154,SC2046 # sourced by scripts/bench; the words of run_many are split on purpose
. scripts/bench.d/requests.inc
make_requests 1 1000
make_root
many 1000
quietly $(run_many "$w/made")
rm -rf "$w/media" "$w/der"
make_requests 1001 1010
floor_csr
many 10
contender ours "$w/made/ceremonies/0002-bench-csr/checkpoint" "$(afresh)" "$(run_many "$w/ours")"
contender verify "" "" "$here/$B/bin/ceremony-verify $w/made"
