/* qr.h: `ceremony qr`: both ends of the air gap. */
#pragma once

#include "ceremony/base/err.h"
#include "ceremony/base/hash.h"

/* cmd_qr: argv[0] is "qr", argv[1] send or receive. Needs process_harden() before. Returns the exit
 * code: 0 done, 1 the file does not fit, or there were not enough frames for one, 2 wrong use, 3 a
 * file, the camera or a helper fails. */
int cmd_qr(int argc, char **argv);

/* ---- between the files of qr -------------------------------------------- */

int qr_send(int argc, char **argv);
int qr_receive(int argc, char **argv);

/* qr_usage: how to call it, on stderr; returns 2. */
int qr_usage(void);

/* qr_fail: the error on stderr; returns the exit code for it. */
int qr_fail(const struct err *e);

/* qr_print_digest: name, length, SHA-256 in hex and in words, on stdout. */
void qr_print_digest(const char *name, struct bytes content);

/* qr_stopped: has someone pressed Ctrl-C, or asked us to end? qr_catch makes those signals say so. */
bool qr_stopped(void);
void qr_catch(void);

/* qr_usage_text: how to call it, whole lines. */
extern const char qr_usage_text[];
