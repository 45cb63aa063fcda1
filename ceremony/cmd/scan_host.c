/* scan_host.c: see scan_host.h. */
#include "ceremony/cmd/scan_host.h"

#include <stdio.h>

#include "ceremony/cmd/scanner.h"

static struct scanner scanner; /* too big for a stack */

static bool open_source(const struct scan_from *from, const struct call *c, struct err *e)
{
	static char  folder[4200], key[80];
	struct bytes name = fields_get(&c->in, "name"), public_key = fields_get(&c->in, "public");
	bool         fits = snprintf(key, sizeof key, "%.*s", (int)public_key.len, public_key.len ? (const char *)public_key.p : "") < (int)sizeof key;
	const char  *sealed_to = c->op == OP_CARD_SCAN ? key : NULL, *camera = from->camera ? from->camera : SCANNER_CAMERA;

	if (!fits)
		return err_set(e, ERR_OP_FIELD, "public");
	if (!from->images)
		return scanner_open_card(&scanner, camera, NULL, sealed_to, e);
	if (snprintf(folder, sizeof folder, "%s/%.*s", from->images, (int)name.len, (const char *)name.p) >= (int)sizeof folder)
		return err_set(e, ERR_FILE_OPEN, "%s", from->images);
	return scanner_open_card(&scanner, NULL, folder, sealed_to, e);
}

/* There are no more pictures: the last one's fault, or that there were not enough of them. */
static bool ended(const struct scanned *now, bool card, struct err *e)
{
	if (now->why.id != ERR_NONE)
		return err_set(e, now->why.id, "%s", now->why.detail);
	if (card)
		return err_set(e, ERR_QR_NO_CARD, "%llu pictures", (unsigned long long)now->pictures);
	return err_set(e, ERR_QR_INCOMPLETE, "%llu of %llu fragments", (unsigned long long)now->fragments, (unsigned long long)now->of);
}

/* What people are told meanwhile: what is wanted of them, as long as nothing was seen. */
static void tell(const struct call *c, const struct scanned *now, bool card)
{
	const char *what = card           ? "show it to the camera: no card seen yet" :
	                   now->of == 0 ? "show it to the camera: no code seen yet" :
	                                  "parts that the camera has seen";

	if (c->progress)
		c->progress(c->progress_ctx, what, now->fragments, now->of);
}

/* Until the file is whole, or a card was seen. What is left out of a camera's pictures is no news: the next one comes at once. */
static bool look(const struct call *c, struct err *e)
{
	struct scanned now = { .name = "" };
	bool           card = c->op == OP_CARD_SCAN;

	while (!now.done) {
		if (!scanner_next(&scanner, &now, e))
			return false;
		tell(c, &now, card);
		if (!now.done && now.end)
			return ended(&now, card, e);
		if (!now.done && c->stop && c->stop(c->progress_ctx))
			return err_set(e, ERR_QR_STOPPED, "after %llu pictures", (unsigned long long)now.pictures);
	}
	return true;
}

static void put_source(const struct scan_from *from, struct call *c)
{
	fields_str(&c->out, "source", from->images ? "images" : "camera");
	if (!from->images)
		fields_str(&c->out, "device", from->camera ? from->camera : SCANNER_CAMERA);
}

static bool scan(const struct scan_from *from, struct call *c, struct err *e)
{
	uint64_t max = 0;

	if (!fields_get_u64(&max, &c->in, "max", UINT32_MAX))
		return err_set(e, ERR_OP_FIELD, "max");
	if (!open_source(from, c, e) || !look(c, e) || !scanner_take(&scanner, max, e))
		return false;
	fields_str(&c->out, "scanned", "yes");
	put_source(from, c);
	fields_add_all(&c->out, &scanner.call.out);
	return true;
}

static bool scan_card(const struct scan_from *from, struct call *c, struct err *e)
{
	if (!open_source(from, c, e) || !look(c, e))
		return false;
	put_source(from, c);
	fields_put(&c->out, "pictures", fields_get(&scanner.call.out, "pictures"));
	fields_put(&c->out, "sealed", fields_get(&scanner.call.out, "sealed"));
	return true;
}

bool scan_host_call(const struct scan_from *from, struct call *c, struct err *e)
{
	bool ok = true;

	if (c->op == OP_CARD_SCAN) {
		ok = scan_card(from, c, e);
	} else {
		fields_put(&c->out, "name", fields_get(&c->in, "name"));
		if (fields_is(&c->in, "wanted", "yes"))
			ok = scan(from, c, e);
		else
			fields_str(&c->out, "scanned", "no");
	}
	scanner_done(&scanner);
	return ok;
}
