/* keys.h: what each key does, on every screen: the one table that F1, `ceremony help keys` and the crib sheet are
 * made of. */
#pragma once

#include "ceremony/base/buf.h"

struct key_line {
	const char *key, *other; /* other: where a terminal does not let it through; "" none */
	const char *what;
};

extern const struct key_line key_lines[];
extern const size_t          num_key_lines;

/* keys_sheet: the crib sheet, to be printed and laid beside the keyboard. */
void keys_sheet(struct buf *b);
