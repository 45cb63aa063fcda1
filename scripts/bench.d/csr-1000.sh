# csr-1000.sh: 1000 P-384 requests in one ceremony, each judged, reviewed and signed.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
. scripts/bench.d/requests.inc
make_requests 1000
area_floor=$(token_area floor)
quietly env "$area_floor" "$out/floor" root "$module" bench
contender floor "$module" "" "$area_floor $out/floor csr $module bench $(echo "$w"/der/*.der)"
quietly "$here/$B/bin/ceremony" run scripts/ceremonies/bench-root.ini --record "$w/made" \
	--answers scripts/ceremonies/bench-root.answers.ini
sed 's/^files = .*/files = */' scripts/ceremonies/bench-csr.ini >"$w/many.ini"
awk -v n=1000 '/^(words|decision)\.1 = /{ for (i = 1; i <= n; i++) { line = $0; sub(/\.1 /, "." i " ", line); print line } next } { print }' \
	scripts/ceremonies/bench-csr.answers.ini >"$w/many.answers.ini"
contender ours "$w/made/root.pem" \
	"rm -rf $w/ours $w/ours.token && cp -r $w/made $w/ours && cp -r $w/made.token $w/ours.token" \
	"$here/$B/bin/ceremony run $w/many.ini --profiles scripts/profiles --record $w/ours --media $w/media --answers $w/many.answers.ini"
