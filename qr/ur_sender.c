/* ur_sender.c: a file as frames; see ur.h. */
#include "qr/bytewords.h"
#include "qr/cbor.h"
#include "qr/crc32.h"
#include "qr/ur.h"

#define TYPE      "bytes"
#define LEAST_MIX 8 /* mixed frames a round, however few fragments there are */

/* Characters of the longest frame that such fragments make. */
static size_t text_len(size_t message_len, size_t fragment_len)
{
	uint8_t        storage[UR_MAX_OCTETS];
	char           path[32];
	struct buf     body = BUF_ON(storage), p = BUF_ON(path);
	size_t         num = (message_len - 1) / fragment_len + 1;

	cbor_put_uint(&body, UR_MAX_SEQ);
	cbor_put_uint(&body, num);
	cbor_put_uint(&body, message_len);
	cbor_put_uint(&body, UINT32_MAX);
	cbor_put_uint(&body, fragment_len); /* the head of a string is as long as such a number */
	buf_fmt(&p, "UR:%s/%d-%zu/", TYPE, UR_MAX_SEQ, num);
	return p.len + bytewords_len(1 + body.len + fragment_len);
}

/* Octets of the CBOR string that holds so much. */
static size_t message_len_of(size_t len)
{
	uint8_t    head[CBOR_MAX_HEAD];
	struct buf b = BUF_ON(head);

	cbor_put_uint(&b, len); /* the head of a string is as long as such a number */
	return b.len + len;
}

bool ur_sender_measure(size_t *fragment_len, size_t *num, size_t content_len, size_t max_text, struct err *e)
{
	MUST(max_text <= UR_MAX_TEXT);
	if (content_len == 0 || content_len > UR_MAX_CONTENT)
		return err_set(e, ERR_TOO_LARGE, "%zu octets; 1 to %zu are taken", content_len, UR_MAX_CONTENT);
	size_t message_len = message_len_of(content_len), len = message_len;
	if (sizeof "UR:" TYPE "/" - 1 + bytewords_len(message_len) > max_text) {
		size_t max = max_text / 2;
		while (max > 0 && text_len(message_len, max) > max_text)
			max--;
		if (max == 0 || (message_len - 1) / max + 1 > FOUNTAIN_MAX)
			return err_set(e, ERR_TOO_LARGE, "%zu octets in frames of %zu characters", content_len, max_text);
		len = fountain_fragment_len(message_len, max);
	}
	*fragment_len = len;
	*num = (message_len - 1) / len + 1;
	return true;
}

bool ur_sender_init(struct ur_sender *s, struct arena *a, struct bytes content, size_t max_text, struct err *e)
{
	size_t fragment_len, num;

	if (!ur_sender_measure(&fragment_len, &num, content.len, max_text, e))
		return false;
	size_t     cap = content.len + CBOR_MAX_HEAD;
	uint8_t   *storage = arena_take(a, cap);
	struct buf b = buf_init(storage, cap);
	if (!storage)
		return err_set(e, ERR_TOO_LARGE, "%zu octets", content.len);
	cbor_put_bytes(&b, content);
	s->message = buf_bytes(&b);
	s->fragment_len = fragment_len;
	s->num = num;
	fountain_init(&s->fountain, s->num, crc32_of(s->message));
	return true;
}

void ur_sender_frame(struct buf *b, const struct ur_sender *s, uint32_t seq)
{
	uint8_t             data[UR_MAX_OCTETS];
	struct fountain_set set;
	struct ur_part      p = { .type = BYTES_LIT(TYPE), .data = s->message };

	MUST(seq >= 1 && seq <= UR_MAX_SEQ);
	if (s->num > 1) {
		MUST(s->fragment_len <= sizeof data);
		fountain_choose(&s->fountain, &set, seq);
		fountain_mix(data, s->message, s->fragment_len, &set);
		p.seq = seq;
		p.num = (uint32_t)s->num;
		p.len = (uint32_t)s->message.len;
		p.checksum = s->fountain.checksum;
		p.data = bytes_of(data, s->fragment_len);
	}
	ur_part_put(b, &p);
}

static size_t num_mixed(const struct ur_sender *s)
{
	return s->num == 1 ? 0 : s->num < LEAST_MIX ? LEAST_MIX : s->num;
}

size_t ur_sender_round(const struct ur_sender *s)
{
	return s->num + num_mixed(s);
}

uint32_t ur_sender_seq(const struct ur_sender *s, uint64_t place)
{
	uint64_t round = ur_sender_round(s), at = place % round, mixed = num_mixed(s);

	if (at < s->num)
		return (uint32_t)(at + 1);
	/* Numbers above all fragments', which begin again after hours. */
	uint64_t nth = place / round * mixed + (at - s->num);
	return (uint32_t)(s->num + 1 + nth % (UR_MAX_SEQ - s->num));
}
