/* frame.c: see frame.h; the format is in ipc.h. */
#include "ceremony/port/frame.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER_LEN 16
#define NO_SECRET  UINT32_MAX

struct source {
	int fd, said;
	void (*heard)(void *ctx, struct bytes text);
	void *ctx;
};

void frame_done(struct frame *f)
{
	secret_done(&f->secret);
	*f = (struct frame){ 0 };
}

static bool send_all(int fd, struct bytes b)
{
	while (b.len) {
		ssize_t n = send(fd, b.p, b.len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		b = bytes_skip(b, (size_t)n);
	}
	return true;
}

/* What is about to be sent: small pieces are gathered, so that a frame wakes its reader once and not for each of them.
 * Not for secrets. */
struct gather {
	int     fd;
	bool    failed;
	uint8_t piece[4096];
	size_t  have;
};

static void gather_send(struct gather *g)
{
	g->failed = g->failed || !send_all(g->fd, bytes_of(g->piece, g->have));
	g->have = 0;
}

static void gather_put(struct gather *g, struct bytes b)
{
	if (b.len > sizeof g->piece - g->have)
		gather_send(g);
	if (b.len > sizeof g->piece) {
		g->failed = g->failed || !send_all(g->fd, b);
		return;
	}
	if (b.len)
		memcpy(g->piece + g->have, b.p, b.len);
	g->have += b.len;
}

static size_t body_len(struct bytes name, const struct fields *fields)
{
	size_t len = name.len;

	for (size_t i = 0; i < fields->num; i++)
		len += 6 + fields->item[i].key.len + fields->item[i].value.len;
	return len;
}

static void put_u16(struct buf *b, size_t v)
{
	buf_u8(b, (uint8_t)(v >> 8));
	buf_u8(b, (uint8_t)v);
}

static void put_fields(struct gather *g, const struct fields *fields)
{
	for (size_t i = 0; i < fields->num; i++) {
		const struct field *f = &fields->item[i];
		uint8_t             storage[2 + 64 + 4];
		struct buf          b = BUF_ON(storage);

		put_u16(&b, f->key.len);
		buf_put(&b, f->key);
		buf_u32(&b, (uint32_t)f->value.len);
		gather_put(g, buf_bytes(&b));
		gather_put(g, f->value);
	}
}

static bool key_fits(struct bytes key)
{
	return key.len > 0 && key.len <= 64;
}

bool frame_write(int fd, enum frame_kind kind, struct bytes name, const struct fields *fields,
                 const struct secret *secret, struct err *e)
{
	uint8_t       storage[HEADER_LEN];
	struct buf    b = BUF_ON(storage);
	size_t        len = body_len(name, fields);
	struct gather g;

	if (len > IPC_MAX_BODY || name.len > UINT8_MAX || (secret && secret->len > IPC_MAX_SECRET))
		return err_set(e, ERR_TOO_LARGE, "a message of %zu octets", len);
	for (size_t i = 0; i < fields->num; i++)
		if (!key_fits(fields->item[i].key))
			return err_set(e, ERR_TOO_LARGE, "the name of a field");
	buf_str(&b, "CER1");
	buf_u8(&b, (uint8_t)kind);
	buf_u8(&b, (uint8_t)name.len);
	put_u16(&b, fields->num);
	buf_u32(&b, (uint32_t)len);
	buf_u32(&b, secret ? (uint32_t)secret->len : NO_SECRET);
	MUST(buf_ok(&b));
	g.fd = fd;
	g.failed = false;
	g.have = 0;
	gather_put(&g, buf_bytes(&b));
	if (secret) { /* from where it is locked, and not by way of the stack */
		gather_send(&g);
		g.failed = g.failed || !send_all(fd, secret_expose(secret));
	}
	gather_put(&g, name);
	put_fields(&g, fields);
	gather_send(&g);
	return !g.failed || err_set(e, ERR_HELPER_DIED, "%s", "");
}

/* Waits until fd can be read, listening to `said` meanwhile. */
static void wait_for(struct source *s)
{
	while (s->said >= 0) { /* else read() waits */
		struct pollfd p[2] = { { s->fd, POLLIN, 0 }, { s->said, POLLIN, 0 } };

		if (poll(p, 2, -1) < 0)
			return; /* read() will say what is wrong */
		if (p[1].revents) {
			uint8_t text[512];
			ssize_t n = read(s->said, text, sizeof text);

			if (n > 0)
				s->heard(s->ctx, bytes_of(text, (size_t)n));
			else if (n == 0 || errno != EAGAIN)
				s->said = -1;
		}
		if (p[0].revents)
			return;
	}
}

static bool receive(struct source *s, uint8_t *p, size_t len)
{
	while (len) {
		wait_for(s);
		ssize_t n = read(s->fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static size_t take_uint(struct bytes *b, size_t octets)
{
	size_t v = 0;

	for (size_t i = 0; i < octets; i++)
		v = v << 8 | b->p[i];
	*b = bytes_skip(*b, octets);
	return v;
}

/* Cuts one length-prefixed span off the front of the body. */
static bool take_span(struct bytes *out, struct bytes *b, size_t prefix)
{
	if (b->len < prefix)
		return false;
	size_t len = take_uint(b, prefix);
	if (b->len < len)
		return false;
	*out = bytes_first(*b, len);
	*b = bytes_skip(*b, len);
	return true;
}

static bool key_is_sound(struct bytes key)
{
	for (size_t i = 0; i < key.len; i++)
		if (key.p[i] <= ' ' || key.p[i] >= 0x7f)
			return false;
	return key_fits(key);
}

/* The body into fields, each copied so that a NUL stands behind it. */
static const char *read_body(struct frame *f, struct arena *a, struct bytes body, size_t name_len, size_t num)
{
	if (name_len > body.len)
		return "the name is longer than the body";
	f->name = arena_copy(a, bytes_first(body, name_len));
	body = bytes_skip(body, name_len);
	f->fields = fields_on(a);
	for (size_t i = 0; i < num; i++) {
		struct bytes key, value;
		char         text[65];

		if (!take_span(&key, &body, 2) || !key_is_sound(key) || !take_span(&value, &body, 4))
			return "a field is cut off or badly named";
		memcpy(text, key.p, key.len);
		text[key.len] = 0;
		fields_put(&f->fields, text, value);
	}
	if (body.len)
		return "something follows the last field";
	return f->fields.failed || !f->name.p ? "a field stands twice, or there are too many" : NULL;
}

static bool kind_is_known(size_t kind)
{
	return kind == FRAME_CALL || kind == FRAME_PROGRESS || kind == FRAME_ANSWER || kind == FRAME_ERROR;
}

static enum frame_end broken(struct frame *f, struct err *e, const char *why)
{
	frame_done(f);
	(void)err_set(e, ERR_IPC_FORM, "%s", why);
	return FRAME_BROKEN;
}

enum frame_end frame_read(struct frame *f, struct arena *a, int fd, int said,
                          void (*heard)(void *ctx, struct bytes text), void *ctx, struct err *e)
{
	struct source s = { fd, said, heard, ctx };
	struct frame  got = { 0 };
	uint8_t       header[HEADER_LEN];

	a->len = 0;
	if (!receive(&s, header, sizeof header))
		return FRAME_GONE;
	struct bytes h = bytes_of(header + 4, sizeof header - 4);
	size_t       kind = take_uint(&h, 1), name_len = take_uint(&h, 1), num = take_uint(&h, 2);
	size_t       len = take_uint(&h, 4), secret_len = take_uint(&h, 4);

	if (memcmp(header, "CER1", 4) != 0 || !kind_is_known(kind))
		return broken(&got, e, "not a frame");
	got.kind = (enum frame_kind)kind;
	got.has_secret = secret_len != NO_SECRET;
	if (len > IPC_MAX_BODY || num > FIELDS_MAX || (got.has_secret && secret_len > IPC_MAX_SECRET))
		return broken(&got, e, "a length is above its cap");
	if (got.has_secret) {
		if (!secret_new(&got.secret, secret_len, e))
			return FRAME_FAILED;
		if (!receive(&s, got.secret.p, secret_len)) {
			frame_done(&got);
			return FRAME_GONE;
		}
		got.secret.len = secret_len;
	}
	uint8_t *body = arena_take(a, len);
	MUST(body);
	if (!receive(&s, body, len)) {
		frame_done(&got);
		return FRAME_GONE;
	}
	const char *why = read_body(&got, a, bytes_of(body, len), name_len, num);
	if (why)
		return broken(&got, e, why);
	*f = got;
	return FRAME_OK;
}
