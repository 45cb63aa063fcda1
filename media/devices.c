/* devices.c: see devices.h. */
#include "media/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/port/helper.h"

#define WAIT_ROUNDS 10 /* of 500 ms: what is told of it says 5 seconds */

bool devices_init(struct devices *d, bool loops, struct err *e)
{
	struct devices got = DEVICES_NONE;

	got.tree.loops = loops;
	got.tree.sys = dir_open(AT_FDCWD, "/sys", false, e);
	got.tree.dev = got.tree.sys < 0 ? -1 : dir_open(AT_FDCWD, "/dev", false, e);
	if (got.tree.dev < 0) {
		devices_done(&got);
		return false;
	}
	got.watch = device_watch();
	*d = got;
	return true;
}

void devices_done(struct devices *d)
{
	int fds[] = { d->watch, d->tree.sys, d->tree.dev };

	mount_drop(&d->now, &d->tree);
	for (size_t i = 0; i < COUNT_OF(fds); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	*d = DEVICES_NONE;
}

bool devices_release(struct devices *d, struct err *e)
{
	struct device last = d->now.device;

	if (mount_done(&d->now, &d->tree, e))
		return true;
	return device_is_there(&last, &d->tree) ? false : err_set(e, ERR_MEDIUM_GONE, "%.180s", d->line);
}

/* ---- which are there ---------------------------------------------------------------------- */

static void label_of(char *out, size_t cap, const struct device *d)
{
	struct buf b = buf_init(out, cap);

	text_escape(&b, bytes_str(d->usable ? d->super.label : ""));
	(void)buf_cstr(&b);
}

static bool same_letters(struct bytes a, const char *b)
{
	if (a.len != strlen(b))
		return false;
	for (size_t i = 0; i < a.len; i++) {
		int x = a.p[i], y = (uint8_t)b[i];
		x = x >= 'A' && x <= 'Z' ? x + 32 : x;
		y = y >= 'A' && y <= 'Z' ? y + 32 : y;
		if (x != y)
			return false;
	}
	return true;
}

static bool is_wanted(const struct devices *d, const struct fields *in)
{
	struct bytes label = fields_get(in, "label"), serial = fields_get(in, "serial");
	char         text[SUPERBLOCK_LABEL * 4];

	for (size_t i = 0; i < d->num; i++) {
		label_of(text, sizeof text, &d->found[i]);
		if (d->found[i].usable && (serial.len ? bytes_is(serial, d->found[i].serial) : d->found[i].burner || same_letters(label, text)))
			return true;
	}
	return false;
}

static void tell(const struct devices *d, struct fields *out)
{
	fields_u64(out, "devices", d->num);
	for (size_t i = 0; i < d->num; i++) {
		const struct device *it = &d->found[i];
		char                 key[24], text[SUPERBLOCK_LABEL * 4], line[DEVICE_LINE];

		(void)snprintf(key, sizeof key, "device.%zu", i + 1);
		device_line(line, it);
		fields_str(out, key, line);
		label_of(text, sizeof text, it);
		(void)snprintf(key, sizeof key, "label.%zu", i + 1);
		fields_str(out, key, text);
		(void)snprintf(key, sizeof key, "serial.%zu", i + 1);
		fields_str(out, key, it->serial);
		(void)snprintf(key, sizeof key, "state.%zu", i + 1);
		fields_str(out, key, it->usable ? "usable" : err_text_of(it->why.id)->what);
	}
}

static bool scan(struct devices *d, bool burners, struct err *e)
{
	struct device_tree t = d->tree;

	t.burners = burners;
	return device_scan(d->found, &d->num, &t, e);
}

bool devices_find(struct devices *d, struct call *c, struct err *e)
{
	const bool burners = fields_is(&c->in, "burners", "yes");
	unsigned rounds = fields_is(&c->in, "wait", "yes") ? WAIT_ROUNDS : 0;

	if (!devices_release(d, e) || !scan(d, burners, e))
		return false;
	for (unsigned i = 0; i < rounds && !is_wanted(d, &c->in); i++) {
		if (c->progress)
			c->progress(c->progress_ctx, "looking for the medium, 5 seconds at most", i, rounds);
		device_wait(d->watch, 500);
		if (!scan(d, burners, e))
			return false;
	}
	tell(d, &c->out);
	return true;
}

/* ---- one of them ---------------------------------------------------------------------------- */

#define TOLD 83 /* octets of each, of the 191 that an error can say */

/* The part of an identity that tells two of a make apart. */
static struct bytes from_serial(struct bytes line)
{
	struct bytes rest = line, head;

	while (bytes_cut(rest, ',', &head, &rest))
		if (bytes_starts(bytes_trim(rest), "serial "))
			return bytes_trim(rest);
	return line;
}

/* What is there in place of the one that was bound. */
static bool another(const struct devices *d, struct bytes line, struct err *e)
{
	char text[DEVICE_LINE] = "";

	for (size_t i = 0; i < d->num && !text[0]; i++)
		if (d->found[i].usable)
			device_line(text, &d->found[i]);
		else if (d->found[i].why.id == ERR_MEDIUM_BUSY)
			return err_set(e, ERR_MEDIUM_BUSY, "%s", d->found[i].why.detail);
	if (!text[0])
		return err_set(e, ERR_MEDIUM_MISSING, "%.*s", (int)bytes_first(line, 180).len, (const char *)line.p);
	line = from_serial(line);
	struct bytes is = from_serial(bytes_str(text));
	return err_set(e, ERR_MEDIUM_OTHER, "%.*s was bound; there is %.*s", (int)bytes_first(line, TOLD).len, (const char *)line.p,
	               (int)bytes_first(is, TOLD).len, (const char *)is.p);
}

static bool pick(const struct devices *d, const struct device **out, struct bytes line, struct err *e)
{
	size_t num = 0;

	for (size_t i = 0; i < d->num; i++) {
		char text[DEVICE_LINE];
		device_line(text, &d->found[i]);
		if (!d->found[i].usable || !bytes_is(line, text))
			continue;
		*out = &d->found[i];
		num++;
	}
	if (num > 1)
		return err_set(e, ERR_MEDIUM_ALIKE, "%.*s", (int)bytes_first(line, 180).len, (const char *)line.p);
	return num == 1 || another(d, line, e);
}

bool devices_use(struct devices *d, int *root, struct bytes line, bool write, struct err *e)
{
	const struct device *it = NULL;

	if (d->now.root < 0 || !bytes_is(line, d->line) || (write && !d->now.write) || !device_is_there(&d->now.device, &d->tree)) {
		if (!devices_release(d, e) || !device_scan(d->found, &d->num, &d->tree, e) || !pick(d, &it, line, e) ||
		    !mount_device(&d->now, it, &d->tree, write, e))
			return false;
		device_line(d->line, it);
	}
	*root = d->now.root;
	return true;
}

bool devices_drive(struct devices *d, const struct device **out, struct bytes line, struct err *e)
{
	size_t num = 0;

	if (!devices_release(d, e) || !scan(d, true, e))
		return false;
	for (size_t i = 0; i < d->num; i++) {
		char text[DEVICE_LINE];
		device_line(text, &d->found[i]);
		if (!bytes_is(line, text))
			continue;
		*out = &d->found[i];
		num++;
	}
	if (num == 1)
		return true;
	return err_set(e, num ? ERR_MEDIUM_ALIKE : ERR_MEDIUM_MISSING, "%.*s", (int)bytes_first(line, 180).len, (const char *)line.p);
}

bool devices_again(struct devices *d, int *root, struct bytes line, struct err *e)
{
	const struct device *it = NULL;

	if (!devices_release(d, e) || !device_scan(d->found, &d->num, &d->tree, e) || !pick(d, &it, line, e) ||
	    !mount_forget(it, &d->tree, e))
		return false;
	return devices_use(d, root, line, false, e);
}

/* A driver fails what it was asked a moment before the kernel takes a device away that was pulled out: a second is given to that. */
static bool is_gone(const struct devices *d, const struct err *e)
{
	bool gone = !device_is_there(&d->now.device, &d->tree), failed = e->id == ERR_FILE_READ || e->id == ERR_FILE_WRITE;

	for (int i = 0; failed && !gone && i < 20; i++) {
		device_wait(d->watch, 50);
		gone = !device_is_there(&d->now.device, &d->tree);
	}
	return gone;
}

void devices_explain(struct devices *d, struct err *e)
{
	if (d->now.root < 0 || !is_gone(d, e))
		return;
	(void)err_set(e, ERR_MEDIUM_GONE, "%.180s", d->line);
	mount_drop(&d->now, &d->tree);
}
