/* keys.c: see keys.h. */
#include "tui/keys.h"

const struct key_line key_lines[] = {
	{ "Enter", "", "answers: on to the next field, and from the last one out" },
	{ "Tab, Down", "", "the next field; Shift-Tab, Up: the one before" },
	{ "1 to 9", "", "choose; in a longer list, letters find" },
	{ "Esc", "", "back one prompt, where that is possible" },
	{ "PgDn, PgUp", "", "read on, where there is more than fits" },
	{ "F1", "Ctrl-G", "help: what happens, why, who says so, what if it fails" },
	{ "F2", "Ctrl-P", "pause: leave now; ceremony resume goes on right here" },
	{ "F3", "Ctrl-E", "an exception: something is not as it should be" },
	{ "F4", "Ctrl-R", "show a hidden secret again" },
	{ "F5", "Ctrl-W", "people: who leaves, comes back, hands over a role" },
	{ "F6", "Ctrl-F", "look through the record" },
	{ "F7", "Ctrl-O", "one row after the other, alone on the screen" },
	{ "F10", "Ctrl-X", "abort for good; asked twice" },
	{ "Ctrl-U", "", "empty the field" },
	{ "Ctrl-L", "", "paint the screen anew" },
};
const size_t num_key_lines = COUNT_OF(key_lines);

void keys_sheet(struct buf *b)
{
	buf_str(b, "# The keys of the full screen\n\n"
	           "The same on every screen. The second column is for terminals that keep function keys for themselves.\n\n"
	           "| key | or | what it does |\n|---|---|---|\n");
	for (size_t i = 0; i < num_key_lines; i++)
		buf_fmt(b, "| %s | %s | %s |\n", key_lines[i].key, key_lines[i].other, key_lines[i].what);
	buf_str(b, "\nWhere the screen says THIS CANNOT BE UNDONE, the word that stands there is typed, another each time. Where\n"
	           "it says DO NOT READ ALOUD, one person looks and all others turn away; any key hides what is shown. A wrong\n"
	           "answer is refused with its reason and can be given again; a wrong PIN uses up a try of the token. T in the\n"
	           "help (F1) leads to a tour of the keys; the prompt waits meanwhile.\n");
}
