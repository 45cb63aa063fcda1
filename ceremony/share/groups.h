/* groups.h: who is to get shares, as people write it: "2/3, 3/5" or "officers 2/3, trustees 3/5". */
#pragma once

#include "ceremony/share/slip39.h"

/* groups_parse: appends the groups of a text to the scheme's, and their names (borrowed of text) to name,
 * which has room for SLIP39_MAX_GROUPS; NULL: a name is an error. A name is of lower-case letters, digits
 * and '-', at most 24, begins with a letter, and is not said twice. Whether the numbers can be dealt is
 * slip39_scheme_check's to say. ERR_SHARE_SCHEME; then the scheme is as it was. */
bool groups_parse(struct slip39_scheme *s, struct bytes *name, struct bytes text, struct err *e)
	__attribute__((warn_unused_result));
