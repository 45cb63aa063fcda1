/* ini.h: a strict reader of INI text: scripts, profiles, answers, ca.ini.
 *
 *   # comment            a whole line; ';' too
 *   [section]            or [kind name]; the text between the brackets is kept as it is
 *   key = value          the value is trimmed; it runs to the end of the line
 *
 * No inline comments, no continuation lines, no quotes, no key before a section. A
 * section twice, or a key twice in a section, is an error. UTF-8 without deceptive
 * characters only (text_is_plain; tabs are allowed). Each error names its line.
 * Why our own: the packaged reader tells no line numbers and reads laxly (docs/adr). */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/err.h"

#define INI_MAX_LEN ((size_t)4 << 20) /* octets of a whole file */

struct ini_entry {
	struct bytes key, value;
	unsigned     line; /* 1-based */
	bool         used; /* set by ini_get: what is left over is unknown */
};

struct ini_section {
	struct bytes      name;
	unsigned          line;
	struct ini_entry *entry;
	size_t            num_entries;
};

struct ini {
	struct ini_section *section; /* in the file's order */
	size_t              num_sections;
	const char         *file; /* for messages; borrowed */
};

/* ini_parse: reads a whole text; everything is copied into `a`, so the text may go.
 * `file` names it in messages. ERR_INI_SYNTAX, ERR_INI_DUPLICATE, ERR_TOO_LARGE. */
bool ini_parse(struct ini *ini, struct arena *a, const char *file, struct bytes text, struct err *e)
	__attribute__((warn_unused_result));

/* ini_section: the section of that exact name, or NULL. */
struct ini_section *ini_section(const struct ini *ini, const char *name);

/* ini_get: the value of a key, marking it used; {NULL, 0} if it is not there. */
struct bytes ini_get(struct ini_section *s, const char *key);
/* ini_entry: the same with its line. NULL if it is not there. */
struct ini_entry *ini_entry(struct ini_section *s, const char *key);

/* ini_all_used: ERR_INI_UNKNOWN, with file and line, if some key was never asked for. */
bool ini_all_used(const struct ini *ini, const struct ini_section *s, struct err *e)
	__attribute__((warn_unused_result));
