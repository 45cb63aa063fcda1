# code.awk: code(line) gives a line of C without comments, and with its strings emptied.
# Call it for every line of a file in order; `in_comment` runs over line ends.
function code(s,    at, end)
{
	if (FNR == 1)
		in_comment = 0
	if (in_comment) {
		end = index(s, "*/")
		if (!end)
			return ""
		s = substr(s, end + 2)
		in_comment = 0
	}
	gsub(/'(\\.|[^\\'])'/, "0", s)
	gsub(/"(\\.|[^"\\])*"/, "\"\"", s)
	while ((at = index(s, "/*")) > 0) {
		end = index(substr(s, at + 2), "*/")
		if (!end) {
			in_comment = 1
			return substr(s, 1, at - 1)
		}
		s = substr(s, 1, at - 1) " " substr(s, at + 2 + end + 1)
	}
	sub(/\/\/.*/, "", s)
	return s
}

# starts(s, prefix)
function starts(s, prefix)
{
	return substr(s, 1, length(prefix)) == prefix
}

# say(rule, text): a finding in the line being read.
function say(rule, text)
{
	printf "%s:%d: %s: %s\n", FILENAME, FNR, rule, text
}

function is_test(file)
{
	return file ~ /\/(test|fuzz)\//
}
