# request-check-one.sh: a thousand P-384 requests, all of one key: wolfCrypt keeps a table for a key that it met before.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
. scripts/bench.d/requests.inc
make_requests 1 1000 one
contender floor "" "" "$out/floor verify $(echo "$w"/der/*.der)"
contender ours "" "" "$here/$B/bin/ceremony request check --profile scripts/profiles/tls-subca.ini $(echo "$w"/media/requests/*.csr)"
