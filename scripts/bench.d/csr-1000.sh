# csr-1000.sh: 1000 P-384 requests in one ceremony, each judged, reviewed and signed.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
. scripts/bench.d/requests.inc
make_requests 1 1000
floor_csr
make_root
many 1000
contender ours "$w/made/root.pem" "$(afresh)" "$(run_many "$w/ours")"
