#!/bin/sh
# odd-names.t: what people and CAs may be called, on every document that is printed or read in a browser; and a disk that
# is full leaves no half of one.
. scripts/e2e/lib.sh

ceremony=$bin/ceremony
command -v pdftotext >/dev/null && command -v qpdf >/dev/null && command -v tidy >/dev/null || bail "sh scripts/setup installs what is missing"

# 300 octets in one column: an a under many accents; forty columns of wide signs; right to left; HTML; an escape that is none.
accents=a$(printf '\314\201%.0s' $(seq 149))
wide=$(printf '\346\274\242%.0s' $(seq 20))
hebrew='שלום עליכם'
mkdir -p "$work/m/requests" "$work/m/output"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/m/requests/"
sed -e 's|^title = .*|title = <script>alert("1")</script> Łódź '"$hebrew"'|' \
	-e 's|^organisation = .*|organisation = Trüst \& Söhne <AG>|' scripts/ceremonies/rehearsal.ini >"$work/odd.ini"
sed -e "s|Ada Adler|<b onclick='x'>Ada \&lt;\"|" -e "s|Olga Olsen|$hebrew|" -e "s|Omar Okafor|$accents|" \
	-e "s|Clara Cruz|$wide|" -e 's|Wanda Weber|Back\\u{202e}slash|' scripts/ceremonies/rehearsal.answers.ini >"$work/odd.answers.ini"
rehearse() {
	"$ceremony" run "$work/odd.ini" --record "$work/$1" --media "$work/m" --profiles scripts/profiles --answers "$work/$2"
}
ok "a rehearsal with odd names" rehearse record odd.answers.ini
for name in 'Olga\xe2\x80\xae Olsen' 'Olga\xe2\x80\x8b Olsen' 'Olga\x1b[2J Olsen'; do
	sed "s|Olga Olsen|$name|" scripts/ceremonies/rehearsal.answers.ini >"$work/bad.answers.ini"
	exits 1 "a name that deceives the eye is refused: $name" rehearse bad bad.answers.ini
	rm -rf "$work/bad" "$work"/bad.[ct]*
done

# plain FILE: no control, no bidi control, no character without width stands in it.
plain() {
	is "$1 holds nothing that deceives" "$(grep -cP '[\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]' \
		"$work/$1")" 0
}

for format in html pdf; do
	exits 0 "the report: $format" "$ceremony" report --record "$work/record" --format $format -o "$work/report.$format"
done
tidy -q -e "$work/report.html" >"$work/tidy" 2>&1
is "tidy finds no error" "$(grep -c ' Error: ' "$work/tidy")" 0
plain report.html
is "no name becomes an element" "$(grep -ciE '<script|<b |<AG' "$work/report.html")" 0
for name in '&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; Łódź '"$hebrew" 'Trüst &#38; Söhne &#60;AG&#62;' \
	"&#60;b onclick=&#39;x&#39;&#62;Ada &#38;lt;&#34;" "$hebrew" "$accents" "$wide" 'Back\\u{202e}slash'; do
	grep -qF ">$name<" "$work/report.html"
	is "HTML has $(printf %.40s "$name")" "$?" 0
done
qpdf --check "$work/report.pdf" >"$work/qpdf" 2>&1
is "qpdf finds no fault in the PDF" "$?" 0
pdftotext -layout "$work/report.pdf" "$work/report.read"
tr -d ' \n\f' <"$work/report.read" >"$work/flat"
for name in '<script>alert("1")</script>Łódź\u{5e9}' 'Trüst&Söhne<AG>' "<bonclick='x'>Ada&lt;\"" '\u{5e9}\u{5dc}' '\u{6f22}\u{6f22}' \
	'Back\\u{202e}slash'; do
	grep -qF "$name" "$work/flat"
	is "PDF has $name" "$?" 0
done
if unshare -rm true 2>"$work/err"; then
	# shellcheck disable=SC2016 # for the shell within
	ok "without the font a report is made all the same" unshare -rm sh -c 'mount -t tmpfs none /usr/share/fonts/truetype/dejavu && exec "$@"' sh \
		"$ceremony" report --record "$work/record" --format pdf -o "$work/bare.pdf"
	pdftotext -layout "$work/bare.pdf" - | tr -d ' \n\f' >"$work/bare"
	like "and says which letters they are" "$work/bare" '</script>.u\{141\}ód.u\{17a\}'
else
	skip "without the font a report is made all the same" "nothing can be mounted here"
	skip "and says which letters they are" "nothing can be mounted here"
fi
is "no sign of the long name is lost" "$(pdftotext "$work/report.pdf" - | grep -aoF '\u{301}' | wc -l | awk '{ print ($1 > 0), $1 % 149 }')" "1 0"

# the script on paper, and the sheet that is brought
for kind in pdf txt; do
	exits 0 "the script on paper: $kind" "$ceremony" check "$work/odd.ini" --profiles scripts/profiles --paper "$work/paper.$kind"
done
plain paper.txt
like "its title is there" "$work/paper.txt" '^<script>alert\("1"\)</script> Łódź'
qpdf --check "$work/paper.pdf" >"$work/qpdf" 2>&1
is "qpdf finds no fault in it" "$?" 0
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$work/key"
openssl req -new -utf8 -sha384 -key "$work/key" -subj "/C=XX/O=Trüst & Söhne <AG> $hebrew/CN=$(printf 'a\314\201%.0s' $(seq 30))" \
	-out "$work/odd <b>$(printf '\342\200\256')&.csr"
for kind in pdf txt; do
	exits 0 "the sheet: $kind" "$ceremony" request check --profile scripts/profiles/tls-subca.ini --sheet "$work/sheet.$kind" "$work"/odd*.csr
done
plain sheet.txt
plain out
like "the subject is there" "$work/sheet.txt" "O=Trüst & Söhne <AG> $hebrew"
grep -qF 'odd <b>\u{202e}&.csr' "$work/sheet.txt"
is "so is the file, escaped" "$?" 0
qpdf --check "$work/sheet.pdf" >"$work/qpdf" 2>&1
is "qpdf finds no fault in the sheet" "$?" 0

# a disk that is full: nothing of that name, nor of any other; and what was there before is as it was
cat >"$work/full.sh" <<'END'
mkdir -p "$1/full" && mount -t tmpfs -o size=4k none "$1/full" || exit 99
echo before >"$1/full/$2"
shift 2
"$@" 2>"$work/full.err" >"$work/full.out"
echo "status $?"
ls "$work/full"
cat "$work/full/"*
END
export work
if unshare -m true 2>"$work/err"; then
	for format in text html pdf; do
		is "a full disk: the report as $format" "$(unshare -m sh "$work/full.sh" "$work" r.$format \
			"$ceremony" report --record "$work/record" --format $format -o "$work/full/r.$format")" "status 3
r.$format
before"
	done
	is "a full disk: the script on paper" "$(unshare -m sh "$work/full.sh" "$work" p.pdf \
		"$ceremony" check "$work/odd.ini" --profiles scripts/profiles --paper "$work/full/p.pdf")" "status 3
p.pdf
before"
	like "what to do is said" "$work/full.err" 'full'
	is "a full disk: the sheet" "$(unshare -m sh "$work/full.sh" "$work" s.pdf \
		"$ceremony" request check --profile scripts/profiles/tls-subca.ini --sheet "$work/full/s.pdf" scripts/fixtures/requests/intermediate-1.csr)" "status 3
s.pdf
before"
else
	skip "a full disk" "no mount namespace here"
fi
mkfifo "$work/pipe" && ln -s record "$work/link"
for name in pipe link; do
	exits 3 "a $name is not replaced" "$ceremony" report --record "$work/record" --format html -o "$work/$name"
	like "which is said" "$work/err" 'no regular file'
done
ok "the pipe is there still" test -p "$work/pipe"
ok "so is the link" test -L "$work/link"
is "no half of a file is left" "$(find "$work" -name '*.tmp' | wc -l)" 0
done_testing
