#!/bin/sh
# lint.t: the tree is clean; and a copy of it, broken in one way after another, is not.
. scripts/e2e/lib.sh

ok "the tree has no finding" sh scripts/lint

tree=$work/tree
mkdir "$tree"
tar -cf - --exclude=./.git --exclude='./build*' . | tar -xf - -C "$tree" || bail "the tree cannot be copied"
have "${CC:-cc}" || bail "there is no compiler"

# breaks RULE PATTERN NAME COMMAND: after COMMAND (run in the copy) that rule, and in
# it that finding, is reported. The files named by git's own words are then restored.
breaks() {
	(cd "$tree" && eval "$4") || bail "cannot break the copy: $3"
	exits 1 "$3" sh "$tree/scripts/lint" "$1"
	like "$3: it says so" "$work/out" "$2"
	rm -rf "$tree/ceremony" "$tree/docs" "$tree/scripts"
	cp -R ceremony docs scripts "$tree/"
}

breaks layers 'base may not include ceremony/pki' "a lower room includes a higher one" \
	'echo "#include \"ceremony/pki/oid.h\"" >>ceremony/base/bytes.c'
breaks layers 'pki may not include <sodium.h>' "a room includes a library that it may not" \
	'echo "#include <sodium.h>" >>ceremony/pki/oid.c'
breaks layers 'not spelled from the root' "an include is spelled from beside" \
	'echo "#include \"bytes.h\"" >>ceremony/base/buf.c'
breaks layers 'does not stand above it' "the table of layers has a circle" \
	'sed -i "s|^ceremony/base\$|ceremony/base ceremony/pki|" docs/layers.txt'
breaks layers 'lies in no room' "a source file lies outside the house" \
	'mkdir -p shed && echo "/* a.c: */" >shed/a.c'
rm -rf "$tree/shed"
breaks shape 'at most 60 lines, this one 61' "a function is too long" \
	'{ echo "void f(void)"; echo "{"; yes "	;" | head -n 61; echo "}"; } >>ceremony/base/buf.c'
breaks shape 'at most 500 lines' "a file is too long" \
	'yes "" | head -n 500 >>ceremony/base/buf.c'
breaks shape 'begins with #pragma once' "a header has no guard" \
	'sed -i "/pragma once/d" ceremony/base/buf.h'
breaks shape 'says what the file is for' "a file does not say what it is for" \
	'sed -i 1d ceremony/base/buf.c'
breaks checked 'can fail' "a function that can fail does not say so" \
	'echo "bool f(int a, struct err *e);" >>ceremony/base/file.h'
breaks forbidden 'getenv' "the environment is read" \
	'echo "char *f(void) { return getenv (\"HOME\"); }" >>ceremony/base/buf.c'
breaks forbidden 'pure room' "a pure room takes memory" \
	'echo "void *f(void) { return malloc(7); }" >>ceremony/share/gf256.c'
breaks forbidden 'does not call' "an allowance is left over" \
	'echo "allow ceremony/base/buf.c getenv :: for nothing" >>docs/forbidden.txt'
breaks errors 'nothing ever says ERR_NEVER_SAID' "an error is never used" \
	'echo "X(ERR_NEVER_SAID, ERR_STOP, \"A\", \"B\", \"\") /* ERR_NEVER_SAID */" >>ceremony/base/errors.def'
breaks blanks 'ends in a blank' "a line ends in a blank" 'echo "x " >>docs/layers.txt'
breaks blanks 'last line does not end' "a file ends within a line" 'printf x >>ceremony/base/buf.c'
breaks words 'unfinished' "work is left undone" 'echo "/* FIX""ME: later */" >>ceremony/base/buf.c'
breaks paths 'of one machine' "a path of one machine stands in a file" \
	'echo "see /ho""me/someone/notes" >>docs/layers.txt'
breaks docs 'there is no docs/nowhere.md' "a page is named that does not exist" \
	'echo "/* see docs/""nowhere.md */" >>ceremony/base/buf.c'
breaks docs 'a link leads nowhere' "a link leads nowhere" 'echo "[x](nowhere.md)" >>docs/leads.md'
breaks docs 'no other page' "a format page that nobody names" 'mkdir -p docs/formats && echo "# lost" >docs/formats/lost.md'
breaks alone 'does not compile' "a header leans on what came before it" \
	'echo "static inline size_t lean(struct bytes a) { return a.len; }" >ceremony/base/lean.h'

# What must not be reported.
quiet() {
	(cd "$tree" && eval "$3") || bail "cannot change the copy: $2"
	sh "$tree/scripts/lint" "$1" >"$work/out" 2>&1
	unlike "$2" "$work/out" 'quiet\.c'
	rm -f "$tree/ceremony/base/quiet.c"
}
quiet forbidden "a word in a comment or a string is not a call" \
	'printf "/* quiet.c: getenv(x)\n * system(y) */\nconst char *s = \"popen(z)\"; // strcpy(a)\n" >ceremony/base/quiet.c'
quiet shape "a function of sixty lines is no finding" \
	'{ echo "/* quiet.c: */"; echo "void f(void)"; echo "{"; yes "	;" | head -n 60; echo "}"; } >ceremony/base/quiet.c'

done_testing
