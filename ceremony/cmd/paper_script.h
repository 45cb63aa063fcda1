/* paper_script.h: the script on paper, to be followed beside the screen and initialled. */
#pragma once

#include "ceremony/flow/script.h"
#include "ceremony/paper/doc.h"

/* paper_script_write: PDF or text: the script's and the profiles' SHA-256 in hex and words, a page of roles
 * with blank lines to sign on, one row for each prompt with room for initials and time, and pages for
 * exceptions. A file of that name is replaced whole. ERR_FILE_WRITE, ERR_DISK_FULL, ERR_NO_MEMORY. */
bool paper_script_write(const char *path, enum doc_form form, const struct script *s, struct err *e)
	__attribute__((warn_unused_result));

/* paper_script_make: the same, appended to `out`. */
bool paper_script_make(struct buf *out, enum doc_form form, const struct script *s, struct err *e) __attribute__((warn_unused_result));
