/* oid.c: see oid.h. */
#include "ceremony/pki/oid.h"

static const struct {
	struct bytes der;
	const char  *dotted, *name, *text;
} known[] = {
	[OID_UNKNOWN] = { { NULL, 0 }, "", "unknown", "Unknown" },
#define X(id, der_, dotted_, name_, text_) \
	[id] = { { (const uint8_t *)(der_), sizeof(der_) - 1 }, dotted_, name_, text_ },
#include "ceremony/pki/oid.def"
#undef X
};
_Static_assert(COUNT_OF(known) == OID_COUNT_, "a row for each");

enum oid oid_find(struct bytes content)
{
	for (int i = OID_UNKNOWN + 1; i < OID_COUNT_; i++)
		if (bytes_equal(content, known[i].der))
			return (enum oid)i;
	return OID_UNKNOWN;
}

enum oid oid_by_name(struct bytes name)
{
	for (int i = OID_UNKNOWN + 1; i < OID_COUNT_; i++)
		if (bytes_is(name, known[i].name) || bytes_is(name, known[i].dotted))
			return (enum oid)i;
	return OID_UNKNOWN;
}

struct bytes oid_der(enum oid id)
{
	return known[id].der;
}

const char *oid_name(enum oid id)
{
	return known[id].name;
}

const char *oid_text(enum oid id)
{
	return known[id].text;
}

/* One arc from the front: base 128, no leading 80 (X.690 8.19.2), at most 63 bits. */
static bool get_arc(struct bytes *in, uint64_t *arc)
{
	struct bytes a = *in;
	uint64_t     v = 0;

	if (a.len == 0 || a.p[0] == 0x80)
		return false;
	for (;;) {
		if (a.len == 0 || v >> 56)
			return false;
		uint8_t c = a.p[0];
		a = bytes_skip(a, 1);
		v = v << 7 | (c & 0x7f);
		if (!(c & 0x80))
			break;
	}
	*in = a;
	*arc = v;
	return true;
}

bool oid_put_dotted(struct buf *b, struct bytes content)
{
	struct bytes check = content;
	uint64_t     arc = 0;

	do {
		if (!get_arc(&check, &arc))
			return false;
	} while (check.len);
	(void)(get_arc(&content, &arc));
	uint64_t first = arc < 80 ? arc / 40 : 2;
	buf_fmt(b, "%llu.%llu", (unsigned long long)first, (unsigned long long)(arc - first * 40));
	while (content.len && get_arc(&content, &arc))
		buf_fmt(b, ".%llu", (unsigned long long)arc);
	return true;
}

static void put_arc(struct buf *b, uint64_t v)
{
	for (int shift = 63; shift > 0; shift -= 7)
		if (v >> shift)
			buf_u8(b, (uint8_t)(0x80 | (v >> shift & 0x7f)));
	buf_u8(b, (uint8_t)(v & 0x7f));
}

bool oid_parse_dotted(struct buf *b, struct bytes dotted)
{
	const uint64_t most = ((uint64_t)1 << 56) - 1; /* what get_arc reads back */
	uint8_t        storage[128];
	struct buf     out = BUF_ON(storage);
	uint64_t       first = 0;
	unsigned       num = 0;

	for (bool more = true; more; num++) {
		struct bytes part = dotted;
		uint64_t     arc = 0;
		more = bytes_cut(dotted, '.', &part, &dotted);
		if (!bytes_to_u64(&arc, part, num == 0 ? 2 : num == 1 && first < 2 ? 39 : most - 80))
			return false;
		if (num == 0)
			first = arc;
		else
			put_arc(&out, num == 1 ? first * 40 + arc : arc);
	}
	if (num < 2 || !buf_ok(&out))
		return false;
	buf_put(b, buf_bytes(&out));
	return true;
}

bool oid_is_sound(struct bytes content)
{
	bool first = true; /* octet of a number */

	for (size_t i = 0; i < content.len; i++) {
		if (first && content.p[i] == 0x80)
			return false;
		first = !(content.p[i] & 0x80);
	}
	return content.len && first;
}

void oid_put(struct buf *b, struct bytes content)
{
	enum oid id = oid_find(content);

	if (id != OID_UNKNOWN) {
		buf_str(b, oid_name(id));
	} else if (!oid_put_dotted(b, content)) {
		buf_str(b, "OID ");
		buf_hex(b, content);
	}
}
