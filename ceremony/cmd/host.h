/* host.h: what the conductor does itself: the look at its machine, and the report (ops.def). */
#pragma once

#include "ceremony/port/helper.h"

/* host_helper: answers PORT_HOST. dir: the descriptor of the ceremony's folder, for its report. */
struct helper host_helper(const int *dir);
