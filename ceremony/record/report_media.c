/* report_media.c: see report_media.h. */
#include "ceremony/record/report_media.h"

#include "ceremony/base/hash.h"
#include "ceremony/record/layout.h"

struct bytes report_media_new(struct report_media *m, const struct event *ev, const char **how)
{
	struct bytes device = fields_get(&ev->data, "device");

	if (!device.len || fields_find(&ev->data, "source") /* a camera is no medium */ || (ev->type != EVENT_ANSWER && ev->type != EVENT_RESULT) || m->num == REPORT_MEDIA_MAX)
		return bytes_of(NULL, 0);
	struct digest d = hash_of(HASH_SHA256, device);
	for (unsigned i = 0; i < m->num; i++)
		if (memcmp(m->seen[i], d.p, sizeof m->seen[i]) == 0)
			return bytes_of(NULL, 0);
	memcpy(m->seen[m->num++], d.p, sizeof m->seen[0]);
	*how = ev->type == EVENT_ANSWER ? "two people who compared it" : "its serial in the script";
	return device;
}

bool report_media(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report_media *m = ctx;
	const char          *how = "";
	struct bytes         device = report_media_new(m, ev, &how);

	(void)line;
	(void)e;
	if (!device.len)
		return true;
	if (m->num == 1)
		put_heading(m->out, "Media");
	buf_str(m->out, m->num > 1 ? "\n" : "");
	put_row(m->out, "Device", device);
	put_row(m->out, "First used", ev->step);
	put_row(m->out, "Bound by", bytes_str(how));
	return true;
}
