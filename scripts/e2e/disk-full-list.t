#!/bin/sh
# disk-full-list.t: as disk-full.t, at each write of a list that lies in files: the imported list, what will be signed, the
# finished CRLs, in two parts. What is asked for beforehand (fallocate) hides no full disk.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
preload cut
cd "$work" || bail "no folder"
"$bin/ceremony" run "$c/bench-root.ini" --record first --profiles "$root/scripts/profiles" \
	--answers "$c/bench-root.answers.ini" >out 2>err || bail "no root: $(tail -n 1 err)"
sed 's,^organisation = .*,organisation = Bench,; s,^origin = .*,origin = bench.example/root,; s,^label = .*,label = bench,
	s,^profile = crl-ca,&\nshards = 2\ndistribution = http://crl.example/root-{shard}.crl,' "$c/rehearsal-revoke-list.ini" >parts.ini
awk 'BEGIN { for (i = 300; i; i--) printf "%06x\t2024-01-02\tkeyCompromise\n", 65536 + i * 7 }' >revocations.tsv
cut -f 1 revocations.tsv | tr a-f A-F | sort >serials

stage() {
	mkdir -p "$1/m/output" "$1/m/revocations" && cp -r first "$1/r" && cp -r first.token "$1/r.token" && cp revocations.tsv "$1/m/revocations/"
}
begin() {
	"$bin/ceremony" run parts.ini --record "$1/r" --media "$1/m" --profiles "$root/scripts/profiles" \
		--answers "$c/rehearsal-revoke-list.answers.ini" >"$1/log" 2>&1
}
go_on() {
	"$bin/ceremony" resume --record "$1/r" --media "$1/m" --answers "$c/rehearsal-revoke-list.answers.ini" >"$1/log" 2>&1
}

stage whole
CUT_WRITES=$work/writes LD_PRELOAD=$work/cut.so begin whole || bail "the lists are not made: $(tail -n 1 whole/log)"
grep -E '/(revocations|crls)/' writes | cut -d ' ' -f 1 >moments
is "the list is fetched, and each part is written, and finished before and behind" "$(($(wc -l <moments) >= 7 && $(wc -l <moments) <= 20))" 1

# one full:N: what is wrong, if anything.
one() {
	d=$1
	crls=$d/r/ceremonies/0002-revocation-list/crls
	stage "$d"
	(
		CUT=$1 LD_PRELOAD=$work/cut.so
		export CUT LD_PRELOAD
		begin "$d"
	)
	status=$?
	[ $status -eq 3 ] || echo "it ended with $status: $(tail -n 1 "$d/log")"
	grep -q 'The disk is full' "$d/log" || echo "it does not say why: $(tail -n 1 "$d/log")"
	go_on "$d" || echo "it does not go on: $(tail -n 1 "$d/log")"
	"$bin/ceremony-verify" "$d/r" >"$d/verdict" 2>&1 || tail -n 1 "$d/verdict"
	for part in 0 1; do
		openssl crl -inform DER -in "$crls/root-$part.crl" -noout -text | sed -n 's/.*Serial Number: //p'
	done | sort | cmp -s - serials || echo "the entries are not those of the list"
	[ -z "$(find "$d/r" "$d/m" -name '*.tmp')" ] || echo "left behind: $(find "$d/r" "$d/m" -name '*.tmp')"
	[ "${KEEP:-0}" = 1 ] || rm -rf "$d"
}
while read -r moment; do
	is "the disk is $moment, $(grep "^$moment " writes | sed 's,.*/,,')" "$(one "$moment")" ""
done <moments
done_testing
