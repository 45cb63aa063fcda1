#!/bin/sh
# programs.t: what is shipped, by readelf: hardened, without what only a debugger wants, which lies beside it; and which
# libraries a helper does not load.
. scripts/e2e/lib.sh

have readelf || skip_all "binutils are not installed"
for program in ceremony ceremony-token ceremony-media ceremony-parse ceremony-scan ceremony-verify; do
	readelf -W -h -S -d "$bin/$program" >"$work/$program" || bail "build it first (make)"
	readelf -W -S "$bin/.debug/$program.debug" >"$work/debug" 2>&1
	unlike "$program is read and hashed without its debug information" "$work/$program" '\.(z?debug_info|symtab)'
	like "$program names the file that has it" "$work/$program" '\.gnu_debuglink'
	like "and that file has it" "$work/debug" '\.z?debug_info'
	like "$program lies anywhere in memory" "$work/$program" 'Type: +DYN'
	like "$program has its addresses before it begins" "$work/$program" 'BIND_NOW|Flags: NOW'
done
unlike 'the process that mounts does without wolfCrypt and GMP' "$work/ceremony-media" 'NEEDED.*(wolfssl|gmp)'
unlike 'what reads requests has no picture reader, and no C++' "$work/ceremony-parse" 'NEEDED.*(ZXing|png|jpeg|stdc)'
like 'that is another program' "$work/ceremony-scan" 'NEEDED.*ZXing'
unlike 'the verifier needs no token and no screen' "$work/ceremony-verify" 'NEEDED.*(p11|curses|hpdf|qrencode)'
like 'where they would be seen' "$work/ceremony" 'NEEDED.*wolfssl'
done_testing
