# checked.awk: in a header, what fills a struct err and returns bool is warn_unused_result.
FNR == 1 { prototype = "" }

/^bool [a-z_0-9]+\(/ {
	prototype = ""
	open_line = FNR
	reading = 1
}

reading {
	prototype = prototype " " code($0)
	if (prototype !~ /;/)
		next
	reading = 0
	# err_set and its like take a format and are called for their effect.
	if (prototype ~ /struct err \*/ && prototype !~ /warn_unused_result/ && prototype !~ /\.\.\./)
		printf "%s:%d: checked: it can fail, so it is warn_unused_result\n", FILENAME, open_line
}
