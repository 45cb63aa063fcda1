#!/bin/sh
# camera.t: a request that comes in by camera, here a folder of pictures: read and put together in the process that is shut
# in, on the record, in each face; stopped, incomplete, too large, and brought by a medium after all.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
csr=$root/scripts/fixtures/requests/intermediate-1.csr
mkdir -p media/requests images
cp "$csr" media/requests/
# pictures FILE FOLDER: FILE as codes, as the images of the request.
pictures() {
	rm -rf "images/$2"
	"$bin/ceremony" qr send "$1" --png "images/$2" >out 2>err || bail "no pictures"
}
# ceremony ANSWERS RECORD [OPTION...]: begins one; go ANSWERS RECORD: goes on.
ceremony() {
	answers=$1 record=$2
	shift 2
	[ $# -gt 0 ] || set -- --images images
	"$bin/ceremony" run "$c/rehearsal-qr.ini" --record "$record" --media media --profiles "$root/scripts/profiles" --answers "$answers" "$@"
}
go() {
	"$bin/ceremony" resume --record "$2" --media media --images images --answers "$1"
}
transcript() { echo "$1/ceremonies/0001-camera/transcript.jsonl"; }
# answered VALUE...: the answers with these to scan.1, scan.1.2 and so on.
answered() {
	awk -v values="$*" '/^scan.1/ { n = split(values, v, " "); for (i = 1; i <= n; i++) print "scan.1" (i > 1 ? "." i : "") " = " v[i]; next } { print }' \
		"$c/rehearsal-qr.answers.ini"
}
line_of() { grep -n "$1" "$2" | cut -d : -f 1; }

# ---- the script ----

for wrong in 's/^files = .*/files = */' 's/^source = camera/&\nexisting = yes/'; do
	sed "$wrong" "$c/rehearsal-qr.ini" >bad.ini
	exits 1 "check: ${wrong%%/&*}" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"
	like "is refused with its line" err "step requests\] \(line $(line_of '^\[step requests\]' bad.ini)\): source = camera knows"
done
sed 's/^source = camera/source = window/' "$c/rehearsal-qr.ini" >bad.ini
exits 1 "check: another source" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"
like "is refused with its line" err "bad.ini:$(line_of '^source' bad.ini)"
exits 2 "a camera and pictures" ceremony "$c/rehearsal-qr.answers.ini" x --camera /dev/null --images images
like "exclude each other" err 'exclude each other'
sed 's/^rehearsal = yes/rehearsal = no/' "$c/rehearsal-qr.ini" >real.ini
exits 2 "pictures are for rehearsals" "$bin/ceremony" run real.ini --record x --profiles "$root/scripts/profiles" --images images --plain
like "and that is said" err 'images is for rehearsals'

# ---- a third of the frames lost, the rest shuffled ----

pictures "$csr" all
mkdir images/intermediate-1.csr
n=0
for f in images/all/*; do
	n=$((n + 1))
	[ $((n % 3)) -eq 0 ] || cp "$f" "images/intermediate-1.csr/$(printf '%03d' $((n * 7919 % 1000))).png"
done
head -c 300 images/all/frame-0001.png >images/intermediate-1.csr/000-cut.png
ok "a ceremony whose request comes by camera" ceremony "$c/rehearsal-qr.answers.ini" record
t=$(transcript record)
same "the request is in the record as it was sent" "$csr" record/ceremonies/0001-camera/requests/intermediate-1.csr
like "the record says how it came" "$t" "\"op\":\"qr-scan\",\"name\":\"intermediate-1.csr\",\"scanned\":\"yes\",\"source\":\"images\",\"content\":\"[^\"]*\",\"size\":\"$(wc -c <"$csr")\",\"sha256\":\"$(sha256sum <"$csr" | cut -c 1-64)\""
like "then it is parsed and compared as any" "$t" '"type":"answer","step":"requests","turn":"compare"'
unlike "no medium was asked for" "$t" '"step":"requests","turn":"(insert|read)"'
like "the report tells it" record/ceremonies/0001-camera/report.txt '^  In  +intermediate-1.csr'

# ---- too few frames: said, and then brought by a medium ----

mkdir images/few
cp images/all/frame-0001.png images/few
mv images/intermediate-1.csr images/good
mv images/few images/intermediate-1.csr
answered camera medium >answers.ini
ok "too few frames, then the medium" ceremony answers.ini few
like "how many there were is on the record" "$(transcript few)" '"type":"failed","step":"requests","turn":"scan".*"error":"ERR_QR_INCOMPLETE","detail":"1 of [0-9]+ fragments"'
like "and that none was read by camera" "$(transcript few)" '"op":"qr-scan","name":"intermediate-1.csr","scanned":"no"'
same "the request is there" "$csr" few/ceremonies/0001-camera/requests/intermediate-1.csr
ok "a camera that is none, then the medium" ceremony answers.ini none --camera /dev/null
like "what is wrong with it is on the record" "$(transcript none)" '"type":"failed","step":"requests","turn":"scan".*"error":"ERR_CAMERA"'

# ---- what is no request, and what is too large ----

answered camera >answers.ini
sed -i '/^\[requests\]/,/^$/s/^words.1.*/without.1 = yes/; /^\[review\]/,/^$/d; /^\[sign\]/,/^$/d; /^qr.3/d; /^taken.3/d' answers.ini
printf 'not a request, but well carried' >junk
pictures junk intermediate-1.csr
ok "what is no request" ceremony answers.ini junk-record
like "is refused by name" "$(transcript junk-record)" '"turn":"parse".*"error":"ERR_(PEM|REQUEST)'
head -c 131073 /dev/zero >large
pictures large intermediate-1.csr
ok "more than a request may have" ceremony answers.ini large-record
like "is refused before it is parsed" "$(transcript large-record)" '"turn":"scan".*"error":"ERR_TOO_LARGE","detail":"131073 octets"'
unlike "and is not on the record" "$(transcript large-record)" '"op":"qr-scan"[^}]*"content"'

# ---- line by line, and on the screen ----

answered @pause >answers.ini
exits 1 "a ceremony that pauses before the camera" ceremony answers.ini paused
rm -rf images/intermediate-1.csr
cp -r images/good images/intermediate-1.csr
for face in plain screen stopped; do
	for part in '' .token; do cp -r "paused$part" "$face$part"; done
	sed -i "s|paused.token|$face.token|" "$face.token/softhsm2.conf"
done
printf '1\n1\npause\n' >typed
"$bin/ceremony" resume --record plain --media media --images images --plain <typed >said 2>err
like "plain: the prompt says what the other side does" said 'own: ceremony qr send$'
like "plain: it is read" "$(transcript plain)" '"op":"qr-scan","name":"intermediate-1.csr","scanned":"yes"'

# Noise that no decoder is quick with, many times over: time enough to stop it.
mkdir -p noise/intermediate-1.csr
{ printf 'P5 1600 1200 255\n' && openssl enc -aes-128-ctr -K 00 -iv 1 -nosalt -in /dev/zero 2>openssl.log | head -c 1920000; } >noise.pgm
for i in $(seq 300); do ln noise.pgm "noise/intermediate-1.csr/$i.pgm"; done

if ! have tmux; then
	skip "screen: a request by camera" "tmux is not installed"
	done_testing
fi
. "$root/scripts/e2e/terminal.sh"
terminal "'$bin/ceremony' resume --record stopped --media media --images noise --plain"
until_seen 'all who are named here are here'
keys 1 Enter
until_seen 'before the camera: read it'
keys 1 Enter
until_seen 'by camera - answered'
keys what Enter
until_seen 'Only stop is taken here'
keys stop Enter
until_seen 'NOT TAKEN: The camera was stopped'
like "plain: stop stops the camera" "$(transcript stopped)" '"turn":"scan".*"error":"ERR_QR_STOPPED"'
terminal "'$bin/ceremony' resume --record screen --media media --images noise"
until_seen 'all who are named here are here'
keys 1 NPage Enter
until_seen 'before the camera: read it'
letters 1
keys Enter
until_seen 'show it to the camera: no code seen yet +Esc: stop it'
tm capture-pane -p -t face >seen
unlike "screen: while the camera waits, nobody is told that one moment will do" seen 'One moment'
like "but what is wanted of them" seen '^[^P]*│ +show it to the camera: no code seen yet'
keys Escape
until_seen 'NOT TAKEN'
like "screen: Esc stops the camera" "$(transcript screen)" '"turn":"scan".*"error":"ERR_QR_STOPPED"'
rm -rf noise/intermediate-1.csr
cp -r images/good noise/intermediate-1.csr
letters 1
keys Enter
until_seen 'Compare intermediate-1.csr'
like "screen: and it looks again" "$(transcript screen)" '"op":"qr-scan","name":"intermediate-1.csr","scanned":"yes"'
done_testing
