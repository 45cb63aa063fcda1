/* hints.h: what one would do now in a real ceremony: said in rehearsals only (hints.def). */
#pragma once

#include "ceremony/flow/kinds.h"

/* hint_of: the hint for a turn of a step kind; "" if there is none. aside: what is recorded out of turn. */
const char *hint_of(const char *kind, const struct turn *t, bool aside);
