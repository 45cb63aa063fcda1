/* scan_host.c: see scan_host.h. */
#include "ceremony/cmd/scan_host.h"

#include <stdio.h>

#include "ceremony/cmd/scanner.h"

static struct scanner scanner; /* too big for a stack */

static bool open_source(const struct scan_from *from, const struct call *c, struct err *e)
{
	static char  folder[4200];
	struct bytes name = fields_get(&c->in, "name");

	if (!from->images)
		return scanner_open(&scanner, from->camera ? from->camera : SCANNER_CAMERA, NULL, e);
	if (snprintf(folder, sizeof folder, "%s/%.*s", from->images, (int)name.len, (const char *)name.p) >= (int)sizeof folder)
		return err_set(e, ERR_FILE_OPEN, "%s", from->images);
	return scanner_open(&scanner, NULL, folder, e);
}

/* Until the file is whole. What is left out of a camera's pictures is no news: the next one comes at once. */
static bool look(const struct call *c, struct err *e)
{
	struct scanned now = { .name = "" };

	while (!now.done) {
		if (!scanner_next(&scanner, &now, e))
			return false;
		if (c->progress)
			c->progress(c->progress_ctx, "the camera looks; parts of the file that it has seen", now.fragments, now.of);
		if (!now.done && now.end)
			return now.why.id == ERR_NONE ? err_set(e, ERR_QR_INCOMPLETE, "%llu of %llu fragments", (unsigned long long)now.fragments,
			                                        (unsigned long long)now.of) :
			                                err_set(e, now.why.id, "%s", now.why.detail);
		if (!now.done && c->stop && c->stop(c->progress_ctx))
			return err_set(e, ERR_QR_STOPPED, "after %llu pictures, %llu of %llu fragments", (unsigned long long)now.pictures,
			               (unsigned long long)now.fragments, (unsigned long long)now.of);
	}
	return true;
}

static bool scan(const struct scan_from *from, struct call *c, struct err *e)
{
	uint64_t max = 0;

	if (!fields_get_u64(&max, &c->in, "max", UINT32_MAX))
		return err_set(e, ERR_OP_FIELD, "max");
	if (!open_source(from, c, e) || !look(c, e) || !scanner_take(&scanner, max, e))
		return false;
	fields_str(&c->out, "scanned", "yes");
	fields_str(&c->out, "source", from->images ? "images" : "camera");
	if (!from->images)
		fields_str(&c->out, "device", from->camera ? from->camera : SCANNER_CAMERA);
	fields_add_all(&c->out, &scanner.call.out);
	return true;
}

bool scan_host_call(const struct scan_from *from, struct call *c, struct err *e)
{
	fields_put(&c->out, "name", fields_get(&c->in, "name"));
	if (!fields_is(&c->in, "wanted", "yes")) {
		fields_str(&c->out, "scanned", "no");
		return true;
	}
	bool ok = scan(from, c, e);
	scanner_done(&scanner);
	return ok;
}
