/* personal.c: see personal.h: which fields, and the values that stand behind commitments. The file is personal_file.c. */
#include "ceremony/record/personal.h"

#include "ceremony/record/personal_file.h"

/* ---- which fields ------------------------------------------------------------------ */

static const struct {
	enum event_type type;
	const char     *op, *key;
} table[] = {
#define X(type, op, key, what) { type, op, key },
#include "ceremony/record/personal.def"
#undef X
};

static bool key_fits(struct bytes key, const char *pattern)
{
	size_t n = strlen(pattern);

	if (pattern[n - 1] != '*')
		return bytes_is(key, pattern);
	return key.len >= n && memcmp(key.p, pattern, n - 1) == 0;
}

bool personal_is(const struct event *ev, struct bytes key)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (table[i].type == ev->type && key_fits(key, table[i].key) &&
		    (!*table[i].op || fields_is(&ev->data, "op", table[i].op)))
			return true;
	return false;
}

/* Most events have none: found out at little cost. */
static bool may_have(enum event_type type)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (table[i].type == type)
			return true;
	return false;
}

/* Words of the program's own, which say nothing about anybody and which rules go by. */
bool personal_is_reserved(struct bytes value)
{
	static const char *const words[] = { "", "nobody", "withheld", "-" };

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (bytes_is(value, words[i]))
			return true;
	return false;
}

bool personal_is_withheld(struct bytes value)
{
	return bytes_starts(value, PERSONAL_WITHHELD);
}

bool personal_fits(struct bytes value, struct err *e)
{
	return !personal_is_withheld(value) || err_set(e, ERR_PERSONAL_WORD, "it begins with " PERSONAL_WITHHELD);
}

/* ---- values ------------------------------------------------------------------------ */

bool personal_init(struct personal *p, struct err *e)
{
	*p = (struct personal){ .room = arena_new(2 * PERSONAL_MAX_LEN), .dir = -1, .fd = -1 };
	return p->room.cap ? true : err_set(e, ERR_NO_MEMORY, PERSONAL_NAME);
}

static struct personal_value **bucket_of(struct personal_value **buckets, struct bytes octets)
{
	uint32_t h = 2166136261u; /* FNV-1a: where to look, no more */

	for (size_t i = 0; i < octets.len; i++)
		h = (h ^ octets.p[i]) * 16777619u;
	return &buckets[h % PERSONAL_BUCKETS];
}

struct personal_value *personal_by_commitment(const struct personal *p, const uint8_t commitment[32])
{
	struct personal        *q = (struct personal *)(uintptr_t)p;
	struct personal_value *v = *bucket_of(q->by_commitment, bytes_of(commitment, 32));

	while (v && memcmp(v->commitment, commitment, 32) != 0)
		v = v->same_commitment;
	return v;
}

struct personal_value *personal_by_value(const struct personal *p, struct bytes value)
{
	struct personal        *q = (struct personal *)(uintptr_t)p;
	struct personal_value *v = *bucket_of(q->by_value, value);

	while (v && !bytes_equal(v->value, value))
		v = v->same_value;
	return v;
}

struct personal_value *personal_add(struct personal *p, const uint8_t commitment[32], struct bytes value, struct bytes line)
{
	struct personal_value *v = p->num < PERSONAL_MAX ? arena_take(&p->room, sizeof *v) : NULL;
	char                   text[80];
	struct buf             b = BUF_ON(text);

	if (!v)
		return NULL;
	buf_str(&b, "sha256:");
	buf_hex(&b, bytes_of(commitment, 32));
	*v = (struct personal_value){ .value = arena_copy(&p->room, value), .line = line };
	v->text = (const char *)arena_copy(&p->room, buf_bytes(&b)).p;
	if (!v->value.p || !v->text)
		return NULL;
	memcpy(v->commitment, commitment, 32);
	struct personal_value **c = bucket_of(p->by_commitment, bytes_of(commitment, 32)), **s = bucket_of(p->by_value, value);
	v->same_commitment = *c;
	v->same_value = *s;
	*c = *s = v;
	if (p->last)
		p->last->next = v;
	else
		p->first = v;
	p->last = v;
	p->num++;
	return v;
}

void personal_commitment(uint8_t out[32], const uint8_t salt[32], struct bytes value)
{
	struct hash h;
	char        hex[65];
	struct buf  b = BUF_ON(hex);

	buf_hex(&b, bytes_of(salt, 32));
	hash_init(&h, HASH_SHA256);
	hash_put(&h, BYTES_LIT("ceremony-personal/v1\n"));
	hash_put(&h, buf_bytes(&b));
	hash_put(&h, BYTES_LIT("\n"));
	hash_put(&h, value);
	struct digest d = hash_end(&h);
	memcpy(out, d.p, 32);
}

/* ---- reading a line ---------------------------------------------------------------------- */

static bool read_commitment(uint8_t out[32], struct bytes text)
{
	struct buf b = buf_init(out, 32);

	if (!bytes_starts(text, "sha256:") || text.len != 7 + 64)
		return false;
	for (size_t i = 7; i < text.len; i++)
		if (text.p[i] >= 'A' && text.p[i] <= 'F')
			return false;
	return hex_decode(&b, bytes_skip(text, 7));
}

/* What it reads as: short enough for a name, and no other one of the ceremony begins like it. */
static struct personal_value *withhold(struct personal *p, const uint8_t commitment[32], struct err *e)
{
	char       text[40];
	struct buf b = BUF_ON(text);

	buf_str(&b, PERSONAL_WITHHELD);
	buf_hex(&b, bytes_of(commitment, 4));
	if (personal_by_value(p, buf_bytes(&b))) {
		(void)err_set(e, ERR_PERSONAL_ALIKE, "%s", buf_cstr(&b));
		return NULL;
	}
	struct personal_value *v = personal_add(p, commitment, buf_bytes(&b), bytes_of(NULL, 0));
	if (!v)
		(void)err_set(e, ERR_TOO_LARGE, PERSONAL_NAME);
	p->num_withheld += v != NULL;
	return v;
}

static bool show_one(struct personal *p, struct personal *more, struct field *f, struct err *e)
{
	uint8_t commitment[32];

	if (personal_is_reserved(f->value))
		return true;
	if (!read_commitment(commitment, f->value))
		return err_set(e, ERR_PERSONAL_PLAIN, "%s", (const char *)f->key.p);
	struct personal_value *v = personal_by_commitment(p, commitment);
	struct personal_value *other = more ? personal_by_commitment(more, commitment) : NULL;
	if (other)
		other->used = true;
	if (!v && other) {
		if (personal_by_value(p, other->value))
			return err_set(e, ERR_PERSONAL_TWICE, "%s", other->text);
		v = personal_add(p, commitment, other->value, other->line);
		if (!v)
			return err_set(e, ERR_TOO_LARGE, PERSONAL_NAME);
	}
	if (!v)
		v = withhold(p, commitment, e);
	if (!v)
		return false;
	v->used = true;
	f->value = v->value;
	return true;
}

bool personal_show(struct personal *p, struct personal *more, struct event *ev, struct err *e)
{
	bool personal[FIELDS_MAX] = { false };

	if (!may_have(ev->type))
		return true;
	for (size_t i = 0; i < ev->data.num; i++)
		personal[i] = personal_is(ev, ev->data.item[i].key);
	for (size_t i = 0; i < ev->data.num; i++)
		if (personal[i] && !show_one(p, more, &ev->data.item[i], e))
			return false;
	return true;
}

bool personal_end(const struct personal *p, struct err *e)
{
	size_t line = 0;

	for (const struct personal_value *v = p->first; v; v = v->next) {
		line += v->line.len > 0;
		if (!v->used)
			return err_set(e, ERR_PERSONAL_UNUSED, PERSONAL_NAME " line %zu", line);
	}
	return p->torn == 0 || err_set(e, ERR_PERSONAL_FORM, PERSONAL_NAME " ends in the middle of a line");
}

/* ---- writing a line ------------------------------------------------------------------------ */

static bool commit_all(struct personal *p, struct bytes text[FIELDS_MAX], const struct event *ev, struct err *e)
{
	for (size_t i = 0; i < ev->data.num; i++) {
		const struct field *f = &ev->data.item[i];
		if (personal_is_reserved(f->value) || !personal_is(ev, f->key))
			continue;
		struct personal_value *v = personal_by_value(p, f->value);
		if (!personal_fits(f->value, e))
			return false;
		if (!v)
			v = personal_new(p, f->value, e);
		if (!v)
			return false;
		text[i] = bytes_str(v->text);
	}
	return personal_sync(p, e);
}

bool personal_hide(struct personal *p, struct event *ev, struct err *e)
{
	struct bytes text[FIELDS_MAX] = { { 0 } };

	personal_mark(p);
	if (!may_have(ev->type))
		return true;
	if (!commit_all(p, text, ev, e)) {
		personal_undo(p);
		return false;
	}
	for (size_t i = 0; i < ev->data.num; i++)
		if (text[i].p)
			ev->data.item[i].value = text[i];
	return true;
}

static void unlink_from(struct personal_value **at, const struct personal_value *v, bool by_value)
{
	while (*at != v)
		at = by_value ? &(*at)->same_value : &(*at)->same_commitment;
	*at = by_value ? v->same_value : v->same_commitment;
}

void personal_drop_after(struct personal *p, struct personal_value *last)
{
	for (struct personal_value *v = last ? last->next : p->first; v; v = v->next) {
		unlink_from(bucket_of(p->by_commitment, bytes_of(v->commitment, 32)), v, false);
		unlink_from(bucket_of(p->by_value, v->value), v, true);
		p->num--;
	}
	p->last = last;
	if (last)
		last->next = NULL;
	else
		p->first = NULL;
}
