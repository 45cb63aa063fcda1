# qr-decode.sh: 20 pictures of QR codes of version 20 in, the file that they carry out.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
head -c 11800 "$here/qr/test/vectors/PSBT_5.bin" >"$w/file"
made=
if quietly "$here/$B/bin/ceremony" qr send "$w/file" --version 20 --png "$w/frames"; then
	made=$w/frames
	rm -f "$w"/frames/frame-002[1-9].png "$w"/frames/frame-00[3-9]?.png # the plain ones are enough
fi
contender ours "$here/$B/bin/ceremony ${made:-frames-to-read}" "" \
	"$here/$B/bin/ceremony qr receive --images $w/frames -o $w/back"
contender zbarimg "zbarimg ${made:-frames-to-read}" "" \
	"zbarimg -q --raw --nodbus -Sdisable -Sqrcode.enable$(find "$w/frames" -name '*.png' 2>/dev/null | sort | sed 's/^/ /' | tr -d '\n')"
