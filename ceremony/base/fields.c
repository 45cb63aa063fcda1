/* fields.c: see fields.h. */
#include "ceremony/base/fields.h"

#include <stdio.h>

/* A place of len octets for the value of a new key; NULL, and failed, if it cannot be. */
static uint8_t *new_value(struct fields *f, const char *key, size_t len)
{
	if (f->failed || f->num == FIELDS_MAX || fields_find(f, key) || len > f->arena->cap) {
		f->failed = true;
		return NULL;
	}
	struct bytes k = arena_copy(f->arena, bytes_str(key));
	uint8_t     *v = arena_take(f->arena, len + 1);
	if (!k.p || !v) {
		f->failed = true;
		return NULL;
	}
	f->item[f->num++] = (struct field){ k, bytes_of(v, len) };
	return v;
}

void fields_put(struct fields *f, const char *key, struct bytes value)
{
	uint8_t *v = new_value(f, key, value.len);

	if (v && value.len)
		memcpy(v, value.p, value.len);
}

void fields_str(struct fields *f, const char *key, const char *value)
{
	fields_put(f, key, bytes_str(value));
}

void fields_u64(struct fields *f, const char *key, uint64_t value)
{
	fields_fmt(f, key, "%llu", (unsigned long long)value);
}

void fields_base64(struct fields *f, const char *key, struct bytes octets)
{
	size_t   len = (octets.len + 2) / 3 * 4;
	uint8_t *v = new_value(f, key, len);

	if (v) {
		struct buf b = buf_init(v, len);
		buf_base64(&b, octets);
	}
}

void fields_hex(struct fields *f, const char *key, struct bytes octets)
{
	uint8_t *v = new_value(f, key, octets.len * 2);

	if (v) {
		struct buf b = buf_init(v, octets.len * 2);
		buf_hex(&b, octets);
	}
}

void fields_fmt(struct fields *f, const char *key, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	uint8_t *v = n < 0 ? NULL : new_value(f, key, (size_t)n);
	if (!v) {
		f->failed = true;
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf((char *)v, (size_t)n + 1, fmt, ap);
	va_end(ap);
}

void fields_add_all(struct fields *f, const struct fields *from)
{
	for (size_t i = 0; i < from->num; i++)
		fields_put(f, (const char *)from->item[i].key.p, from->item[i].value);
	f->failed |= from->failed;
}

const struct bytes *fields_find(const struct fields *f, const char *key)
{
	for (size_t i = 0; i < f->num; i++)
		if (bytes_is(f->item[i].key, key))
			return &f->item[i].value;
	return NULL;
}

struct bytes fields_get(const struct fields *f, const char *key)
{
	const struct bytes *v = fields_find(f, key);

	return v ? *v : bytes_of(NULL, 0);
}

bool fields_is(const struct fields *f, const char *key, const char *value)
{
	const struct bytes *v = fields_find(f, key);

	return v && bytes_is(*v, value);
}

bool fields_get_u64(uint64_t *out, const struct fields *f, const char *key, uint64_t max)
{
	return bytes_to_u64(out, fields_get(f, key), max);
}

bool fields_get_base64(struct bytes *out, struct arena *a, const struct fields *f, const char *key)
{
	const struct bytes *v = fields_find(f, key);

	if (!v)
		return false;
	size_t   cap = v->len / 4 * 3 + 3;
	uint8_t *p = arena_take(a, cap);
	if (!p)
		return false;
	struct buf b = buf_init(p, cap);
	if (!base64_decode(&b, *v))
		return false;
	*out = buf_bytes(&b);
	return true;
}

bool fields_equal(const struct fields *a, const struct fields *b)
{
	if (a->num != b->num)
		return false;
	for (size_t i = 0; i < a->num; i++)
		if (!bytes_equal(a->item[i].key, b->item[i].key) || !bytes_equal(a->item[i].value, b->item[i].value))
			return false;
	return true;
}
