# first-screen.sh: from the start to the first screen, on a pseudo-terminal. ours: a new record; with-record: that of a whole rehearsal, which is
# verified before it is offered; version: what the program takes to say its version.
# shellcheck shell=sh disable=SC2086,SC2154 # sourced by scripts/bench; flags are split on purpose
quietly $cc $flags -o "$out/screen" scripts/bench.d/screen.c -lncursesw -lutil &&
	mkdir -p "$w/media/requests" "$w/media/output" &&
	cp scripts/fixtures/requests/intermediate-[12].csr "$w/media/requests/" &&
	quietly "$here/$B/bin/ceremony" run scripts/ceremonies/rehearsal.ini --record "$w/record" --media "$w/media" \
		--profiles scripts/profiles --answers scripts/ceremonies/rehearsal.answers.ini
contender floor "" "" "$out/screen floor $out/screen"
contender ours "" "" "$out/screen done? $here/$B/bin/ceremony --record $w/new"
contender with-record "" "" "$out/screen done? $here/$B/bin/ceremony --record $w/record"
contender version "" "" "$here/$B/bin/ceremony --version"
