/* cbor.c: see cbor.h. */
#include "qr/cbor.h"

enum major { MAJOR_UINT = 0, MAJOR_BYTES = 2 };

static void put_head(struct buf *b, enum major major, uint64_t v)
{
	uint8_t  top = (uint8_t)((unsigned)major << 5);
	unsigned octets = v < 24 ? 0 : v <= UINT8_MAX ? 1 : v <= UINT16_MAX ? 2 : v <= UINT32_MAX ? 4 : 8;

	switch (octets) {
	case 0:
		buf_u8(b, (uint8_t)(top | v));
		break;
	case 1:
		buf_u8(b, top | 24);
		break;
	case 2:
		buf_u8(b, top | 25);
		break;
	case 4:
		buf_u8(b, top | 26);
		break;
	default:
		buf_u8(b, top | 27);
		break;
	}
	while (octets--)
		buf_u8(b, (uint8_t)(v >> 8 * octets));
}

static bool get_head(uint64_t *out, enum major major, struct bytes *in)
{
	static const uint64_t least[] = { 24, 0x100, 0x10000, 0x100000000 };
	uint64_t              v = 0;

	if (in->len == 0 || in->p[0] >> 5 != (int)major)
		return false;
	unsigned info = in->p[0] & 31, octets = info < 24 ? 0 : 1U << (info - 24);
	if (info > 27 || in->len - 1 < octets)
		return false;
	for (unsigned i = 1; i <= octets; i++)
		v = v << 8 | in->p[i];
	if (octets && v < least[info - 24])
		return false; /* a shorter form would do */
	*out = octets ? v : info;
	*in = bytes_skip(*in, 1 + octets);
	return true;
}

void cbor_put_uint(struct buf *b, uint64_t v)
{
	put_head(b, MAJOR_UINT, v);
}

void cbor_put_bytes(struct buf *b, struct bytes a)
{
	put_head(b, MAJOR_BYTES, a.len);
	buf_put(b, a);
}

bool cbor_get_uint(uint64_t *out, struct bytes *in)
{
	return get_head(out, MAJOR_UINT, in);
}

bool cbor_get_bytes(struct bytes *out, struct bytes *in)
{
	struct bytes rest = *in;
	uint64_t     len;

	if (!get_head(&len, MAJOR_BYTES, &rest) || len > rest.len)
		return false;
	*out = bytes_first(rest, (size_t)len);
	*in = bytes_skip(rest, (size_t)len);
	return true;
}
