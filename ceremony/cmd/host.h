/* host.h: the conductor's look at its own machine: the op host-look (ops.def). */
#pragma once

#include "ceremony/port/helper.h"

/* host_helper: answers PORT_HOST. */
struct helper host_helper(void);
