/* card_file.h: the card of a dealt share, as files on its custodian's medium: op share-card of ops.def. */
#pragma once

#include "ceremony/port/helper.h"

/* card_file_call: fetches the words from the token process, has the card made in a child (card_child.h) and written by the
 * media process. All that this process holds of them is locked, and wiped before it returns. What OP_SHARE_SHOW,
 * card_in_child and OP_MEDIA_WRITE_SECRET refuse. */
bool card_file_call(const struct helper *token, const struct helper *media, struct call *c, struct err *e)
	__attribute__((warn_unused_result));
