/* report_signed.h: the report's section on what was signed; for report.c only. */
#pragma once

#include "ceremony/record/report.h"

/* report_signed: appends each certificate and CRL, put together from the intent's TBS and the
 * result's signature, with its SHA-256; "Nothing was signed." if there are none. */
bool report_signed(struct buf *out, int dir, struct err *e) __attribute__((warn_unused_result));
