/* request.h: `ceremony request`: what an intermediate's operator asks before the day. */
#pragma once

/* cmd_request: argv[0] is "request", argv[1] show or check. Needs process_harden() before.
 * Returns the exit code: 0 all accepted, 1 one is refused, 2 wrong use (a profile or an
 * issuer's certificate that will not do is one), 3 a file cannot be read. */
int cmd_request(int argc, char **argv);

/* request_usage: how to call it, whole lines. */
extern const char request_usage[];
