#!/bin/sh
# qr.t: files across the gap as QR codes: our two ends, a decoder and a reader of frames that are
# not ours, and pictures that mean harm.
. scripts/e2e/lib.sh

ceremony=$bin/ceremony
words=$root/qr/bytewords.inc
reader=$root/scripts/e2e/ur.pl
degrade=$root/$B/test/qr/test/degrade
cd "$work" || bail "no folder"

# A request, always the same one, since how much may be lost follows from its CRC-32; and a file of 30 KiB that does not compress.
cp "$root/scripts/fixtures/requests/intermediate-1.csr" request.csr
openssl enc -aes-128-ctr -K 00112233445566778899aabbccddeeff -iv 0 -nosalt -in /dev/zero 2>openssl.log |
	head -c 30720 >list.crl

# zbar: what zbarimg reads in these pictures.
zbar() {
	zbarimg -q --raw --nodbus -Sdisable -Sqrcode.enable "$@" 2>zbar.log
}

# ---- there and back ----

for file in request.csr list.crl; do
	ok "$file is sent as pictures" "$ceremony" qr send "$file" --png "$file.frames"
	grep -A 5 sha256 out >sent
	ok "$file is received" "$ceremony" qr receive --images "$file.frames" -o "$file.back"
	grep -A 5 sha256 out >received
	same "$file is the same" "$file" "$file.back"
	same "both ends say the same words" sent received
	is "the words are of its SHA-256" "$(sed -n 's/^sha256 //p' sent)" "$(sha256sum <"$file" | cut -d ' ' -f 1)"

	# every third frame is lost, and the rest comes in another order
	mkdir lost
	n=0
	for f in "$file.frames"/*; do
		n=$((n + 1))
		[ $((n % 3)) -eq 0 ] || cp "$f" "lost/$(printf '%03d' $((n * 7919 % 1000))).png"
	done
	ok "a third of $file's frames may be lost, and the rest shuffled" "$ceremony" qr receive --images lost -o lost.back
	same "$file is the same" "$file" lost.back
	rm -r lost lost.back

	if have zbarimg; then
		num=$(find "$file.frames" -type f | wc -l)
		zbar "$file.frames"/*.png >texts
		is "zbarimg reads every frame of $file" "$(grep -c '^UR:BYTES/' texts)" "$num"
		awk -F '[/-]' '$2 + 0 <= $3 + 0' texts >plain
		perl "$reader" "$words" <plain >theirs
		same "a reader that is not ours makes $file of them" "$file" theirs
	else
		skip "zbarimg reads every frame of $file" "zbar-tools is not installed"
	fi
done

printf 'one frame' >small
ok "a small file takes one frame" "$ceremony" qr send small --png small.frames
is "one picture" "$(ls small.frames)" frame-0001.png
if have zbarimg; then
	zbar small.frames/frame-0001.png >texts
	like "it has no number" texts '^UR:BYTES/[A-Z]+$'
	perl "$reader" "$words" <texts >theirs
	same "and is read by others" small theirs
fi
ok "as SVG" "$ceremony" qr send small --svg small.svg
like "which is one" small.svg/frame-0001.svg '^<svg xmlns='
exits 3 "frames go into an empty folder" "$ceremony" qr send request.csr --png small.frames
like "since two files' frames would mix" err 'ERR_FILE_EXISTS'

# ---- paper ----

ok "as PDF" "$ceremony" qr send request.csr --pdf request.pdf
like "the same words are said" out "$(sha256sum <request.csr | cut -d ' ' -f 1)"
if have pdftoppm && have pdftotext; then
	mkdir pages
	pdftoppm -r 200 -gray -png request.pdf pages/page
	ok "the printed frames are received" "$ceremony" qr receive --images pages -o paper.back
	same "the file is the same" request.csr paper.back
	pdftotext -layout request.pdf text
	like "its name and size stand on it" text '^ *request.csr'
	like "and the first of its words" text "$("$ceremony" qr receive --images pages -o again.back | sed -n 3p | cut -d ' ' -f 1-4)"
	if have zbarimg; then
		zbar pages/*.png >texts
		perl "$reader" "$words" <texts >theirs
		same "and others read them" request.csr theirs
	fi
else
	skip "the printed frames are received" "poppler-utils is not installed"
fi
head -c 1048577 /dev/zero >"$work/more"
exits 1 "more than codes carry" "$ceremony" qr send "$work/more" --once
like "is refused with the limit" err 'more: 1048577 octets; codes carry up to 1 MiB \(1048576\).*ERR_TOO_LARGE'
ok "what it takes on other screens" "$ceremony" qr send list.crl --sizes
like "80 by 25" out '^80x25 +6 +67 +459 +45.9 s$'
like "a screen of pixels" out '^1920x1080 pixels +40 +2048 +16 +1.6 s$|^1920x1080 pixels +[0-9]+ +[0-9]+ +15 +1.5 s$'
is "on seven kinds" "$(grep -c ' s$' out)" 7
exits 2 "two kinds of output" "$ceremony" qr send small --png a --pdf b
exits 3 "a folder that is not there" "$ceremony" qr send small --pdf none/a.pdf

# ---- the terminal: half blocks back to a picture ----

ok "frames are printed where there is no terminal, once" "$ceremony" qr send small --once
grep '107m' out >screen
cat >pixels.pl <<'PERL'
s/\033\[[0-9;]*m//g; s/\r?\n//;
my ($top, $low) = ("", "");
for my $c (split //) {
	$top .= $c eq "\x{2580}" || $c eq "\x{2588}" ? "1" : "0";
	$low .= $c eq "\x{2584}" || $c eq "\x{2588}" ? "1" : "0";
}
push @rows, $top, $low;
$w = length $top if length $top > $w;
END {
	printf "P1\n%d %d\n", 4 * $w + 16, 4 * @rows + 16;
	for my $r (("0") x 2, @rows, ("0") x 2) {
		my $l = ("00" . $r . "0" x ($w + 2 - length $r)) =~ s/(.)/$1 $1 $1 $1 /gr;
		print "$l\n" x 4;
	}
}
PERL
# read_screen FILE: what zbarimg reads in these lines of a terminal.
read_screen() {
	perl -CSD -ne "$(cat pixels.pl)" "$1" >screen.pbm
	zbar screen.pbm
}
if have zbarimg; then
	read_screen screen >texts
	perl "$reader" "$words" <texts >theirs
	same "what stands on the screen is read by others" small theirs
fi

# tm ARGUMENT...: a terminal of this test's own, $server.
tm() {
	tmux -L "$server" -f /dev/null "$@"
}
# soon FILE PATTERN: the screen shows it before long.
soon() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		tm capture-pane -p >"$1"
		grep -q "$2" "$1" && return 0
		sleep 0.2
	done
	return 1
}
# look: what zbarimg reads on it, in texts; the upper lines may be there before the lower ones.
look() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		tm capture-pane -p >cap
		read_screen cap >texts
		[ -s texts ] && break
		sleep 0.2
	done
}
if have tmux && have zbarimg; then
	for size in '80 25 6' '128 48 17'; do
		# shellcheck disable=SC2086 # three words
		set -- $size
		server=qr-$$-$3
		tm new-session -d -x "$1" -y "$2" "trap : INT; stty -echo; '$ceremony' qr send list.crl 2>said; echo status \$?; sleep 60"
		tm set -g status off
		ok "a $1 by $2 terminal shows frames" soon cap "$(printf '\342\226\210')"
		like "of version $3" said "^version $3,"
		look
		like "that zbarimg reads off it" texts '^UR:BYTES/[0-9]+-[0-9]+/[A-Z]+$'
		if [ "$3" = 17 ]; then
			tm send-keys -l '++- '
			ok "keys change the speed" soon cap 'speed: 9 a second'
			like "the words stand beside the code" cap "$(sed -n 3p sent | cut -d ' ' -f 1,2)"
			for other in '80 25' '60 40'; do
				tm resize-window -x "${other% *}" -y "${other#* }"
				ok "$other: the codes are smaller at once" soon cap 'now 1[, ]'
				look
				like "$other: and zbarimg reads them" texts '^UR:BYTES/1-[0-9]+/[A-Z]+$'
			done
			tm resize-window -x 20 -y 10
			ok "a window that takes none says so" soon cap 'too small'
			tm resize-window -x 80 -y 25
			ok "and a larger one goes on" soon cap 'now 1, standing still'
			tm send-keys -l 'q'
			ok "q ends it" soon cap '^status 0'
		else
			tm send-keys C-c
			ok "Ctrl-C ends it" soon cap '^status 0'
		fi
		like "and the words are there to be read" cap "^sha256 $(sha256sum <list.crl | cut -d ' ' -f 1)"
		tm kill-server
	done
else
	skip "a terminal shows frames" "tmux or zbar-tools is not installed"
fi
exits 2 "without a terminal it does not run for ever" "$ceremony" qr send small
exits 1 "what does not fit is said" "$ceremony" qr send list.crl --version 40 --once
like "with the terminal's size" err 'ERR_QR_SIZE'
: >nothing
exits 1 "an empty file is not sent" "$ceremony" qr send nothing --once
head -c 1100000 /dev/zero >huge
exits 1 "nor one of more than a MiB" "$ceremony" qr send huge --png huge.frames
is "and no folder is made" "$(find . -name huge.frames)" ""
exits 1 "nor one of too many frames" "$ceremony" qr send list.crl --version 1 --png tiny.frames
exits 2 "a version that is none" "$ceremony" qr send small --version 41 --once
exits 2 "too fast" "$ceremony" qr send small --fps 1000
exits 2 "two kinds of pictures" "$ceremony" qr send small --png a --svg b
exits 2 "no output named" "$ceremony" qr receive --images small.frames
exits 2 "no direction" "$ceremony" qr

# ---- too little, and others' frames ----

mkdir few
cp list.crl.frames/frame-000?.png few
exits 1 "too few frames are not a file" "$ceremony" qr receive --images few -o few.back
like "and how many there were is said" err '9 of [0-9]+ fragments'
is "nothing is written" "$(find . -name 'few.back*')" ""

mkdir mixed
cp request.csr.frames/frame-0001.png mixed/a.png
for f in list.crl.frames/*; do cp "$f" "mixed/b-${f##*/}"; done
ok "an old frame on top does not stop the new file" "$ceremony" qr receive --images mixed -o mixed.back
same "which is whole" list.crl mixed.back
like "and that is told" err 'starting again with the other file.*ERR_QR_OTHER'

# ---- harm ----

mkdir harm
head -c 300 small.frames/frame-0001.png >harm/cut.png
printf 'P5 100000 100000 255\n' >harm/huge.pgm
printf '\211PNG\r\n\032\n\000\000\000\rIHDR\177\377\377\377\177\377\377\377\010\000\000\000\000\000\000\000\000' >harm/huge.png
head -c 200000 list.crl >harm/noise
printf '\377\330\377\340' >harm/cut.jpg
{ printf 'P5 640 480 255\n' && openssl enc -aes-128-ctr -K 00 -iv 1 -nosalt -in /dev/zero 2>openssl.log | head -c 307200; } >harm/noise.pgm
head -c 9000000 /dev/zero >harm/zeros
mkfifo harm/pipe
ln -s /dev/zero harm/link
exits 1 "harmful pictures give no file" "$ceremony" qr receive --images harm -o harm.back
is "nothing is written" "$(find . -name 'harm.back*')" ""
for f in cut.png huge.pgm huge.png noise cut.jpg zeros pipe link; do
	like "$f is told" err "^$f: .*ERR_(QR_IMAGE|TOO_LARGE|FILE_)"
done
unlike "no helper died" err 'ERR_HELPER_DIED'
cp small.frames/frame-0001.png harm/z.png
ok "and a good one among them is read" "$ceremony" qr receive --images harm -o harm.back
same "to the file" small harm.back

# A picture on which the decoder dies costs that picture, not the file; a helper that always dies ends it.
mkdir own
cp "$ceremony" own/ceremony
printf '#!/bin/sh\n[ -e %s/died ] || { touch %s/died; kill -9 $$; }\nexec %s/ceremony-scan "$@"\n' "$work" "$work" "$bin" >own/ceremony-scan
chmod +x own/ceremony-scan
ok "a decoder that dies once does not stop the rest" own/ceremony qr receive --images request.csr.frames -o died.back
same "the file is whole" request.csr died.back
like "and the picture that did it is named" err '^picture 1: .*ERR_HELPER_DIED'
printf '#!/bin/sh\nkill -9 $$\n' >own/ceremony-scan
exits 3 "one that always dies does" own/ceremony qr receive --images request.csr.frames -o dead.back
is "nothing is written" "$(find . -name 'dead.back*')" ""

exits 3 "a folder that is not there" "$ceremony" qr receive --images none -o x
exits 3 "a camera that is none" "$ceremony" qr receive --camera /dev/null -o x
like "is told as such" err 'ERR_CAMERA'
exits 3 "a place that cannot be written" "$ceremony" qr receive --images small.frames -o none/x

# ---- a poor camera: what decodes, ours and zbarimg's ----

ok "poor pictures are made" "$degrade" poor
for f in poor/*.pgm; do
	stem=${f%.pgm} name=${f#poor/}
	mkdir one
	mv "$f" one
	ours=0 theirs=0
	"$ceremony" qr receive --images one -o got >out 2>err && cmp -s got "$stem.txt" && ours=1
	have zbarimg && zbar "one/${f##*/}" >texts && perl "$reader" "$words" <texts >got 2>err && cmp -s got "$stem.txt" && theirs=1
	rm -rf one got
	echo "${name%%.*} $ours $theirs"
done >results
awk '
	!n[$1]++ { order[++k] = $1 }
	{ ours[$1] += $2; theirs[$1] += $3; all++; sum += $2; other += $3 }
	END {
		printf "# %-14s %8s %5s %8s\n", "of a code", "pictures", "ours", "zbarimg"
		for (i = 1; i <= k; i++) printf "# %-14s %8d %5d %8d\n", order[i], n[order[i]], ours[order[i]], theirs[order[i]]
		printf "# %-14s %8d %5d %8d\n", "in all", all, sum, other
	}' results | tee table
is "whatever is clean, turned or mirrored decodes" "$(awk '$1 ~ /^(clean|mirrored|turned-.*)$/ && $2 == 0' results)" ""
is "and nearly all the rest" "$(awk '{ n++; ours += $2 } END { print (ours * 100 >= n * 94 ? "yes" : ours " of " n) }' results)" yes
if have zbarimg; then
	is "on no kind zbarimg reads more" "$(awk '{ o[$1] += $2; t[$1] += $3 } END { for (k in o) if (o[k] < t[k]) print k }' results)" ""
	is "more than zbarimg reads" "$(awk '{ ours += $2; theirs += $3 } END { print (ours > theirs ? "yes" : ours " to " theirs) }' results)" yes
fi
done_testing
