/* export.h: the media of an export step: the one that the script names, and NAME-2 for a second copy. */
#pragma once

#include "ceremony/flow/kinds.h"

/* export_medium: appends the name of the step's medium, or of its second one; false if it has none, or it does not fit. */
bool export_medium(struct buf *out, const struct script_step *step, bool second);
/* export_medium_now: of the turn that is on, in scratch. */
const char *export_medium_now(const struct flow *f);
