/* record_host.h: does the op record-deliver: the whole record, as one file (archive.h), goes to a medium in pieces. */
#pragma once

#include "ceremony/port/helper.h"
#include "ceremony/record/bundle.h"

/* record_host_call: media: where the pieces go. ERR_STOPPED_BY_KEY; errors of archive_write and media-write-part. */
bool record_host_call(const struct record *r, const struct helper *media, struct call *c, struct err *e)
	__attribute__((warn_unused_result));
