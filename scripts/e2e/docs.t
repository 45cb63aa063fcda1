#!/bin/sh
# docs.t: what README says can be typed.
. scripts/e2e/lib.sh

[ -x "$bin/ceremony" ] || bail "build it first (make)"

# The commands of README's blocks, and the commands named in its text.
awk '/^```/ { inside = !inside; next } inside && /^(sh|make|build\/bin) /' README.md >"$work/commands"
grep -oE '`[^`]+`' README.md | tr -d '`' | grep -E '^(sh|make|build/bin/)' >>"$work/commands"
ok "README names commands" test -s "$work/commands"
make help >"$work/help" 2>&1
while read -r first second third rest; do
	case $first in
	sh) ok "README: $second is there and parses" sh -n "$second" ;;
	make) ok "README: make knows $second" make -n "$second" ;;
	build/bin/ceremony)
		[ "$second" != help ] || second=verify # help is tried below
		ok "README: ceremony has $second" "$bin/ceremony" help "$second"
		;;
	build/bin/*) ok "README: $first is built" test -x "$bin/${first##*/}" ;;
	esac
done <"$work/commands"
for target in check unit e2e lint bench clean help compile_commands.json; do
	like "make help explains $target" "$work/help" "^make $target +[a-z]"
done
like "make help names the first command" "$work/help" '^sh scripts/rehearse '
like "make help names the second command" "$work/help" '^sh scripts/test '

# Every subcommand of the contract is listed by help, and answers for itself.
ok "ceremony help answers" "$bin/ceremony" help
cp "$work/out" "$work/help"
for command in run resume check request lint token media share status report publish disclose verify proof policy tour qr; do
	like "ceremony help lists $command" "$work/help" "^(ceremony )?  *$command |^ceremony $command "
	ok "ceremony help $command" "$bin/ceremony" help "$command"
	like "ceremony help $command: is about it" "$work/out" "$command"
	cp "$work/out" "$work/of-command"
	ok "ceremony $command --help" "$bin/ceremony" "$command" --record nowhere --help
	same "says the same" "$work/out" "$work/of-command"
done
# The man pages: every command and option that help knows, and no other.
man=docs/man/ceremony.1
options_of() {
	grep -oE '(^|[^a-zA-Z0-9-])--?[a-z][a-z0-9-]*' | grep -oE -- '--?[a-z][a-z0-9-]*' | sort -u
}
grep -oE 'Fl -?[a-z][a-z0-9-]*' "$man" | sed 's/^Fl /-/' | sort -u >"$work/man-options"
{
	cat "$work/help"
	for command in $(sed -n 's/^ceremony \([a-z][a-z]*\) .*/\1/p' "$work/help"); do
		"$bin/ceremony" "$command" --help
	done
} 2>&1 | options_of | grep -vxE -- '--help|-0039|-h' >"$work/help-options"
is "ceremony.1 has every option of the help" "$(comm -13 "$work/man-options" "$work/help-options" | tr '\n' ' ')" ""
comm -23 "$work/man-options" "$work/help-options" | while read -r option; do
	grep -rqF -e "\"$option\"" -e "{ \"${option#--}\"," ceremony/cmd || echo "$option"
done >"$work/unknown"
is "and none that no program knows" "$(cat "$work/unknown")" ""
sed -n 's/^\(ceremony\|        \) \([a-z][a-z]*\( [a-z][a-z]*\)\{0,1\}\)\( .*\|\)$/\2/p' "$work/help" | sort -u >"$work/help-commands"
is "there are commands to look for" "$(grep -cxE 'run|check|request show|token qualify|qr receive|share|verify|help' "$work/help-commands")" 8
while read -r command; do
	grep -qE "^\.(Ss|Cm) $command( |\$)" "$man" || echo "$command"
done <"$work/help-commands" >"$work/missing"
is "ceremony.1 has every command of the help" "$(cat "$work/missing")" ""
"$bin/ceremony-verify" --help | options_of >"$work/verify-options"
for option in $(cat "$work/verify-options"); do
	like "ceremony-verify.1 has $option" docs/man/ceremony-verify.1 "Fl $(echo "$option" | cut -c2-)( |\$)"
done
for page in docs/man/*.1; do
	if command -v mandoc >/dev/null; then
		exits 0 "mandoc has no complaint about $page" mandoc -T lint -W warning "$page"
	else
		skip "mandoc has no complaint about $page" "mandoc is not installed"
	fi
done
ok "ceremony help keys" "$bin/ceremony" help keys
same "the crib sheet is what it prints" "$work/out" docs/guide/crib-sheet.md
for key in F1 F2 F3 F4 F5 F6 F7 F10 Esc; do
	like "it has $key" docs/guide/crib-sheet.md "^\\| $key \\|"
done
ok "ceremony --version answers" "$bin/ceremony" --version
version=$(sed -n 's/^VERSION *:= *//p' Makefile)
is "and says the version of the Makefile" "$(cat "$work/out")" "ceremony $version"
exits 2 "a command that does not exist is wrong use" "$bin/ceremony" dance
is "which says nothing on stdout" "$(cat "$work/out")" ""
exits 2 "no command is wrong use, without a terminal" "$bin/ceremony"
exits 2 "help about what does not exist is wrong use" "$bin/ceremony" help dance

# The changelog begins with the coming version; every decision has a number and a title.
like "CHANGELOG has a section for what is coming" CHANGELOG.md '^## \[Unreleased\]'
for page in docs/adr/*.md; do
	number=$(basename "$page" | sed 's/^0*\([0-9]*\)-.*/\1/')
	like "$page is headed by its number" "$page" "^# $number\\. "
done

# every test that the threat model names is there
for name in $(grep -o '`[a-z0-9_-]*\(\.t\|_test\)`' docs/threat-model.md | tr -d '\`' | sort -u); do
	case $name in
	x.t | x_test) continue ;;
	*.t) where=scripts/e2e/$name ;;
	*) where=$(find . -name "$name.c" -path '*/test/*' | head -n 1) ;;
	esac
	ok "the threat model's $name is there" test -f "$where"
done

done_testing
