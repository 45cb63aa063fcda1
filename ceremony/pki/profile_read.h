/* profile_read.h: reading a profile's text: for profile_parse*.c only. */
#pragma once

#include "ceremony/pki/profile_body.h"

/* What every reader of a line works with. */
struct reading {
	struct profile *p;
	struct ini      ini;
	struct arena   *arena;
	struct err     *err;
};

/* profile_refuse: ERR_PROFILE_VALUE at the line of x. profile_need_section, profile_need:
 * what must be there; NULL and ERR_INI_MISSING if it is not. */
bool                profile_refuse(struct reading *r, const struct ini_entry *x, const char *why);
struct ini_section *profile_need_section(struct reading *r, const char *name);
struct ini_entry   *profile_need(struct reading *r, struct ini_section *s, const char *key);

/* profile_read_extensions, profile_read_entries: the sections of those names. */
bool profile_read_extensions(struct reading *r) __attribute__((warn_unused_result));
bool profile_read_entries(struct reading *r) __attribute__((warn_unused_result));
