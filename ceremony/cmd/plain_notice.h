/* plain_notice.h: what the plain face says while nothing is asked, and what it listens to meanwhile. */
#pragma once

#include "ceremony/cmd/plain.h"

/* plain_now_ms: the monotonic clock. */
uint64_t plain_now_ms(void);

/* plain_tell, plain_stop_wanted: as struct face has them; ctx: a struct plain. */
void plain_tell(void *ctx, const struct notice *n);
bool plain_stop_wanted(void *ctx);
