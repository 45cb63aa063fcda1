/* personal_file.h: what personal.c and personal_file.c share. For this room only; see personal.h. */
#pragma once

#include "ceremony/record/personal.h"

/* personal_is_reserved: a word of the program's own, which stands in the open. */
bool personal_is_reserved(struct bytes value);

/* personal_commitment: of a value under a salt. */
void personal_commitment(uint8_t out[32], const uint8_t salt[32], struct bytes value);

/* personal_by_commitment, personal_by_value: the one that is known, or NULL. */
struct personal_value *personal_by_commitment(const struct personal *p, const uint8_t commitment[32]);
struct personal_value *personal_by_value(const struct personal *p, struct bytes value);

/* personal_add: one more; line is borrowed. NULL when there is no room. */
struct personal_value *personal_add(struct personal *p, const uint8_t commitment[32], struct bytes value, struct bytes line);

/* personal_drop_after: forgets all values behind `last` (NULL: all). */
void personal_drop_after(struct personal *p, struct personal_value *last);

/* personal_new: one more under a fresh salt, whose line personal_sync will write. NULL and e if it cannot be. */
struct personal_value *personal_new(struct personal *p, struct bytes value, struct err *e);

/* personal_sync: writes and fsyncs the lines of all that personal_new has made since personal_mark. */
bool personal_sync(struct personal *p, struct err *e) __attribute__((warn_unused_result));

/* personal_mark: where personal_undo goes back to. */
void personal_mark(struct personal *p);
