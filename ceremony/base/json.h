/* json.h: text as a JSON string (RFC 8259 7), for what a program prints to be read by another. A transcript's lines have a
 * stricter form of their own: ceremony/record/event.h. */
#pragma once

#include <stdio.h>

#include "ceremony/base/bytes.h"

/* json_print: prints `text`, UTF-8, with its quotation marks; a control (C0, DEL, C1) is written \u00xx. An octet that is no UTF-8 is
 * written as U+FFFD. */
void json_print(FILE *to, struct bytes text);
