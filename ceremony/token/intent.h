/* intent.h: what the record says is to be done, as this process itself reads it from the disk.
 *
 * The conductor may be wrong, or taken over: a key is made, and a thing is signed, only if
 * the last line of the transcript, written and synced before the call, names exactly that. */
#pragma once

#include "ceremony/base/fields.h"

/* intent_matches: the transcript in folder `record` (-1: none was given) ends in an intent whose
 * data has op = op and, for each of keys (ending in NULL), the value that `wanted` has for it.
 * `token` is always one of them, and may be missing in both. ERR_TOKEN_NO_INTENT names what differs. `a` is used for the line. */
bool intent_matches(int record, struct arena *a, const char *op, const struct fields *wanted,
                    const char *const *keys, struct err *e) __attribute__((warn_unused_result));

/* intent_checkpoint: the transcript ends in a close event, and body is "ORIGIN\nSIZE\nROOT\n" with
 * the number of its lines and their RFC 6962 root, computed here from the file. */
bool intent_checkpoint(int record, struct bytes body, struct err *e) __attribute__((warn_unused_result));

/* intent_checkpoint_file: the same for a whole checkpoint file: that body, and well-formed
 * cosignatures. Whose they are is for the verifier, who knows the witnesses' keys. */
bool intent_checkpoint_file(int record, struct bytes file, struct err *e) __attribute__((warn_unused_result));
