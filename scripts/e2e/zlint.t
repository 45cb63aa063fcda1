#!/bin/sh
# zlint.t: our linter's verdicts against zlint's, on everything that the profiles make and on
# hundreds of mutants of it. docs/lint.md lists and explains each disagreement; here it is seen
# that the list is true and whole.
. scripts/e2e/lib.sh

zlint=$(sh scripts/get-zlint "$B" 2>/dev/null) || skip_all "zlint cannot be had here"
maker=$B/test/ceremony/pki/test/mutants_test
make -s B="$B" "$maker" >"$work/out" 2>&1 || bail "the maker cannot be built: $(tail -n 1 "$work/out")"
mkdir "$work/m"
ok "the mutants are made, and each has the verdict that is expected" env MUTANTS_OUT="$work/m" "$maker"

# errors FILE: the lints that say error or fatal, one a line; "unreadable" where it cannot read it.
errors() {
	"$zlint" -format pem "$1" >"$work/said" 2>/dev/null
	if [ -s "$work/said" ]; then
		tr '}' '\n' <"$work/said" | sed -n 's/.*"\([a-z0-9_]*\)":{[^{]*"result":"\(error\|fatal\)".*/\1/p'
	else
		echo unreadable
	fi
}

cd "$work/m" || bail "no folder"
: >../agree; : >../ours; : >../theirs
for line in *.line; do
	IFS='	' read -r n what rule <"$line"
	case $what in crl-ca:*) label='X509 CRL' ;; *) label=CERTIFICATE ;; esac
	{
		echo "-----BEGIN $label-----"
		base64 <"$n.der"
		echo "-----END $label-----"
	} >"$n.pem"
	errors "$n.pem" >found
	if [ "$rule" = - ] && [ -s found ]; then
		cat found >>../theirs
		echo "$what" >>../theirs.what
	elif [ "$rule" != - ] && ! [ -s found ]; then
		echo "$rule" >>../ours
	else
		echo "$what" >>../agree
	fi
done
cd "$root" || bail "no root"

# listed HEADING: the names in the first column of the table under it.
listed() {
	awk -v heading="### $1" '$0 == heading { on = 1; next } /^#/ { on = 0 }
		on && /^\| `/ { split($0, part, "`"); print part[2] }' docs/lint.md | sort -u
}

is "there are as many as docs/lint.md says, or more" "$([ "$(find "$work/m" -name '*.line' | wc -l)" -ge 500 ] && echo yes)" yes
listed 'We refuse, zlint has no error' >"$work/listed-ours"
sort -u "$work/ours" >"$work/seen-ours"
same "what we refuse and zlint does not is what docs/lint.md lists" "$work/seen-ours" "$work/listed-ours"
listed 'zlint has an error, we do not refuse' >"$work/listed-theirs"
sort -u "$work/theirs" >"$work/seen-theirs"
same "what zlint refuses and we do not is what docs/lint.md lists" "$work/seen-theirs" "$work/listed-theirs"
ok "they agree on more than half of them" [ "$(wc -l <"$work/agree")" -gt 250 ]
echo "# they agree on $(wc -l <"$work/agree"), we refuse $(wc -l <"$work/ours") more"

done_testing
