# terminal.sh: a terminal of tmux, for a test that types and reads as a person does. Sourced behind lib.sh where tmux is.
# shellcheck shell=sh

TMUX_TMPDIR=$work
export TMUX_TMPDIR
unset TMUX TMUX_PANE
terminals=0
trap 'tm kill-server 2>/dev/null; finish' EXIT

# tm COMMAND...: tmux, with a server for each terminal: one whose last session ends takes the next one down with it.
tm() { tmux -L "face$terminals" -f /dev/null "$@"; }

# terminal COMMAND [COLUMNS LINES]: a new one, of 80 by 25, in which a shell runs COMMAND. Its status comes to $work/status, the processor
# time that it took, as `times` has it, to $work/times.
terminal() {
	tm kill-server 2>/dev/null
	terminals=$((terminals + 1))
	rm -f "$work/status"
	printf '%s\ncode=$?\ncd "%s" && times >times && echo $code >status.part && mv status.part status\n' "$1" "$work" >"$work/run"
	tm new-session -d -s face -x "${2:-80}" -y "${3:-25}" "exec sh '$work/run'" \; set -g status off \; set -g remain-on-exit on \; \
		set -sg escape-time 0 \; set -g history-limit 20000
	tm resize-window -t face -x "${2:-80}" -y "${3:-25}" 2>"$work/.tmux"
}

# screen: what the person sees. keys KEY..., letters TEXT, line TEXT: what they type.
screen() { tm capture-pane -p -t face 2>"$work/.tmux"; }
keys() { tm send-keys -t face "$@"; }
letters() { tm send-keys -t face -l "$1"; }
line() {
	[ -z "$1" ] || letters "$1"
	keys Enter
}

# gave_up WHY: what was waited for does not come; nothing behind it makes sense.
gave_up() {
	fail "${face:+$face: }$1"
	screen | diag
	done_testing
}

# soon COMMAND...: waits, at most for a minute, until COMMAND succeeds.
soon() {
	tries=0
	until "$@"; do
		[ $((tries += 1)) -le 1200 ] || return 1
		sleep 0.05
	done
}
shows() { screen >"$work/.screen" && grep -Eq -e "$1" "$work/.screen"; }

# until_seen PATTERN: waits for a line of the screen; it is left in $work/.screen. seen PATTERN [NAME]: that is an assertion.
until_seen() { soon shows "$1" || gave_up "never came: $1"; }
seen() {
	until_seen "$1"
	pass "${2:-seen: $1}"
}

# ended NAME STATUS: the command ends so.
ended() {
	soon test -s "$work/status" || gave_up "it does not end"
	is "$1" "$(cat "$work/status")" "$2"
}
