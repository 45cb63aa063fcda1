# errors.awk: each row of the error catalogue is used by some code that is not a test.
FILENAME ~ /errors\.def$/ {
	if (/^X\(/) {
		id = $0
		sub(/^X\(/, "", id)
		sub(/,.*/, "", id)
		line_of[id] = FNR
		catalogue = FILENAME
	}
	next
}

is_test(FILENAME) { next }

/ERR_/ {
	n = split(code($0), token, /[^A-Za-z0-9_]+/)
	for (i = 1; i <= n; i++)
		used[token[i]] = 1
}

END {
	for (id in line_of)
		if (!(id in used))
			printf "%s:%d: errors: nothing ever says %s\n", catalogue, line_of[id], id
}
