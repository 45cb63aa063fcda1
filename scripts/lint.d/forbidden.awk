# forbidden.awk: calls against docs/forbidden.txt, which is read first.
FILENAME == "docs/forbidden.txt" {
	if (/^#/ || NF == 0)
		next
	first = $1 == "forbid" ? 2 : 3
	if ($1 !~ /^(forbid|forbid-in|allow)$/ || !/ :: ./ || NF < first)
		say("forbidden", "a row is: forbid WORD... :: reason")
	why = $0
	sub(/.* :: */, "", why)
	for (i = first; i <= NF && $i != "::"; i++) {
		word[$i] = 1
		if ($1 == "forbid")
			reason["", $i] = why
		else if ($1 == "forbid-in")
			reason[$2 "/", $i] = why
		else
			allowed[$2, $i] = FNR
		if ($1 == "forbid-in")
			place[$2 "/"] = 1
	}
	place[""] = 1
	next
}

is_test(FILENAME) { next }

{
	line = code($0)
	if (line !~ /\(/)
		next
	gsub(/[^A-Za-z0-9_(]+/, " ", line)
	gsub(/ *\(/, "( ", line)
	n = split(line, token, " ")
	for (i = 1; i <= n; i++) {
		if (token[i] !~ /\($/)
			continue
		w = substr(token[i], 1, length(token[i]) - 1)
		if (!(w in word))
			continue
		if ((FILENAME, w) in allowed) {
			used[FILENAME, w] = 1
			continue
		}
		for (p in place)
			if (starts(FILENAME, p) && ((p, w) in reason))
				say("forbidden", w "(): " reason[p, w])
	}
}

END {
	for (key in allowed)
		if (!(key in used)) {
			split(key, part, SUBSEP)
			printf "docs/forbidden.txt:%d: forbidden: %s does not call %s\n", allowed[key], part[1], part[2]
		}
}
