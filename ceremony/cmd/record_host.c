/* record_host.c: see record_host.h. */
#include "ceremony/cmd/record_host.h"

#include <stdlib.h>

#include "ceremony/base/hash.h"
#include "ceremony/record/archive.h"

#define PIECE ((size_t)512 << 10) /* what media-write-part takes */

struct delivery {
	const struct helper *media;
	struct call         *c;    /* what was asked, and its answer */
	struct call          part; /* its lists lie in `room` */
	struct arena         room; /* owned */
	struct hash          hash;
	uint64_t             sent;
	size_t               len; /* octets that wait in piece */
	uint8_t              piece[PIECE];
};

static bool send(struct delivery *d, bool last, struct err *e)
{
	static const char *const same[] = { "medium", "device", "name" };
	char                     hex[HASH_MAX * 2 + 1];

	d->room.len = 0;
	d->part = (struct call){ .op = OP_MEDIA_WRITE_PART, .in = fields_on(&d->room), .out = fields_on(&d->room) };
	for (size_t i = 0; i < COUNT_OF(same); i++)
		if (fields_find(&d->c->in, same[i]))
			fields_put(&d->part.in, same[i], fields_get(&d->c->in, same[i]));
	fields_u64(&d->part.in, "from", d->sent);
	fields_put(&d->part.in, "content", bytes_of(d->piece, d->len));
	if (last) {
		struct digest all = hash_end(&d->hash);
		fields_str(&d->part.in, "sha256", digest_hex(hex, &all));
		fields_str(&d->c->out, "sha256", hex);
	}
	if (!helper_call(d->media, &d->part, e))
		return false;
	d->sent += d->len;
	d->len = 0;
	if (d->c->progress)
		d->c->progress(d->c->progress_ctx, "writing the record to the medium", d->sent, 0);
	return last || !d->c->stop || !d->c->stop(d->c->progress_ctx) || err_set(e, ERR_STOPPED_BY_KEY, "writing the record to the medium");
}

static bool put(void *ctx, struct bytes octets, struct err *e)
{
	struct delivery *d = ctx;

	hash_put(&d->hash, octets);
	while (octets.len) {
		struct bytes now = bytes_first(octets, PIECE - d->len);
		memcpy(d->piece + d->len, now.p, now.len);
		d->len += now.len;
		octets = bytes_skip(octets, now.len);
		if (d->len == PIECE && !send(d, false, e))
			return false;
	}
	return true;
}

bool record_host_call(const struct record *r, const struct helper *media, struct call *c, struct err *e)
{
	struct delivery *d = calloc(1, sizeof *d);
	size_t           files = 0;

	if (!d)
		return err_set(e, ERR_NO_MEMORY, "the record");
	d->media = media;
	d->c = c;
	d->room = arena_new(4 * PIECE);
	hash_init(&d->hash, HASH_SHA256);
	bool ok = (d->room.cap || err_set(e, ERR_NO_MEMORY, "the record")) && archive_write(r, &files, put, d, e) && send(d, true, e);
	if (ok) {
		fields_u64(&c->out, "size", d->sent);
		fields_u64(&c->out, "files", files);
	}
	arena_free(&d->room);
	free(d);
	return ok;
}
