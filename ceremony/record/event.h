/* event.h: one line of the transcript.
 *
 *   {"n":3,"time":"2026-11-21T09:03:00Z","mono":4711,"type":"answer","step":"clock",
 *    "turn":"watches","round":0,"data":{"key":"value",...},"prev":"<64 hex>"}
 *
 * One line, no blanks, keys in this order, data a flat object of strings in the order
 * they were given. There is exactly one spelling: event_parse refuses a line that
 * event_encode would not have written (docs/formats/transcript.md). */
#pragma once

#include "ceremony/base/fields.h"
#include "ceremony/base/hash.h"

#define EVENT_MAX_LINE ((size_t)256 << 10) /* octets, newline included */

enum event_type {
#define X(id, name, means) id,
#include "ceremony/record/event_types.def"
#undef X
	EVENT_COUNT_
};

struct event {
	uint64_t        n;    /* line number, from 0 */
	int64_t         time; /* UTC seconds */
	uint64_t        mono; /* milliseconds of a clock that never jumps */
	enum event_type type;
	struct bytes    step, turn; /* "" where there is none */
	unsigned        round;      /* from 0 */
	struct fields   data;
	struct bytes    prompt;     /* what the prompt showed that a person answered; in a line the last field of data */
	uint8_t         prev[32];   /* SHA-256 of the line before, without newline; zeros at n = 0 */
};

const char *event_type_name(enum event_type t);
/* event_type_means: one line for people. */
const char *event_type_means(enum event_type t);

/* event_encode: appends the line without its newline. step, turn and the values of data are
 * written in the one spelling of a string: \" and \\, every control (U+0000 to U+001F and
 * U+007F to U+009F) as \u00xx in lower case, everything else as it is. The keys of data are
 * 1 to 128 octets of printable ASCII without blank, quote and backslash, none twice. b fails
 * if the event breaks this, is not well-formed UTF-8, or gives a line that is too long. */
void event_encode(struct buf *b, const struct event *ev);

/* event_parse: reads one line (without newline) into `a`; the spans outlive the line. Takes
 * exactly what event_encode writes, and needs line.len + 32 octets of `a`.
 * ERR_EVENT_SYNTAX names the column (from 1, in octets), ERR_TOO_LARGE. */
bool event_parse(struct event *out, struct arena *a, struct bytes line, struct err *e)
	__attribute__((warn_unused_result));

/* event_copy: an event whose strings are in `a`, without what its prompt showed. ERR_TOO_LARGE. */
bool event_copy(struct event *out, struct arena *a, const struct event *ev, struct err *e) __attribute__((warn_unused_result));

/* event_says: whether an event is what a person says, who was shown a prompt. */
bool event_says(enum event_type t);

/* event_title: the first line of what a prompt showed. */
struct bytes event_title(const struct event *ev);

/* event_put_string, event_string: a string with its quotes, in the one spelling. `text` must be one and nothing
 * more; *out is in `a`, with a NUL behind it that is not counted. */
void event_put_string(struct buf *b, struct bytes s);
bool event_string(struct bytes *out, struct arena *a, struct bytes text) __attribute__((warn_unused_result));
