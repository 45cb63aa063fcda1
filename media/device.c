/* device.c: see device.h. sysfs is the kernel's word on a device; what the device says of itself (its
 * names, its serial) is foreign and is escaped. */
#include "media/device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ceremony/base/text.h"

#define UPWARDS 12   /* folders between a disk and its USB device */
#define NODES   256  /* names in /sys/class/block that are looked at */

#define DIR_FD __attribute__((cleanup(fd_done))) int

static void fd_done(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* ---- reading sysfs ------------------------------------------------------------------------ */

static int folder(int dir, const char *name)
{
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* An attribute without the blanks around it; empty if there is none. */
static struct bytes attribute(char *room, size_t cap, int dir, const char *name)
{
	DIR_FD  fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, room, cap);

	return bytes_trim(bytes_of(room, n > 0 ? (size_t)n : 0));
}

static uint64_t number(int dir, const char *name)
{
	char     room[32];
	uint64_t n = 0;

	return bytes_to_u64(&n, attribute(room, sizeof room, dir, name), UINT64_MAX) ? n : 0;
}

/* What a device says of itself, for eyes; false if it says nothing. */
static bool said(char *out, size_t cap, int dir, const char *name)
{
	char         room[256], clean[1100];
	struct buf   b = BUF_ON(clean);
	struct bytes a = attribute(room, sizeof room, dir, name);

	if (!a.len)
		return false;
	text_escape(&b, a);
	size_t len = b.len < cap - 1 ? b.len : cap - 1;
	while (len && len < b.len && (b.p[len] & 0xc0) == 0x80)
		len--; /* not inside a character */
	memcpy(out, clean, len);
	out[len] = 0;
	return true;
}

/* ---- what kind of disk ---------------------------------------------------------------------- */

/* The USB device that the disk hangs on, some folders above it; -1: none. */
static int usb_of(int disk)
{
	int at = folder(disk, "device");

	for (int i = 0; i < UPWARDS && at >= 0; i++) {
		struct stat st;
		if (fstatat(at, "idVendor", &st, 0) == 0)
			return at;
		int up = folder(at, "..");
		(void)close(at);
		at = up;
	}
	if (at >= 0)
		(void)close(at);
	return -1;
}

static bool is_loop(struct device *d, int disk)
{
	char        room[256], name[256];
	struct stat st;

	if (fstatat(disk, "loop/backing_file", &st, 0) != 0)
		return false;
	struct bytes file = attribute(room, sizeof room, disk, "loop/backing_file"), head;
	while (bytes_cut(file, '/', &head, &file))
		;
	struct buf b = BUF_ON(name);
	text_escape(&b, file);
	(void)snprintf(d->make, sizeof d->make, "loop device");
	(void)snprintf(d->serial, sizeof d->serial, "%.128s", buf_cstr(&b));
	return d->loop = true;
}

/* Fills in who made it; false if it is no removable disk. A card reader's own name says little, but it is
 * all that there is; an SD card has a name and a serial of its own. */
static bool identify(struct device *d, int disk, bool loops)
{
	char   room[16];
	DIR_FD own = folder(disk, "device");
	DIR_FD usb = usb_of(disk);

	if (is_loop(d, disk))
		return loops;
	if (bytes_is(attribute(room, sizeof room, own, "type"), "SD")) {
		(void)said(d->model, sizeof d->model, own, "name");
		(void)said(d->serial, sizeof d->serial, own, "serial");
		(void)snprintf(d->make, sizeof d->make, "SD card");
		return true;
	}
	if (usb >= 0) {
		(void)(said(d->make, sizeof d->make, usb, "manufacturer") || said(d->make, sizeof d->make, own, "vendor"));
		(void)(said(d->model, sizeof d->model, usb, "product") || said(d->model, sizeof d->model, own, "model"));
		(void)said(d->serial, sizeof d->serial, usb, "serial");
		return true;
	}
	(void)said(d->make, sizeof d->make, own, "vendor");
	(void)said(d->model, sizeof d->model, own, "model");
	return own >= 0 && number(disk, "removable") == 1;
}

/* ---- its superblock ---------------------------------------------------------------------------- */

static bool read_at(void *ctx, void *to, size_t len, uint64_t from)
{
	const int *fd = ctx;
	size_t     got = 0;

	if (from > INT64_MAX - len)
		return false;
	while (got < len) {
		ssize_t n = pread(*fd, (uint8_t *)to + got, len - got, (off_t)(from + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}

/* A device without a number of arrival (a kernel before 5.15) cannot be followed, and is none. */
static bool same_arrival(int fd, uint64_t sequence)
{
	uint64_t now = 0;

	return ioctl(fd, BLKGETDISKSEQ, &now) == 0 && now == sequence;
}

int device_open(const struct device *d, const struct device_tree *t, bool alone, struct err *e)
{
	struct stat st;
	int         fd = openat(t->dev, d->node, O_RDONLY | (alone ? O_EXCL : 0) | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0) {
		(void)err_set(e, errno == EBUSY ? ERR_MEDIUM_BUSY : errno == EACCES || errno == EPERM ? ERR_MEDIUM_RIGHTS : ERR_MEDIUM_GONE,
		              "%s: %s", d->node, strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) == 0 && S_ISBLK(st.st_mode) && st.st_rdev == d->number && same_arrival(fd, d->sequence))
		return fd;
	(void)close(fd);
	(void)err_set(e, ERR_MEDIUM_GONE, "%s is another device now", d->node);
	return -1;
}

static void look(struct device *d, const struct device_tree *t)
{
	DIR_FD                         fd = device_open(d, t, true, &d->why);
	const struct superblock_source s = { read_at, &fd };

	d->usable = fd >= 0 && superblock_probe(&d->super, &s, &d->why);
}

/* ---- all of them ------------------------------------------------------------------------------- */

struct scan {
	struct device            *out;
	size_t                    num;
	const struct device_tree *tree;
	struct err               *e;
};

static bool keep(struct scan *s, struct device *d)
{
	if (s->num == DEVICE_MAX)
		return err_set(s->e, ERR_TOO_LARGE, "more than %d media: unplug some", DEVICE_MAX);
	s->out[s->num++] = *d;
	return true;
}

/* Fills in what differs between a disk and its partitions; false if that is gone already. */
static bool place(struct device *d, int dir, const char *node)
{
	char         room[32];
	struct bytes at = attribute(room, sizeof room, dir, "dev"), major, minor;
	uint64_t     a = 0, b = 0;

	if (strlen(node) >= sizeof d->node || !bytes_cut(at, ':', &major, &minor) || !bytes_to_u64(&a, major, UINT32_MAX) ||
	    !bytes_to_u64(&b, minor, UINT32_MAX))
		return false;
	(void)snprintf(d->node, sizeof d->node, "%s", node);
	d->number = makedev((unsigned)a, (unsigned)b);
	d->part = (unsigned)number(dir, "partition");
	d->read_only = number(dir, "ro") == 1;
	d->size = number(dir, "size") * 512;
	return d->size > 0 || d->burner;
}

static bool by_partition(const char *a, const char *b)
{
	return strlen(a) != strlen(b) ? strlen(a) < strlen(b) : strcmp(a, b) < 0;
}

/* The partitions of a disk; *any: there are some. */
static bool scan_partitions(struct scan *s, int disk, const char *name, const struct device *whole, bool *any)
{
	char           node[DEVICE_MAX * 2][32];
	size_t         num = 0;
	int            copy = folder(disk, ".");
	DIR           *d = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *ent;
	struct stat    st;

	while (d && (ent = readdir(d)) != NULL) {
		char path[300];
		if (strncmp(ent->d_name, name, strlen(name)) != 0 || strlen(ent->d_name) >= sizeof node[0] || num == COUNT_OF(node))
			continue;
		(void)snprintf(path, sizeof path, "%s/partition", ent->d_name);
		if (fstatat(disk, path, &st, 0) != 0)
			continue;
		size_t at = num++;
		for (; at > 0 && by_partition(ent->d_name, node[at - 1]); at--)
			memcpy(node[at], node[at - 1], sizeof node[0]);
		(void)snprintf(node[at], sizeof node[0], "%.31s", ent->d_name);
	}
	if (d)
		(void)closedir(d);
	else if (copy >= 0)
		(void)close(copy);
	*any = num > 0;
	for (size_t i = 0; i < num; i++) {
		struct device part = *whole;
		DIR_FD        dir = folder(disk, node[i]);
		if (dir < 0 || !place(&part, dir, node[i]))
			continue;
		look(&part, s->tree);
		if (!keep(s, &part))
			return false;
	}
	return true;
}

/* ---- drives ------------------------------------------------------------------------------------ */

#define TYPE_DISC "5" /* SCSI peripheral device type: SPC-4 table 60 */

/* An ATA drive's serial is on a page of its own (SPC-4 7.8.14): four octets, then the text. */
static void serial_of_page(struct device *d, int own)
{
	char         room[64], clean[sizeof d->serial];
	struct buf   b = BUF_ON(clean);
	struct bytes page = attribute(room, sizeof room, own, "vpd_pg80");

	if (d->serial[0] || page.len <= 4)
		return;
	text_escape(&b, bytes_first(bytes_trim(bytes_skip(page, 4)), 32));
	(void)snprintf(d->serial, sizeof d->serial, "%s", buf_cstr(&b));
}

/* Which disc is in it, only the program that burns can say; but one with a file system is not blank. */
static void look_into(struct device *d, const struct device_tree *t)
{
	DIR_FD                         fd = device_open(d, t, true, &d->why);
	const struct superblock_source s = { read_at, &fd };
	struct err                     none = { 0 };

	if (fd < 0)
		return;
	if (!d->loop && ioctl(fd, CDROM_DRIVE_STATUS, CDSL_CURRENT) != CDS_DISC_OK)
		(void)err_set(&d->why, ERR_DISC_NONE, "%s", d->node);
	else if (superblock_probe(&d->super, &s, &none))
		(void)err_set(&d->why, ERR_DISC_NOT_BLANK, "%s", d->node);
	else
		d->usable = true;
}

static bool scan_drive(struct scan *s, int disk, const char *name)
{
	struct device d = { .sequence = number(disk, "diskseq"), .burner = true };
	char          room[16];
	DIR_FD        own = folder(disk, "device");

	if (!identify(&d, disk, s->tree->loops) || (!d.loop && !bytes_is(attribute(room, sizeof room, own, "type"), TYPE_DISC)))
		return true;
	if (!place(&d, disk, name)) /* an empty drive has no size */
		return true;
	serial_of_page(&d, own);
	look_into(&d, s->tree);
	return keep(s, &d);
}

static bool scan_disk(struct scan *s, int disk, const char *name)
{
	struct device d = { .sequence = number(disk, "diskseq") };
	bool          any = false;

	if (!identify(&d, disk, s->tree->loops) || !place(&d, disk, name))
		return true;
	struct device whole = d;
	look(&d, s->tree);
	/* A disc image on a stick: its partitions are parts of the one file system. */
	bool disc = d.usable && (strcmp(d.super.kind, "iso9660") == 0 || strcmp(d.super.kind, "udf") == 0);
	if (!disc && !scan_partitions(s, disk, name, &whole, &any))
		return false;
	return any || keep(s, &d);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

bool device_scan(struct device out[DEVICE_MAX], size_t *num, const struct device_tree *t, struct err *e)
{
	struct scan          s = { out, 0, t, e };
	static char          name[NODES][32];
	size_t               names = 0;
	int                  all = folder(t->sys, "class/block");
	DIR                 *d = all < 0 ? NULL : fdopendir(all);
	const struct dirent *ent;

	if (!d) {
		if (all >= 0)
			(void)close(all);
		return err_set(e, ERR_FILE_READ, "/sys/class/block");
	}
	while ((ent = readdir(d)) != NULL && names < NODES)
		if (ent->d_name[0] != '.' && strlen(ent->d_name) < sizeof name[0])
			(void)snprintf(name[names++], sizeof name[0], "%.31s", ent->d_name);
	qsort(name, names, sizeof name[0], by_name);
	bool ok = true;
	for (size_t i = 0; ok && i < names; i++) {
		struct stat st;
		DIR_FD      disk = folder(dirfd(d), name[i]);
		if (disk >= 0 && fstatat(disk, "partition", &st, 0) != 0)
			ok = t->burners ? scan_drive(&s, disk, name[i]) : scan_disk(&s, disk, name[i]);
	}
	(void)closedir(d);
	*num = ok ? s.num : 0;
	return ok;
}

bool device_is_there(const struct device *d, const struct device_tree *t)
{
	char   path[64];
	DIR_FD dir = -1;

	(void)snprintf(path, sizeof path, "dev/block/%u:%u", major(d->number), minor(d->number));
	dir = folder(t->sys, path);
	if (dir < 0)
		return false;
	DIR_FD disk = folder(dir, d->part ? ".." : ".");
	return disk >= 0 && number(disk, "diskseq") == d->sequence && number(dir, "size") * 512 == d->size;
}
