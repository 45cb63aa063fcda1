/* event.c: see event.h.
 *
 * Builder and parser of one line share this file, so that the one spelling is one place.
 * The parser is strict by construction: it knows no blanks, no other key order and no
 * second way to write anything, so what it takes, event_encode writes again octet for
 * octet. It is no JSON parser, though every line is JSON. */
#include "ceremony/record/event.h"

#include "ceremony/base/text.h"
#include "ceremony/base/utc.h"

#define EVENT_MAX_KEY  128 /* "sha256.", and a list's name with a number of 48 digits and its window */
#define EVENT_MAX_TIME INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define EVENT_MIN_TIME INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */

static const struct {
	const char *name, *means;
} types[] = {
#define X(id, name, means) [id] = { name, means },
#include "ceremony/record/event_types.def"
#undef X
};

const char *event_type_name(enum event_type t)
{
	MUST(t >= 0 && t < EVENT_COUNT_);
	return types[t].name;
}

const char *event_type_means(enum event_type t)
{
	MUST(t >= 0 && t < EVENT_COUNT_);
	return types[t].means;
}

bool event_copy(struct event *out, struct arena *a, const struct event *ev, struct err *e)
{
	struct event copy = *ev;

	copy.step = arena_copy(a, ev->step);
	copy.turn = arena_copy(a, ev->turn);
	copy.prompt = bytes_of(NULL, 0);
	copy.data = fields_on(a);
	fields_add_all(&copy.data, &ev->data);
	if (!copy.step.p || !copy.turn.p || copy.data.failed)
		return err_set(e, ERR_TOO_LARGE, "line %llu", (unsigned long long)ev->n + 1);
	*out = copy;
	return true;
}

bool event_says(enum event_type t)
{
	switch (t) {
	case EVENT_ANSWER:
	case EVENT_REFUSED:
	case EVENT_BACK:
	case EVENT_PAUSE:
	case EVENT_EXCEPTION:
	case EVENT_ABORT:
	case EVENT_CLOSE:
	case EVENT_ASIDE:
	case EVENT_DISPOSITION:
	case EVENT_LEAVE:
	case EVENT_RETURN:
	case EVENT_HANDOVER:
		return true;
	default:
		return false;
	}
}

struct bytes event_title(const struct event *ev)
{
	struct bytes title, rest;

	return bytes_cut(ev->prompt, '\n', &title, &rest) ? title : ev->prompt;
}

/* A control of one octet, or 0x80..0x9f behind its lead octet c2. */
static bool is_control(uint8_t c)
{
	return c < 0x20 || c == 0x7f;
}

static bool is_c1(struct bytes s, size_t at)
{
	return s.p[at] == 0xc2 && at + 1 < s.len && s.p[at + 1] < 0xa0;
}

/* How many octets from `at` stand for themselves. */
static size_t plain_run(struct bytes s, size_t at)
{
	size_t i = at;

	for (;; i++) {
		i += text_ascii(bytes_skip(s, i), '"', '\\');
		if (i == s.len || s.p[i] < 0x80 || is_c1(s, i))
			return i - at;
	}
}

static bool is_key(struct bytes k)
{
	if (k.len == 0 || k.len > EVENT_MAX_KEY)
		return false;
	for (size_t i = 0; i < k.len; i++)
		if (k.p[i] <= ' ' || k.p[i] >= 0x7f || k.p[i] == '"' || k.p[i] == '\\')
			return false;
	return true;
}

static bool has_key(const struct fields *f, size_t num, struct bytes key)
{
	for (size_t i = 0; i < num; i++)
		if (bytes_equal(f->item[i].key, key))
			return true;
	return false;
}

/* ---- out ---- */

void event_put_string(struct buf *b, struct bytes s)
{
	if (!text_is_utf8(s))
		b->failed = true;
	buf_u8(b, '"');
	for (size_t at = 0; at < s.len;) {
		size_t n = plain_run(s, at);
		buf_put(b, bytes_of(s.p + at, n));
		at += n;
		if (at == s.len)
			break;
		if (is_c1(s, at))
			buf_fmt(b, "\\u00%02x", s.p[++at]);
		else if (is_control(s.p[at]))
			buf_fmt(b, "\\u00%02x", s.p[at]);
		else
			buf_put(b, bytes_of((uint8_t[]){ '\\', s.p[at] }, 2));
		at++;
	}
	buf_u8(b, '"');
}

static void put_data(struct buf *b, const struct fields *f)
{
	buf_str(b, ",\"data\":{");
	for (size_t i = 0; i < f->num; i++) {
		if (!is_key(f->item[i].key) || has_key(f, i, f->item[i].key))
			b->failed = true;
		buf_str(b, i ? ",\"" : "\"");
		buf_put(b, f->item[i].key);
		buf_str(b, "\":");
		event_put_string(b, f->item[i].value);
	}
	buf_str(b, "}");
}

void event_encode(struct buf *b, const struct event *ev)
{
	size_t was = b->len;

	if (ev->time < EVENT_MIN_TIME || ev->time > EVENT_MAX_TIME || ev->data.failed)
		b->failed = true;
	buf_fmt(b, "{\"n\":%llu,\"time\":\"", (unsigned long long)ev->n);
	utc_put(b, ev->time);
	buf_fmt(b, "\",\"mono\":%llu,\"type\":\"%s\",\"step\":", (unsigned long long)ev->mono,
	        event_type_name(ev->type));
	event_put_string(b, ev->step);
	buf_str(b, ",\"turn\":");
	event_put_string(b, ev->turn);
	buf_fmt(b, ",\"round\":%u", ev->round);
	put_data(b, &ev->data);
	buf_str(b, ",\"prev\":\"");
	buf_hex(b, bytes_of(ev->prev, sizeof ev->prev));
	buf_str(b, "\"}");
	if (b->len - was >= EVENT_MAX_LINE)
		b->failed = true;
}

/* ---- in ---- */

/* Where the parser stands. The first thing that is wrong is kept; after it nothing is eaten. */
struct reader {
	struct bytes line;
	size_t       at;
	uint8_t     *store; /* where unescaped text goes: never more of it than of the line */
	const char  *wrong; /* NULL so far */
};

static void wrong(struct reader *r, const char *what)
{
	if (!r->wrong)
		r->wrong = what;
}

static bool peek(const struct reader *r, uint8_t c)
{
	return !r->wrong && r->at < r->line.len && r->line.p[r->at] == c;
}

static void eat(struct reader *r, const char *text)
{
	if (r->wrong)
		return;
	if (bytes_starts(bytes_skip(r->line, r->at), text))
		r->at += strlen(text);
	else
		wrong(r, text);
}

static uint64_t eat_number(struct reader *r, uint64_t max)
{
	size_t   n = 0;
	uint64_t v = 0;

	if (r->wrong)
		return 0;
	struct bytes rest = bytes_skip(r->line, r->at);
	while (n < rest.len && n < 20 && rest.p[n] >= '0' && rest.p[n] <= '9')
		n++;
	if (bytes_to_u64(&v, bytes_first(rest, n), max))
		r->at += n;
	else
		wrong(r, "a number");
	return v;
}

/* len octets as they stand in the line. */
static struct bytes eat_raw(struct reader *r, size_t len, const char *what)
{
	if (r->wrong || r->line.len - r->at < len) {
		wrong(r, what);
		return bytes_of(NULL, 0);
	}
	r->at += len;
	return bytes_of(r->line.p + r->at - len, len);
}

/* Two lower-case hex digits as an octet, or -1. */
static int hex_octet(const uint8_t *p)
{
	int v = 0;

	for (size_t i = 0; i < 2; i++) {
		bool digit = p[i] >= '0' && p[i] <= '9';
		if (!digit && !(p[i] >= 'a' && p[i] <= 'f'))
			return -1;
		v = v << 4 | (digit ? p[i] - '0' : p[i] - 'a' + 10);
	}
	return v;
}

/* \" or \\ or the \u00xx of a control: appends what it stands for. */
static void eat_escape(struct reader *r)
{
	struct bytes rest = bytes_skip(r->line, r->at);

	if (rest.len >= 2 && (rest.p[1] == '"' || rest.p[1] == '\\')) {
		*r->store++ = rest.p[1];
		r->at += 2;
		return;
	}
	int c = rest.len >= 6 && bytes_starts(rest, "\\u00") ? hex_octet(rest.p + 4) : -1;
	if (c < 0 || c >= 0xa0 || (c < 0x80 && !is_control((uint8_t)c))) {
		wrong(r, "an escape of the one spelling");
		return;
	}
	if (c >= 0x80)
		*r->store++ = 0xc2;
	*r->store++ = (uint8_t)c;
	r->at += 6;
}

/* A string and the NUL that follows it: no longer in the store than in the line. */
static struct bytes eat_string(struct reader *r)
{
	uint8_t *start = r->store;

	eat(r, "\"");
	while (!r->wrong && !peek(r, '"')) {
		size_t n = plain_run(r->line, r->at);
		memcpy(r->store, r->line.p + r->at, n);
		r->store += n;
		r->at += n;
		if (r->at == r->line.len)
			wrong(r, "the end of a string");
		else if (r->line.p[r->at] == '\\')
			eat_escape(r);
		else if (r->line.p[r->at] != '"')
			wrong(r, "a control to be escaped");
	}
	eat(r, "\"");
	*r->store = 0;
	return bytes_of(start, r->wrong ? 0 : (size_t)(r->store++ - start));
}

bool event_string(struct bytes *out, struct arena *a, struct bytes text)
{
	size_t        was = a->len;
	struct reader r = { .line = text };

	if (!text_is_utf8(text))
		return false;
	r.store = arena_take(a, text.len + 1);
	if (!r.store)
		return false;
	struct bytes s = eat_string(&r);
	if (r.wrong || r.at != text.len) {
		a->len = was;
		return false;
	}
	*out = s;
	return true;
}

static void eat_data(struct reader *r, struct fields *f)
{
	eat(r, "{");
	while (!r->wrong && !peek(r, '}')) {
		if (f->num)
			eat(r, ",");
		size_t       at = r->at;
		struct bytes key = eat_string(r);
		if (!r->wrong && (!is_key(key) || has_key(f, f->num, key) || f->num == FIELDS_MAX)) {
			r->at = at;
			wrong(r, f->num == FIELDS_MAX ? "no more fields" : "a key of the allowed form, once");
		}
		eat(r, ":");
		struct bytes value = eat_string(r);
		if (!r->wrong)
			f->item[f->num++] = (struct field){ key, value };
	}
	eat(r, "}");
}

static enum event_type eat_type(struct reader *r)
{
	for (int i = 0; i < EVENT_COUNT_ && !r->wrong; i++) {
		size_t       n = strlen(types[i].name);
		struct bytes rest = bytes_skip(r->line, r->at);
		if (bytes_starts(rest, types[i].name) && rest.len > n && rest.p[n] == '"') {
			r->at += n;
			return (enum event_type)i;
		}
	}
	wrong(r, "a known type");
	return EVENT_OPEN;
}

static void eat_hex(struct reader *r, uint8_t *out, size_t len)
{
	struct bytes hex = eat_raw(r, 2 * len, "64 hex digits");

	for (size_t i = 0; i < len && !r->wrong; i++) {
		int v = hex_octet(hex.p + 2 * i);
		if (v < 0) {
			r->at -= 2 * (len - i);
			wrong(r, "a lower-case hex digit");
		}
		out[i] = (uint8_t)v;
	}
}

static void eat_event(struct reader *r, struct event *ev)
{
	eat(r, "{\"n\":");
	ev->n = eat_number(r, UINT64_MAX);
	eat(r, ",\"time\":\"");
	if (!utc_parse(&ev->time, eat_raw(r, 20, "a time")) && !r->wrong) {
		r->at -= 20;
		wrong(r, "a time");
	}
	eat(r, "\",\"mono\":");
	ev->mono = eat_number(r, UINT64_MAX);
	eat(r, ",\"type\":\"");
	ev->type = eat_type(r);
	eat(r, "\",\"step\":");
	ev->step = eat_string(r);
	eat(r, ",\"turn\":");
	ev->turn = eat_string(r);
	eat(r, ",\"round\":");
	ev->round = (unsigned)eat_number(r, UINT32_MAX);
	eat(r, ",\"data\":");
	eat_data(r, &ev->data);
	eat(r, ",\"prev\":\"");
	eat_hex(r, ev->prev, sizeof ev->prev);
	eat(r, "\"}");
	if (r->at != r->line.len)
		wrong(r, "the end of the line");
}

bool event_parse(struct event *out, struct arena *a, struct bytes line, struct err *e)
{
	struct event  ev = { .data = fields_on(a) };
	struct reader r = { .line = line };
	size_t        was = a->len;

	if (line.len >= EVENT_MAX_LINE)
		return err_set(e, ERR_TOO_LARGE, "a line of more than %zu octets", EVENT_MAX_LINE);
	r.store = arena_take(a, line.len + 1);
	if (!r.store)
		return err_set(e, ERR_TOO_LARGE, "no room for a line of %zu octets", line.len);
	eat_event(&r, &ev);
	if (!r.wrong && !text_is_utf8(line)) {
		r.at = 0;
		wrong(&r, "well-formed UTF-8");
	}
	if (r.wrong) {
		a->len = was;
		return err_set(e, ERR_EVENT_SYNTAX, "column %zu: expected %s", r.at + 1, r.wrong);
	}
	*out = ev;
	return true;
}
