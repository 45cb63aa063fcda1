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

static void begin(struct report_carried *r)
{
	if (r->shown == 0)
		put_heading(r->out, "Carried by camera");
	buf_str(r->out, r->shown++ ? "\n" : "");
}

static void put_file(struct report_carried *r, const struct event *ev)
{
	static const char *const keys[][2] = { { "Octets", "size" }, { "SHA-256", "sha256" } };

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		put_row(r->out, keys[i][0], fields_get(&ev->data, keys[i][1]));
}

bool report_carried(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report_carried *r = ctx;
	const struct field    *qr = field_that_begins(ev, "qr."), *taken = field_that_begins(ev, "taken.");

	(void)line;
	(void)e;
	if (ev->type == EVENT_RESULT && fields_is(&ev->data, "op", "qr-scan") && fields_is(&ev->data, "scanned", "yes")) {
		begin(r);
		put_row(r->out, "In", fields_get(&ev->data, "name"));
		put_file(r, ev);
		put_row(r->out, "Read from", fields_get(&ev->data, fields_find(&ev->data, "device") ? "device" : "source"));
		put_row(r->out, "Pictures looked at", fields_get(&ev->data, "pictures"));
		return true;
	}
	if (ev->type != EVENT_ANSWER || !qr || !taken)
		return true;
	begin(r);
	put_row(r->out, "Out", fields_get(&ev->data, "file"));
	put_file(r, ev);
	put_row(r->out, "Shown as QR codes", qr->value);
	put_row(r->out, "The other side", bytes_is(taken->value, "agree") ? bytes_str("has it, and read the same words") :
	                                                                    bytes_str("did not take it this way"));
	return true;
}
