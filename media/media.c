/* media.c: one function an op; see media.h. */
#include "media/media.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/port/cell.h"
#include "media/medium.h"

#define WORK_LEN ((size_t)16 << 20)

static bool op_list(struct media *m, int medium, struct call *c, struct err *e)
{
	uint64_t from = 0;

	if (fields_find(&c->in, "from") && !fields_get_u64(&from, &c->in, "from", MEDIA_MAX_FILES))
		return err_set(e, ERR_OP_FIELD, "from: 0 to %d", MEDIA_MAX_FILES);
	return medium_list(&c->out, &m->work, medium, (size_t)from, e);
}

static void put_size_and_hash(struct fields *out, struct bytes content)
{
	char hex[HASH_MAX * 2 + 1];

	fields_u64(out, "size", content.len);
	fields_str(out, "sha256", sha256_hex(hex, content));
}

/* A piece of a file, or, where a whole is wanted and the file is longer than that, its size. */
static bool read_part(struct media *m, int medium, struct call *c, uint64_t from, uint64_t max, struct err *e)
{
	struct bytes content;
	uint64_t     size = 0;
	char         hex[HASH_MAX * 2 + 1];
	bool         whole = !fields_find(&c->in, "from");

	if (!medium_read_part(&content, &size, &m->work, medium, fields_get(&c->in, "name"), from, e))
		return false;
	content = bytes_first(content, content.len < max ? content.len : max);
	fields_u64(&c->out, "size", size);
	if (whole && size > max)
		return true;
	fields_base64(&c->out, "content", content);
	fields_str(&c->out, "sha256", sha256_hex(hex, content));
	return true;
}

static bool op_read(struct media *m, int medium, struct call *c, struct err *e)
{
	struct bytes content;
	uint64_t     max = 0, from = 0;

	if (!fields_get_u64(&max, &c->in, "max", MEDIA_MAX_FILE))
		return err_set(e, ERR_OP_FIELD, "max: 1 to %zu", MEDIA_MAX_FILE);
	if (fields_find(&c->in, "from") && !fields_get_u64(&from, &c->in, "from", INT64_MAX))
		return err_set(e, ERR_OP_FIELD, "from");
	if (fields_find(&c->in, "from") || fields_is(&c->in, "of-more", "size"))
		return read_part(m, medium, c, from, max, e);
	if (!medium_read(&content, &m->work, medium, fields_get(&c->in, "name"), max, e))
		return false;
	fields_base64(&c->out, "content", content);
	put_size_and_hash(&c->out, content);
	return true;
}

static bool op_newest(struct media *m, int medium, struct call *c, struct err *e)
{
	struct bytes content, prefix = fields_get(&c->in, "prefix");
	const char  *name = NULL;
	uint64_t     max = 0;

	if (!prefix.len)
		return err_set(e, ERR_OP_FIELD, "prefix");
	if (!fields_get_u64(&max, &c->in, "max", MEDIA_MAX_FILE))
		return err_set(e, ERR_OP_FIELD, "max: 1 to %zu", MEDIA_MAX_FILE);
	if (!medium_newest(&name, &m->work, medium, prefix, e) ||
	    !medium_read(&content, &m->work, medium, bytes_str(name), max, e))
		return false;
	fields_str(&c->out, "name", name);
	fields_base64(&c->out, "content", content);
	put_size_and_hash(&c->out, content);
	return true;
}

static bool op_hash(struct media *m, int medium, struct call *c, struct err *e)
{
	char         hex[HASH_MAX * 2 + 1];
	uint64_t     size = 0;
	struct bytes name = fields_get(&c->in, "name");

	(void)m;
	if (!medium_hash(hex, &size, medium, name, e))
		return false;
	fields_put(&c->out, "name", name);
	fields_u64(&c->out, "size", size);
	fields_str(&c->out, "sha256", hex);
	return true;
}

static bool op_write(struct media *m, int medium, struct call *c, struct err *e)
{
	struct bytes content;

	if (!fields_get_base64(&content, &m->work, &c->in, "content"))
		return err_set(e, ERR_OP_FIELD, "content");
	if (!medium_write(medium, fields_get(&c->in, "name"), content, e))
		return false;
	put_size_and_hash(&c->out, content);
	return true;
}

static bool op_write_secret(struct media *m, int medium, struct call *c, struct err *e)
{
	(void)m;
	if (!medium_write_secret(medium, fields_get(&c->in, "name"), c->secret_in, e))
		return false;
	fields_u64(&c->out, "size", c->secret_in->len);
	return true;
}

static bool op_read_part(struct media *m, int medium, struct call *c, struct err *e)
{
	struct bytes content;
	uint64_t     from = 0, size = 0;

	if (!fields_get_u64(&from, &c->in, "from", INT64_MAX))
		return err_set(e, ERR_OP_FIELD, "from");
	if (!medium_read_part(&content, &size, &m->work, medium, fields_get(&c->in, "name"), from, e))
		return false;
	fields_put(&c->out, "content", content);
	fields_u64(&c->out, "size", size);
	return true;
}

static bool op_write_part(struct media *m, int medium, struct call *c, struct err *e)
{
	struct bytes content = fields_get(&c->in, "content");
	uint64_t     from = 0;

	(void)m;
	if (!fields_get_u64(&from, &c->in, "from", INT64_MAX) || content.len > MEDIUM_PART)
		return err_set(e, ERR_OP_FIELD, "from, content");
	if (!medium_write_part(medium, fields_get(&c->in, "name"), from, content, fields_get(&c->in, "sha256"), e))
		return false;
	fields_u64(&c->out, "from", from + content.len);
	return true;
}

/* Every file that the op names is in that folder, and is what the op says. */
static bool compare_all(uint64_t *num, int folder, const struct call *c, struct err *e)
{
	char key[32];

	for (*num = 0;; ++*num) {
		char     hex[HASH_MAX * 2 + 1];
		uint64_t size = 0;
		(void)snprintf(key, sizeof key, "name.%llu", (unsigned long long)*num + 1);
		struct bytes name = fields_get(&c->in, key);
		if (!name.len)
			return true;
		if (!medium_hash(hex, &size, folder, name, e))
			return false;
		(void)snprintf(key, sizeof key, "sha256.%llu", (unsigned long long)*num + 1);
		if (!fields_is(&c->in, key, hex))
			return err_set(e, ERR_MEDIUM_BACK, "%.*s", (int)name.len, (const char *)name.p);
	}
}

/* Nothing but unmounting; or, with the files that were written, reading them back from the device itself. */
static bool op_release(struct media *m, int medium, struct call *c, struct err *e)
{
	uint64_t num = 0;

	if (!compare_all(&num, medium, c, e))
		return false;
	fields_put(&c->out, "medium", fields_get(&c->in, "medium"));
	fields_u64(&c->out, "files", num);
	return m->dir >= 0 || devices_release(&m->devices, e);
}

static bool (*const ops[OP_COUNT_])(struct media *m, int medium, struct call *c, struct err *e) = {
	[OP_MEDIA_LIST] = op_list,
	[OP_MEDIA_READ] = op_read,
	[OP_MEDIA_NEWEST] = op_newest,
	[OP_MEDIA_HASH] = op_hash,
	[OP_MEDIA_WRITE] = op_write,
	[OP_MEDIA_WRITE_SECRET] = op_write_secret,
	[OP_MEDIA_READ_PART] = op_read_part,
	[OP_MEDIA_WRITE_PART] = op_write_part,
	[OP_MEDIA_RELEASE] = op_release,
};

static bool writes(enum op op)
{
	return op == OP_MEDIA_WRITE || op == OP_MEDIA_WRITE_SECRET || op == OP_MEDIA_WRITE_PART;
}

/* ---- on a disc: files are staged in memory, burned together, and read back --------------------------- */

static bool burn(struct media *m, const struct device *d, struct call *c, struct err *e)
{
	struct burner_seen seen;
	char               volume[BURNER_VOLUME + 1];
	struct bytes       label = fields_get(&c->in, "label");
	uint64_t           files = 0, octets = 0;

	if (!label.len || label.len > BURNER_VOLUME)
		return err_set(e, ERR_OP_FIELD, "label");
	memcpy(volume, label.p, label.len);
	volume[label.len] = 0;
	if (!d->usable) {
		*e = d->why;
		return false;
	}
	if (!medium_total(&files, &octets, &m->work, m->burner.stage, e))
		return false;
	if (!files) /* what was staged went with the process that was killed */
		return err_set(e, ERR_OP_FIELD, "nothing is to be burned");
	if (!burner_burn(&m->burner, &seen, d->node, volume, c, e) || !mount_forget(d, &m->devices.tree, e))
		return false; /* what is staged stays, for another disc */
	burner_burned(&m->burner);
	fields_put(&c->out, "medium", fields_get(&c->in, "medium"));
	fields_str(&c->out, "drive", seen.drive);
	fields_str(&c->out, "disc", seen.disc);
	fields_u64(&c->out, "files", files);
	fields_u64(&c->out, "octets", octets);
	return true;
}

static bool from_disc(struct media *m, const struct device *d, struct call *c, struct err *e)
{
	uint64_t num = 0;

	if (!burner_read(&m->burner, d->node, c, e))
		return false;
	if (!compare_all(&num, m->burner.back, c, e)) {
		burner_forget(&m->burner); /* the next try asks the disc */
		return false;
	}
	fields_put(&c->out, "medium", fields_get(&c->in, "medium"));
	fields_u64(&c->out, "files", num);
	return true;
}

static bool on_drive(struct media *m, struct call *c, struct bytes line, struct err *e)
{
	const struct device *d = NULL;

	if (m->burner.fd < 0)
		return err_set(e, ERR_DISC_PROGRAM, "no disc was to be burned when the ceremony began");
	if (!devices_drive(&m->devices, &d, line, e))
		return false;
	fields_put(&c->out, "device", line);
	switch (c->op) {
	case OP_MEDIA_LIST: fields_u64(&c->out, "files", 0); return true; /* of a blank disc */
	case OP_MEDIA_WRITE:
	case OP_MEDIA_WRITE_PART: return ops[c->op](m, m->burner.stage, c, e);
	case OP_MEDIA_BURN: return burn(m, d, c, e);
	case OP_MEDIA_RELEASE: return from_disc(m, d, c, e);
	default: return err_set(e, ERR_OP_FIELD, "op");
	}
}

/* A secret is read back from the device itself at once: nobody but this process and its owner may ever know its hash. */
static bool came_back(struct media *m, int root, struct bytes line, const struct call *c, struct err *e)
{
	return c->op != OP_MEDIA_WRITE_SECRET ||
	       (devices_again(&m->devices, &root, line, e) && medium_has_secret(root, fields_get(&c->in, "name"), c->secret_in, e));
}

/* On a medium that is a device: mounted as the op needs it; what went wrong is told by what happened to the device. */
static bool on_device(struct media *m, struct call *c, struct err *e)
{
	struct bytes line = fields_get(&c->in, "device");
	int          root = -1;
	bool         back = c->op == OP_MEDIA_RELEASE && fields_find(&c->in, "name.1");

	if (c->op == OP_MEDIA_RELEASE && !back)
		return devices_release(&m->devices, e);
	if (!line.len)
		return err_set(e, ERR_OP_FIELD, "device");
	if (bytes_ends(line, DEVICE_BURNER))
		return on_drive(m, c, line, e);
	if (!ops[c->op])
		return err_set(e, ERR_OP_FIELD, "device"); /* no disc is burned in a stick */
	if (!(back ? devices_again(&m->devices, &root, line, e) : devices_use(&m->devices, &root, line, writes(c->op), e)))
		return false;
	if (!ops[c->op](m, root, c, e) || !came_back(m, root, line, c, e)) {
		devices_explain(&m->devices, e);
		return false;
	}
	fields_put(&c->out, "device", line);
	return true;
}

static bool in_folder(struct media *m, struct call *c, struct err *e)
{
	int medium = medium_open(m->dir, fields_get(&c->in, "medium"), e);

	if (medium < 0)
		return false;
	bool ok = ops[c->op](m, medium, c, e);
	(void)close(medium);
	return ok;
}

static bool answer(void *ctx, struct call *c, struct err *e)
{
	struct media *m = ctx;

	m->work.len = 0;
	if (c->op == OP_MEDIA_FIND && m->dir < 0)
		return devices_find(&m->devices, c, e);
	if (!ops[c->op] && (c->op != OP_MEDIA_BURN || m->dir >= 0))
		return err_set(e, ERR_OP_FIELD, "op");
	return m->dir < 0 ? on_device(m, c, e) : in_folder(m, c, e);
}

struct helper media_helper(struct media *m)
{
	return (struct helper){ answer, m };
}

bool media_init(struct media *m, const char *path, struct err *e)
{
	struct media got = { .devices = DEVICES_NONE, .burner = BURNER_NONE, .work = arena_new(WORK_LEN) };

	if (!got.work.cap)
		return err_set(e, ERR_NO_MEMORY, "%zu octets", WORK_LEN);
	got.dir = dir_open(AT_FDCWD, path, false, e);
	if (got.dir < 0) {
		arena_free(&got.work);
		return false;
	}
	*m = got;
	return true;
}

bool media_init_devices(struct media *m, bool loops, bool discs, struct err *e)
{
	struct media got = { .dir = -1, .devices = DEVICES_NONE, .burner = BURNER_NONE, .work = arena_new(WORK_LEN) };

	if (!got.work.cap)
		return err_set(e, ERR_NO_MEMORY, "%zu octets", WORK_LEN);
	if ((discs && !burner_start(&got.burner, e)) || !devices_init(&got.devices, loops, e) || !cell_enter(CELL_MOUNTS, e)) {
		burner_done(&got.burner);
		devices_done(&got.devices);
		arena_free(&got.work);
		return false;
	}
	*m = got;
	return true;
}

void media_done(struct media *m)
{
	if (!m->work.cap)
		return;
	arena_free(&m->work);
	devices_done(&m->devices);
	burner_done(&m->burner);
	if (m->dir >= 0)
		(void)close(m->dir);
	*m = (struct media){ .dir = -1, .devices = DEVICES_NONE, .burner = BURNER_NONE };
}
