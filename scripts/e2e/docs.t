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
for command in run resume check request lint token share status report verify qr; do
	like "ceremony help lists $command" "$work/help" "^(ceremony )?  *$command |^ceremony $command "
	ok "ceremony help $command" "$bin/ceremony" help "$command"
	like "ceremony help $command: is about it" "$work/out" "$command"
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
