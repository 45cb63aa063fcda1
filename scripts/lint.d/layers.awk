# layers.awk: includes against docs/layers.txt, which is read first.
function room_of(path,    r, best)
{
	best = ""
	for (r in room)
		if (starts(path, r "/") && length(r) > length(best))
			best = r
	return best
}

FILENAME == "docs/layers.txt" {
	if (/^#/ || NF == 0)
		next
	if ($1 == "header") {
		for (i = 3; i <= NF; i++)
			header[$2, $i] = 1
		headers[$2] = 1
		next
	}
	room[$1] = 1
	for (i = 2; i <= NF; i++) {
		if (!($i in room))
			say("layers", $1 " includes " $i ", which does not stand above it")
		may[$1, $i] = 1
	}
	next
}

FNR == 1 {
	here = room_of(FILENAME)
	if (here == "")
		say("layers", "this file lies in no room")
	guarded = 0
}

/^#pragma once/ { guarded = 1 }

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	path = part[2]
	there = room_of(path)
	if (path ~ /(^|\/)\.\.?\// || path !~ /\// || there == "")
		say("layers", "\"" path "\" is not spelled from the root")
	else if (!is_test(FILENAME) && there != here && !((here, there) in may))
		say("layers", here " may not include " there " (docs/layers.txt)")
	else if (!is_test(FILENAME) && is_test(path))
		say("layers", "only tests include what tests own")
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	split($0, part, /[<>]/)
	for (h in headers)
		if (!is_test(FILENAME) && starts(part[2], h) && !((h, here) in header))
			say("layers", here " may not include <" part[2] "> (docs/layers.txt)")
}
