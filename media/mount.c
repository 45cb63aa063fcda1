/* mount.c: see mount.h. */
#include "media/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "ceremony/base/text.h"

/* What each kind is told. ext4 read-only replays no journal: nothing is written to what is only read. */
static const struct system {
	const char *name;
	bool        may_write;
	struct option {
		const char *key, *value; /* value NULL: a flag */
	} both[2], reading[1];
} systems[] = {
	{ "vfat", true, { { "errors", "remount-ro" }, { "umask", "0077" } }, { { 0 } } },
	{ "exfat", true, { { "errors", "remount-ro" }, { "umask", "0077" } }, { { 0 } } },
	{ "ext4", true, { { "errors", "remount-ro" }, { 0 } }, { { "noload", NULL } } },
	{ "iso9660", false, { { 0 }, { 0 } }, { { 0 } } },
	{ "udf", false, { { 0 }, { 0 } }, { { 0 } } },
};

static const struct system *system_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(systems); i++)
		if (strcmp(systems[i].name, name) == 0)
			return &systems[i];
	bug(__FILE__, __LINE__, name);
}

static bool set(int fs, const struct option *o, size_t num)
{
	for (size_t i = 0; i < num && o[i].key; i++)
		if (fsconfig(fs, o[i].value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, o[i].key, o[i].value, 0) != 0)
			return false;
	return true;
}

/* By what people can read on it. Of a long serial the end: what is cut is still one of few. */
#define NAMED 64
static const char *named(char out[NAMED], const struct device *d)
{
	size_t len = strlen(d->serial), cut = len > 40 ? len - 40 : 0;

	(void)snprintf(out, NAMED, "%s%s%s", d->node, len ? ", serial " : "", d->serial + cut);
	return out;
}

/* What the kernel says beside errno: "e vfat: bogus number of reserved sectors". */
static bool refused(struct err *e, int fs, const struct device *d)
{
	int        why = errno;
	char       line[160] = "", clean[700], name[NAMED];
	struct buf b = BUF_ON(clean);

	if (fs >= 0 && read(fs, line, sizeof line - 1) > 0)
		buf_str(&b, ": ");
	text_escape(&b, bytes_trim(bytes_str(line)));
	if (why == EPERM && fs < 0)
		return err_set(e, ERR_MEDIUM_RIGHTS, "%s: %s", named(name, d), strerror(why));
	return err_set(e, why == EBUSY ? ERR_MEDIUM_BUSY : ERR_MEDIUM_MOUNT, "%s as %s: %s%s", named(name, d), d->super.kind, strerror(why),
	               buf_cstr(&b));
}

static int make(const struct device *d, int disk, bool write, struct err *e)
{
	static const struct option read_only = { "ro", NULL };
	const struct system       *s = system_of(d->super.kind);
	unsigned                   attr = MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW | MOUNT_ATTR_NOATIME;
	char                       source[32];

	(void)snprintf(source, sizeof source, "/proc/self/fd/%d", disk);
	int fs = fsopen(s->name, FSOPEN_CLOEXEC);
	if (fs < 0)
		return (void)refused(e, fs, d), -1;
	bool ok = fsconfig(fs, FSCONFIG_SET_STRING, "source", source, 0) == 0 && set(fs, s->both, COUNT_OF(s->both)) &&
	          (write || (set(fs, &read_only, 1) && set(fs, s->reading, COUNT_OF(s->reading)))) &&
	          fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0;
	int mount = ok ? fsmount(fs, FSMOUNT_CLOEXEC, attr | (write ? 0 : MOUNT_ATTR_RDONLY)) : -1;
	if (mount < 0)
		(void)refused(e, fs, d);
	(void)close(fs);
	return mount;
}

bool mount_device(struct mounted *m, const struct device *d, const struct device_tree *t, bool write, struct err *e)
{
	char name[NAMED];

	if (write && (d->read_only || !system_of(d->super.kind)->may_write))
		return err_set(e, ERR_FILE_WRITE, "%s: %s", named(name, d), d->read_only ? "it is write-protected" : "nothing is written to a disc that is burnt");
	int disk = device_open(d, t, true, e);
	if (disk < 0)
		return false;
	(void)close(disk); /* nobody uses it: now the mount may */
	disk = device_open(d, t, false, e);
	if (disk < 0)
		return false;
	int mount = make(d, disk, write, e);
	int root = mount < 0 ? -1 : openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0) {
		if (mount >= 0) {
			(void)err_set(e, ERR_MEDIUM_MOUNT, "%s: %s", named(name, d), strerror(errno));
			(void)close(mount);
		}
		(void)close(disk);
		return false;
	}
	*m = (struct mounted){ root, mount, disk, write, *d };
	return true;
}

#define TRIES 50 /* of 40 ms */

bool mount_done(struct mounted *m, const struct device_tree *t, struct err *e)
{
	struct err why = { 0 };

	if (m->root < 0)
		return true;
	bool ok = !m->write || syncfs(m->root) == 0;
	int  number = errno;
	(void)close(m->root);
	(void)close(m->mount);
	(void)close(m->disk);
	m->root = m->mount = m->disk = -1;
	for (int i = 0; i < TRIES; i++) {
		int fd = device_open(&m->device, t, true, &why);
		if (fd >= 0)
			(void)close(fd);
		if (fd >= 0 || why.id != ERR_MEDIUM_BUSY)
			break;
		(void)poll(NULL, 0, 40);
	}
	return ok || err_set(e, ERR_FILE_WRITE, "%s: %s", m->device.node, strerror(number));
}

void mount_drop(struct mounted *m, const struct device_tree *t)
{
	struct err ignored = { 0 };

	if (!mount_done(m, t, &ignored))
		m->write = false;
}

bool mount_forget(const struct device *d, const struct device_tree *t, struct err *e)
{
	int  fd = device_open(d, t, true, e);
	if (fd < 0)
		return false;
	bool ok = ioctl(fd, BLKFLSBUF, 0) == 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0;
	int  why = errno;
	(void)close(fd);
	return ok || err_set(e, ERR_FILE_READ, "%s: %s", d->node, strerror(why));
}
