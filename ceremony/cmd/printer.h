/* printer.h: a document goes to a printer of CUPS, by lp; and whether there is such a printer, by lpstat.
 *
 * Both are started without a shell, with arguments that stand in printer.c, without any right of root's and with two variables: LC_ALL,
 * and CUPS_SERVER where ceremony was given it. */
#pragma once

#include "ceremony/base/bytes.h"
#include "ceremony/base/err.h"

#define PRINTER_SAID 160 /* octets of what a program printed, with the NUL */

/* printer_print: said: which job it is, as lp tells, escaped. pdf: or it is plain text. ERR_PRINTER with what lp said. */
bool printer_print(char said[PRINTER_SAID], const char *printer, const char *title, struct bytes document, bool pdf, struct err *e)
	__attribute__((warn_unused_result));

/* printer_state: what lpstat says of it, escaped. ERR_PRINTER: there is no such printer, or it takes nothing. */
bool printer_state(char said[PRINTER_SAID], const char *printer, struct err *e) __attribute__((warn_unused_result));
