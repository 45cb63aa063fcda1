#!/bin/sh
# carry.t: what a ceremony makes leaves the room by camera: shown as QR codes in each face, read back by our receiver and by
# zbarimg, on the record and in the report.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
"$bin/ceremony" qr send "$root/scripts/fixtures/requests/intermediate-1.csr" --png images >out 2>err || bail "no pictures"
mkdir all && mv images all/intermediate-1.csr
ceremony() {
	"$bin/ceremony" run "$1" --record "$3" --images all --profiles "$root/scripts/profiles" --answers "$2"
}
line_of() { grep -n "$1" "$2" | cut -d : -f 1; }

# ---- the script ----

ok "check: a script that shows" "$bin/ceremony" check "$c/rehearsal-qr.ini" --profiles "$root/scripts/profiles"
sed 's/^what = all/what = everything/' "$c/rehearsal-qr.ini" >bad.ini
exits 1 "check: what there is not" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"
like "is refused with its line" err "bad.ini:$(line_of '^what' bad.ini)"
sed '/^\[step crl\]/,/^profile/d; s/^what = all/what = crl/' "$c/rehearsal-qr.ini" >bad.ini
exits 1 "check: a list that no step makes" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"
like "is refused with its line" err "line $(line_of '^\[step show\]' bad.ini)): what = crl"
sed 's/^qr = yes/qr = perhaps/' "$c/rehearsal-qr.ini" >bad.ini
exits 1 "check: neither yes nor no" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"

# ---- shown by an unattended run ----

ok "a ceremony whose results go by camera" ceremony "$c/rehearsal-qr.ini" "$c/rehearsal-qr.answers.ini" record
b=record/ceremonies/0001-camera
for file in root.pem intermediate-1.pem root.crl checkpoint; do
	ok "$file: received" "$bin/ceremony" qr receive --images "record.frames/$file" -o "$file"
	case $file in
	*.pem) same "$file: as in the record" "$file" "$b/certificates/$file" ;;
	*.crl) same "$file: as in the record" "$file" "$b/crls/$file" ;;
	*) same "$file: as in the record" "$file" "$b/checkpoint" ;;
	esac
	if have zbarimg; then
		num=$(find "record.frames/$file" -type f | wc -l)
		zbarimg -q --raw --nodbus -Sdisable -Sqrcode.enable "record.frames/$file"/*.png >texts 2>zbar.log
		is "$file: zbarimg reads each of its frames" "$(grep -c '^UR:BYTES/' texts)" "$num"
		perl "$root/scripts/e2e/ur.pl" "$root/qr/bytewords.inc" <texts >theirs
		same "$file: and another reader of frames joins them" theirs "$file"
	fi
	[ "$file" = checkpoint ] ||
		like "$file: what, hash and frames are on the record" "$b/transcript.jsonl" \
			"\"qr\.[123]\":\"version [0-9]+, fragments [0-9]+, frames [0-9]+\",\"taken\.[123]\":\"agree\",\"file\":\"$file\",\"size\":\"$(wc -c <"$file")\",\"sha256\":\"$(sha256sum <"$file" | cut -c 1-64)\""
done
unlike "the sealed checkpoint is not" "$b/transcript.jsonl" '"file":"checkpoint"'
like "the report has a section of it" "$b/report.txt" '^Carried by camera$'
is "and names each file" "$(sed -n 's/^  Out  *//p' "$b/report.txt" | tr '\n' ' ')" "root.pem root.crl intermediate-1.pem "

# ---- a list that lies as a file ----

sed 's/^kind = crl$/&\nstore = file/' "$c/rehearsal-qr.ini" >large.ini
ok "a ceremony whose list lies as a file" ceremony large.ini "$c/rehearsal-qr.answers.ini" large
ok "it is received, too" "$bin/ceremony" qr receive --images large.frames/root.crl -o large.crl
same "and is the file" large.crl large/ceremonies/0001-camera/crls/root.crl
like "what it was is on the record" large/ceremonies/0001-camera/transcript.jsonl \
	"\"taken.2\":\"agree\",\"file\":\"root.crl\",\"size\":\"$(wc -c <large.crl)\",\"sha256\":\"$(sha256sum <large.crl | cut -c 1-64)\""
ok "and verifies" "$bin/ceremony-verify" large

# ---- nobody has what was not shown; a result may be left out ----

awk '/^\[show\]/ { print; print "qr.1 = no\ntaken.1 = agree\ntaken.1.2 = no\nqr.2 = show\ntaken.2 = no\nqr.3 = no\ntaken.3 = no"; skip = 1; next }
	/^\[/ { skip = 0 } !skip' "$c/rehearsal-qr.answers.ini" >left-out.ini
ok "results that are left out" ceremony "$c/rehearsal-qr.ini" left-out.ini other
like "nobody has what was not shown" other/ceremonies/0001-camera/transcript.jsonl '"type":"refused","step":"show".*ERR_FLOW_NOT_SHOWN'
like "what was shown and not taken says so" other/ceremonies/0001-camera/report.txt 'did not take it this way'
ok "the record verifies" "$bin/ceremony-verify" other

# ---- the report for browsers and for paper ----

# carried FORMAT RECORD: the rows of that section, as text.
carried() {
	"$bin/ceremony" report --record "$2" --format "$1" -o "report.$1" >out 2>err || { diag err; return; }
	case $1 in
	html) sed -n '/<h2>Carried by camera/,/<h2>Files of the record/p' report.html | sed 's/<[^>]*>/ /g; s/  */ /g' ;;
	pdf) pdftotext -layout report.pdf - | sed -n '/^ *Carried by camera/,/^ *Files of the record/p' ;;
	esac
}
hash=$(sha256sum <"$b/requests/intermediate-1.csr" | cut -c 1-32)
for format in html pdf; do
	[ $format = html ] || have pdftotext || { skip "$format: what was carried" "poppler-utils is not installed"; continue; }
	carried $format record >rows
	like "$format: what came in, its size and its hash" rows " in +requests +intermediate-1.csr +$(wc -c <"$b/requests/intermediate-1.csr") +$hash"
	is "$format: what went out" "$(grep -oE ' out +show +[a-z0-9.-]+' rows | awk '{ printf "%s ", $3 }')" "root.pem root.crl intermediate-1.pem "
	like "$format: and that it was taken" rows 'has it, and|The other side has it'
	carried $format other >rows
	like "$format: what was not" rows 'did not'
done

# ---- on the screen: what a terminal drew, as a picture ----

have tmux && have zbarimg || { pass "no tmux or no zbarimg: the screen is not read # SKIP"; done_testing; }
. "$root/scripts/e2e/terminal.sh"
# look COLUMNS LINES TERM: the demo's file at this size; stands on frame 1.
look() {
	terminal "TERM=$3 '$root/$B/test/tui/test/demo' qr" "$1" "$2"
	until_seen 'frames at'
	keys Enter
	until_seen 'now [0-9]'
	keys Space
	until_seen 'standing still'
	for i in 1 2 3 4 5 6 7 8; do letters '<'; done
	until_seen 'now 1,'
}
for size in '80 25 xterm-256color' '100 37 screen-256color' '128 48 xterm-mono'; do
	# shellcheck disable=SC2086 # three words
	look $size
	for n in 1 2 3; do
		until_seen "now $n,"
		for i in 1 2 3 4 5 6 7 8 9 10; do # the upper lines may be there before the lower ones
			tm capture-pane -e -N -p -t face | perl "$root/scripts/e2e/screen.pl" >screen.pgm
			zbarimg -q --raw --nodbus -Sdisable -Sqrcode.enable screen.pgm >text 2>zbar.log
			grep -q "^UR:BYTES/$n-" text && break
			sleep 0.2
		done
		like "$size: zbarimg reads frame $n off the screen" text "^UR:BYTES/$n-"
		letters '>'
	done
	is "$size: the words beside it are the file's" "$(screen | grep -cE '(endorse politeness|Zulu pedigree|accrue Burlington)')" 3
done
done_testing
