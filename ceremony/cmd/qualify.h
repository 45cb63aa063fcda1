/* qualify.h: `ceremony token qualify`: is this token fit to hold a root key? */
#pragma once

#include <stdbool.h>

/* qualify_command: measures the token of a URI and judges it. pin_fd: where the user's PIN is read, one line;
 * below 0: from the terminal. json: one object. Prints to stdout. 0 fit, 1 not fit, 2 wrong use, 3 no answer. */
int qualify_command(const char *uri, int pin_fd, bool json);
