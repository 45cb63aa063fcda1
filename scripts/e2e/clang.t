#!/bin/sh
# clang.t: the second compiler has nothing to say either, where it is installed.
. scripts/e2e/lib.sh

have clang || skip_all "clang is not installed"
for program in ceremony ceremony-token ceremony-media ceremony-parse ceremony-scan ceremony-verify; do
	[ -x "$bin/$program" ] || bail "build it first (make)"
done
ok "everything compiles with clang at -Werror" make -s B="$work/build" CC=clang OPT=-O1 all tests
ok "and runs" "$work/build/bin/ceremony" --version
done_testing
