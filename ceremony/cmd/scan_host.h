/* scan_host.h: the conductor's own hands for what a camera sees: it has a process scan, tells how far it is, and stops it. */
#pragma once

#include "ceremony/port/helper.h"

/* Where pictures come from; both borrowed, NULL: not said. images: a folder with a folder of pictures for each file. */
struct scan_from {
	const char *camera, *images;
};

/* scan_host_call: qr-scan and card-scan of ops.def. */
bool scan_host_call(const struct scan_from *from, struct call *c, struct err *e) __attribute__((warn_unused_result));
