/* ur_receiver.c: frames become a file again; see ur.h. */
#include "ceremony/base/text.h"
#include "qr/cbor.h"
#include "qr/crc32.h"
#include "qr/ur.h"

const char *const ur_types[] = { "bytes", "x-pkcs10", NULL };

static bool same_word(struct bytes a, const char *word)
{
	if (a.len != strlen(word))
		return false;
	for (size_t i = 0; i < a.len; i++) {
		uint8_t c = a.p[i];
		if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != word[i])
			return false;
	}
	return true;
}

void ur_receiver_init(struct ur_receiver *r, struct arena *a, const char *const *types)
{
	*r = (struct ur_receiver){ .arena = a, .types = types };
	a->len = 0;
}

void ur_receiver_restart(struct ur_receiver *r)
{
	ur_receiver_init(r, r->arena, r->types);
}

/* The type's name in the table, or NULL. */
static const char *taken_type(const struct ur_receiver *r, struct bytes type, struct err *e)
{
	char       text[64];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; r->types[i]; i++)
		if (same_word(type, r->types[i]))
			return r->types[i];
	text_escape(&b, bytes_first(type, type.len < 32 ? type.len : 32));
	(void)err_set(e, ERR_QR_TYPE, "%s", buf_cstr(&b));
	return NULL;
}

static bool is_other(const struct ur_receiver *r, const struct ur_part *p)
{
	return !same_word(p->type, r->type) || p->num != r->num || p->len != r->len || p->checksum != r->checksum ||
	       (p->num && p->data.len != r->rows.fragment_len);
}

/* The message is all there: one octet string and nothing else. */
static bool finish(struct ur_receiver *r, struct bytes message, struct err *e)
{
	struct bytes content;

	if (!cbor_get_bytes(&content, &message) || message.len || content.len == 0)
		return err_set(e, ERR_QR_FORM, "it holds something other than one string of octets");
	r->content = content;
	r->done = true;
	return true;
}

static bool begin(struct ur_receiver *r, const struct ur_part *p, const char *type, struct err *e)
{
	struct fountain_rows rows = { 0 };

	if (p->num && !fountain_rows_init(&rows, r->arena, p->num, p->data.len, e)) {
		r->arena->len = 0;
		return false;
	}
	r->rows = rows;
	r->num = p->num;
	r->len = p->len;
	r->checksum = p->checksum;
	r->type = type;
	if (p->num)
		fountain_init(&r->fountain, p->num, p->checksum);
	r->begun = true;
	return true;
}

/* The only frame there is. */
static bool put_single(struct ur_receiver *r, const struct ur_part *p, struct err *e)
{
	struct bytes message = arena_copy(r->arena, p->data);

	bool ok = message.p ? finish(r, message, e) : err_set(e, ERR_TOO_LARGE, "%zu octets", p->data.len);
	if (!ok)
		ur_receiver_restart(r);
	return ok;
}

static bool put_one_of_many(struct ur_receiver *r, enum ur_news *news, const struct ur_part *p, struct err *e)
{
	struct fountain_set set;

	fountain_choose(&r->fountain, &set, p->seq);
	*news = fountain_rows_put(&r->rows, set, p->data.p) ? UR_NEW : UR_KNOWN;
	if (r->rows.rank < r->num)
		return true;
	fountain_rows_solve(&r->rows);
	struct bytes message = bytes_of(r->rows.data, r->len);
	bool         ok = crc32_of(message) == r->checksum ? finish(r, message, e)
	                                                   : err_set(e, ERR_QR_CHECKSUM, "%u fragments", (unsigned)r->num);
	if (!ok)
		ur_receiver_restart(r);
	else
		*news = UR_DONE;
	return ok;
}

bool ur_receiver_put(struct ur_receiver *r, enum ur_news *news, struct bytes text, struct err *e)
{
	uint8_t        storage[UR_MAX_OCTETS];
	struct ur_part p;

	if (!ur_part_parse(&p, storage, text, e))
		return false;
	const char *type = taken_type(r, p.type, e);
	if (!type)
		return false;
	if (r->begun && is_other(r, &p))
		return err_set(e, ERR_QR_OTHER, "%u fragments and %u octets, not %u and %u", (unsigned)p.num, (unsigned)p.len,
		               (unsigned)r->num, (unsigned)r->len);
	if (r->done) {
		*news = UR_DONE;
		return true;
	}
	if (!r->begun && !begin(r, &p, type, e))
		return false;
	if (p.num)
		return put_one_of_many(r, news, &p, e);
	if (!put_single(r, &p, e))
		return false;
	*news = UR_DONE;
	return true;
}
