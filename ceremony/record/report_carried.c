/* report_carried.c: see report_carried.h. */
#include "ceremony/record/report_carried.h"

#include "ceremony/record/layout.h"

static const struct field *field_that_begins(const struct event *ev, const char *with)
{
	for (size_t i = 0; i < ev->data.num; i++)
		if (bytes_starts(ev->data.item[i].key, with))
			return &ev->data.item[i];
	return NULL;
}

static struct bytes seen_by(const struct event *ev)
{
	return fields_get(&ev->data, fields_find(&ev->data, "device") ? "device" : "source");
}

static struct carried came_in(const struct event *ev)
{
	return (struct carried){ .in = true, .name = fields_get(&ev->data, "name"), .size = fields_get(&ev->data, "size"),
		                 .sha256 = fields_get(&ev->data, "sha256"), .pictures = fields_get(&ev->data, "pictures"),
		                 .by = seen_by(ev) };
}

bool carried_of(struct carried *out, const struct event *ev)
{
	const bool scanned = ev->type == EVENT_RESULT && fields_is(&ev->data, "scanned", "yes");
	const struct field *qr = field_that_begins(ev, "qr."), *taken = field_that_begins(ev, "taken.");

	if (scanned && fields_is(&ev->data, "op", "qr-scan"))
		*out = came_in(ev);
	else if (scanned && fields_is(&ev->data, "op", "share-enter"))
		*out = (struct carried){ .in = true, .is_card = true, .name = fields_get(&ev->data, "number"),
			                 .pictures = fields_get(&ev->data, "pictures"), .by = seen_by(ev) };
	else if (ev->type == EVENT_ANSWER && qr && taken)
		*out = (struct carried){ .name = fields_get(&ev->data, "file"), .size = fields_get(&ev->data, "size"),
			                 .sha256 = fields_get(&ev->data, "sha256"), .by = qr->value,
			                 .taken = bytes_is(taken->value, "agree") };
	else
		return false;
	return true;
}

static void put_card(struct buf *b, const struct carried *c)
{
	put_row(b, "In", BYTES_LIT("the card of a share"));
	put_row(b, "Share", c->name);
	put_row(b, "Read from", c->by);
	put_row(b, "Pictures", c->pictures);
	put_row(b, "Its words", BYTES_LIT("went to the token process, sealed, and nowhere else"));
}

bool report_carried(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report_carried *r = ctx;
	struct carried         c;

	(void)line;
	(void)e;
	if (!carried_of(&c, ev))
		return true;
	if (r->shown == 0)
		put_heading(r->out, "Carried by camera");
	buf_str(r->out, r->shown++ ? "\n" : "");
	if (c.is_card) {
		put_card(r->out, &c);
		return true;
	}
	put_row(r->out, c.in ? "In" : "Out", c.name);
	put_row(r->out, "Octets", c.size);
	put_row(r->out, "SHA-256", c.sha256);
	put_row(r->out, c.in ? "Read from" : "Shown as QR codes", c.by);
	if (c.in)
		put_row(r->out, "Pictures", c.pictures);
	else
		put_row(r->out, "The other side", c.taken ? BYTES_LIT("has it, and read the same words") : BYTES_LIT("did not take it this way"));
	return true;
}
