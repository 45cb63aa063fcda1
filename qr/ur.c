/* ur.c: one frame's text, both ways; see ur.h. Sending and receiving are ur_sender.c and
 * ur_receiver.c. */
#include "qr/ur.h"

#include "qr/bytewords.h"
#include "qr/cbor.h"
#include "qr/crc32.h"

#define CBOR_ARRAY_OF_5 0x85

static bool not_so(struct err *e, const char *why)
{
	return err_set(e, ERR_QR_FORM, "%s", why);
}

static uint8_t upper(uint8_t c)
{
	return (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static bool is_type(struct bytes a)
{
	for (size_t i = 0; i < a.len; i++) {
		uint8_t c = upper(a.p[i]);
		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	return a.len > 0;
}

/* SEQ-NUM of the path. */
static bool path_numbers(struct ur_part *p, struct bytes path, struct err *e)
{
	struct bytes seq, num;
	uint64_t     s, n;

	if (!bytes_cut(path, '-', &seq, &num) || !bytes_to_u64(&s, seq, UINT32_MAX) ||
	    !bytes_to_u64(&n, num, UINT32_MAX) || s == 0 || n == 0)
		return not_so(e, "its number is none");
	if (n > FOUNTAIN_MAX)
		return err_set(e, ERR_TOO_LARGE, "%u fragments; %d are taken", (unsigned)n, FOUNTAIN_MAX);
	p->seq = (uint32_t)s;
	p->num = (uint32_t)n;
	return true;
}

/* What a frame of many holds: an array of five (BCR-2024-001 4). */
static bool read_body(struct ur_part *p, struct bytes in, struct err *e)
{
	uint64_t seq, num, len, checksum;

	if (in.len == 0 || in.p[0] != CBOR_ARRAY_OF_5)
		return not_so(e, "it holds no array of five");
	in = bytes_skip(in, 1);
	if (!cbor_get_uint(&seq, &in) || !cbor_get_uint(&num, &in) || !cbor_get_uint(&len, &in) ||
	    !cbor_get_uint(&checksum, &in) || !cbor_get_bytes(&p->data, &in) || in.len)
		return not_so(e, "its CBOR is not in its shortest form, or something follows");
	if (seq != p->seq || num != p->num)
		return not_so(e, "it gives two different numbers");
	if (len > UR_MAX_CONTENT + CBOR_MAX_HEAD)
		return err_set(e, ERR_TOO_LARGE, "more than %zu octets", UR_MAX_CONTENT);
	if (checksum > UINT32_MAX || len == 0 || p->data.len == 0 || (len - 1) / p->data.len + 1 != num)
		return not_so(e, "its lengths do not fit each other");
	p->len = (uint32_t)len;
	p->checksum = (uint32_t)checksum;
	return true;
}

bool ur_part_parse(struct ur_part *out, uint8_t storage[UR_MAX_OCTETS], struct bytes text, struct err *e)
{
	struct ur_part p = { 0 };
	struct buf     b = buf_init(storage, UR_MAX_OCTETS);
	struct bytes   rest, path, letters;

	if (text.len > UR_MAX_TEXT)
		return err_set(e, ERR_TOO_LARGE, "a frame of %zu characters", text.len);
	if (text.len < 3 || upper(text.p[0]) != 'U' || upper(text.p[1]) != 'R' || text.p[2] != ':')
		return not_so(e, "it does not begin with UR:");
	if (!bytes_cut(bytes_skip(text, 3), '/', &p.type, &rest) || !is_type(p.type))
		return not_so(e, "it has no type");
	bool many = bytes_cut(rest, '/', &path, &letters);
	if (many && !path_numbers(&p, path, e))
		return false;
	if (!bytewords_get(&b, many ? letters : rest, BYTEWORDS_MINIMAL))
		return not_so(e, "its letters are damaged");
	if (many && !read_body(&p, buf_bytes(&b), e))
		return false;
	if (!many) {
		p.data = buf_bytes(&b);
		p.len = (uint32_t)p.data.len;
		p.checksum = crc32_of(p.data);
	}
	*out = p;
	return true;
}

void ur_part_put(struct buf *b, const struct ur_part *p)
{
	uint8_t    storage[UR_MAX_OCTETS];
	struct buf body = BUF_ON(storage);

	buf_str(b, "UR:");
	for (size_t i = 0; i < p->type.len; i++)
		buf_u8(b, upper(p->type.p[i]));
	if (p->num) {
		buf_fmt(b, "/%u-%u", (unsigned)p->seq, (unsigned)p->num);
		buf_u8(&body, CBOR_ARRAY_OF_5);
		cbor_put_uint(&body, p->seq);
		cbor_put_uint(&body, p->num);
		cbor_put_uint(&body, p->len);
		cbor_put_uint(&body, p->checksum);
		cbor_put_bytes(&body, p->data);
	}
	buf_u8(b, '/');
	bytewords_put(b, p->num ? buf_bytes(&body) : p->data, BYTEWORDS_MINIMAL);
	b->failed = b->failed || !buf_ok(&body);
}
