/* print_host.h: does the op host-print: makes the document and has it printed (printer.h). */
#pragma once

#include "ceremony/flow/script.h"
#include "ceremony/port/helper.h"

/* print_host_call: dir: the ceremony's folder. Errors of printer_print, report_text. */
bool print_host_call(const struct script *s, int dir, struct call *c, struct err *e) __attribute__((warn_unused_result));
