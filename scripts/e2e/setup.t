#!/bin/sh
# setup.t: the scripts are sound shell, and setup keeps its promises without a network.
. scripts/e2e/lib.sh

for f in scripts/* scripts/*/*.t scripts/*/*.sh .ci/run; do
	[ -f "$f" ] || continue
	case $(head -n 1 "$f") in
	'#!/bin/sh'*) ok "$f parses" sh -n "$f" ;;
	'#!/bin/bash'*) ok "$f parses" bash -n "$f" ;;
	*) continue ;;
	esac
	if have shellcheck; then
		ok "shellcheck likes $f" shellcheck -S warning -e SC1091,SC2154,SC2034 "$f"
	fi
done

# A world of stand-ins: dpkg-query knows what the file `installed` lists, apt-get adds to
# it what it is asked for, unless it is told to fail; every call is noted.
world=$work/world
mkdir "$world"
cat >"$world/dpkg-query" <<-'END'
	#!/bin/sh
	for package; do :; done
	grep -qx "$package" "$WORLD/installed" && echo installed
END
cat >"$world/apt-cache" <<-'END'
	#!/bin/sh
	if [ -e "$WORLD/lists" ] && [ "$2" != zlint ]; then echo "  Candidate: 1.0"; else echo "  Candidate: (none)"; fi
END
cat >"$world/apt-get" <<-'END'
	#!/bin/sh
	echo "apt-get $*" >>"$WORLD/calls"
	case " $* " in
	*" update "*) touch "$WORLD/lists" ;;
	*" install "*)
		[ -e "$WORLD/lists" ] && [ ! -e "$WORLD/broken" ] || exit 100
		for package; do echo "$package"; done >>"$WORLD/installed" ;;
	esac
END
cat >"$world/id" <<-'END'
	#!/bin/sh
	cat "$WORLD/uid"
END
cat >"$world/sudo" <<-'END'
	#!/bin/sh
	exit 1
END
chmod +x "$world"/*
WORLD=$world PATH=$world:$PATH
export WORLD PATH
: >"$world/installed"
: >"$world/calls"
echo 0 >"$world/uid"

exits 2 "an unknown list is wrong use" sh scripts/setup everything
ok "as root, without package lists, it installs" sh scripts/setup build
is "it fetched the lists once" "$(grep -c ' update$' "$world/calls")" 1
is "it installed once" "$(grep -c ' install ' "$world/calls")" 1
like "by the names of Debian" "$world/installed" '^libwolfssl-dev$'
unlike "and not the tests' packages" "$world/installed" '^minisign$'
: >"$world/calls"
ok "a second run succeeds" sh scripts/setup build
is "and does not call apt-get" "$(cat "$world/calls")" ""
ok "the tests' list adds to it" sh scripts/setup test
like "the judges come" "$world/installed" '^minisign$'
unlike "what the release lacks is not asked for" "$world/calls" zlint

: >"$world/installed"
touch "$world/broken"
: >"$world/calls"
exits 3 "when apt-get fails, the world has failed" sh scripts/setup build
is "after one more try" "$(grep -c ' install ' "$world/calls")" 2
like "and it says how to do it by hand" "$work/err" 'By hand: +apt-get install gcc'

rm "$world/broken"
echo 1000 >"$world/uid"
: >"$world/calls"
exits 3 "without root or sudo it stops" sh scripts/setup build
like "and says what root must run" "$work/err" 'as root: +apt-get install -y gcc .*libwolfssl-dev'
is "having called nothing" "$(cat "$world/calls")" ""

done_testing
