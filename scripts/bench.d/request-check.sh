# request-check.sh: a thousand P-384 requests, each of another key, judged on their operator's machine.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
. scripts/bench.d/requests.inc
make_requests 1 1000
contender floor "" "" "$out/floor verify $(echo "$w"/der/*.der)"
contender ours "" "" "$here/$B/bin/ceremony request check --profile scripts/profiles/tls-subca.ini $(echo "$w"/media/requests/*.csr)"
printf '%s\n' "$w"/media/requests/*.csr | head -n 100 >"$w/hundred"
contender openssl "openssl" "" "$(sed 's|.*|openssl req -noout -verify -in & ;;|' "$w/hundred" | tr '\n' ' ' | sed 's/ ;; $//')"
