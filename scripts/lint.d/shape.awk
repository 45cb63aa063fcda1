# shape.awk: the shape of C source: lengths, the comment on top, guards.
function leave_file()
{
	if (last > 500)
		printf "%s:%d: shape: a file has at most 500 lines\n", file, last
	if (file ~ /\.h$/ && !guarded)
		printf "%s:1: shape: a header begins with #pragma once\n", file
}

FNR == 1 {
	if (file != "")
		leave_file()
	file = FILENAME
	guarded = body = 0
	name = file
	sub(/.*\//, "", name)
	if (!starts($0, "/* " name ": "))
		say("shape", "the first line says what the file is for: /* " name ": ...")
}

{ last = FNR }
/^#pragma once/ { guarded = 1 }
/^\{/ { body = FNR }
/^\}/ {
	if (body && FNR - body - 1 > 60)
		say("shape", "a function has at most 60 lines, this one " FNR - body - 1)
	body = 0
}

END {
	if (file != "")
		leave_file()
}
