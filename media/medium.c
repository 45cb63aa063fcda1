/* medium.c: see medium.h. */
#include "media/medium.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "media/media.h"

static bool is_name_char(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
	       c == '-';
}

static bool is_name(struct bytes name)
{
	if (!name.len || name.len > MEDIA_MAX_NAME || name.p[0] == '.')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!is_name_char(name.p[i]))
			return false;
	return true;
}

/* A checked name as a C string. */
bool medium_name(char *out, struct bytes name, struct err *e)
{
	if (!is_name(name))
		return err_set(e, ERR_MEDIUM_NAME, "%zu octets", name.len);
	memcpy(out, name.p, name.len);
	out[name.len] = 0;
	return true;
}

int medium_open(int dir, struct bytes label, struct err *e)
{
	char name[MEDIA_MAX_NAME + 1];

	if (!medium_name(name, label, e))
		return -1;
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		(void)err_set(e, ERR_MEDIUM_MISSING, "%s: %s", name, strerror(errno));
	return fd;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Reads the folder to its end; -1 if there are too many, -2 if it cannot be read. */
static int read_names(const char **name, struct arena *a, DIR *d)
{
	int num = 0, seen = 0;

	for (;;) {
		struct stat st;
		if (seen++ > MEDIA_MAX_ENTRIES)
			return -1; /* or a folder that has no end */
		errno = 0;
		const struct dirent *ent = readdir(d);

		if (!ent)
			return errno ? -2 : num;
		if (!is_name(bytes_str(ent->d_name)) || (ent->d_type != DT_REG && ent->d_type != DT_UNKNOWN))
			continue;
		if (ent->d_type == DT_UNKNOWN &&
		    (fstatat(dirfd(d), ent->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode)))
			continue;
		struct bytes copy = num == MEDIA_MAX_FILES ? bytes_of(NULL, 0) : arena_copy(a, bytes_str(ent->d_name));
		if (!copy.p)
			return -1;
		name[num++] = (const char *)copy.p;
	}
}

/* All names, sorted, in `a`; how many, or -1 and e. */
static int sorted_names(const char ***out, struct arena *a, int medium, struct err *e)
{
	const char **name = arena_take(a, MEDIA_MAX_FILES * sizeof *name);
	int          copy = openat(medium, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR         *d = copy < 0 ? NULL : fdopendir(copy);

	if (!d || !name) {
		if (copy >= 0)
			(void)(d ? closedir(d) : close(copy));
		(void)err_set(e, ERR_FILE_READ, "the medium's folder");
		return -1;
	}
	int num = read_names(name, a, d);
	(void)closedir(d);
	if (num < 0) {
		(void)(num == -1 ? err_set(e, ERR_TOO_LARGE, "more than %d files", MEDIA_MAX_FILES) :
		                   err_set(e, ERR_FILE_READ, "the medium's folder"));
		return -1;
	}
	qsort(name, (size_t)num, sizeof name[0], by_name);
	*out = name;
	return num;
}

bool medium_list(struct fields *out, struct arena *a, int medium, size_t from, struct err *e)
{
	const char **name = NULL;
	struct stat  st;
	int          num = sorted_names(&name, a, medium, e);

	if (num < 0)
		return false;
	fields_u64(out, "files", (uint64_t)num);
	for (size_t i = from; i < (size_t)num && i < from + MEDIA_MAX_PAGE; i++) {
		char key[32];
		if (fstatat(medium, name[i], &st, AT_SYMLINK_NOFOLLOW) != 0)
			return err_set(e, ERR_FILE_READ, "%s", name[i]);
		(void)snprintf(key, sizeof key, "name.%zu", i - from + 1);
		fields_str(out, key, name[i]);
		(void)snprintf(key, sizeof key, "size.%zu", i - from + 1);
		fields_u64(out, key, (uint64_t)st.st_size);
	}
	return true;
}

bool medium_total(uint64_t *files, uint64_t *octets, struct arena *a, int medium, struct err *e)
{
	const char **name = NULL;
	struct stat  st;
	int          num = sorted_names(&name, a, medium, e);

	*files = *octets = 0;
	for (int i = 0; i < num; i++) {
		if (fstatat(medium, name[i], &st, AT_SYMLINK_NOFOLLOW) != 0)
			return err_set(e, ERR_FILE_READ, "%s", name[i]);
		++*files;
		*octets += (uint64_t)st.st_size;
	}
	return num >= 0;
}

bool medium_newest(const char **out, struct arena *a, int medium, struct bytes prefix, struct err *e)
{
	const char **name = NULL;
	int          num = sorted_names(&name, a, medium, e);

	for (int i = num - 1; i >= 0; i--) {
		if (!bytes_equal(bytes_first(bytes_str(name[i]), prefix.len), prefix))
			continue;
		*out = name[i];
		return true;
	}
	return num < 0 ? false : err_set(e, ERR_MEDIUM_FILE, "%.*s...", (int)prefix.len, (const char *)prefix.p);
}

bool medium_read(struct bytes *out, struct arena *a, int medium, struct bytes name, size_t max, struct err *e)
{
	char       path[MEDIA_MAX_NAME + 1];
	struct err why = { 0 };

	if (!medium_name(path, name, e))
		return false;
	if (file_read(out, a, medium, path, max, &why))
		return true;
	return err_set(e, why.id == ERR_FILE_OPEN ? ERR_MEDIUM_FILE : why.id, "%s", why.detail);
}

/* ---- writing ---- */

static bool failed(struct err *e, const char *name)
{
	enum err_id id = errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_FILE_WRITE;

	return err_set(e, id, "%s: %s", name, strerror(errno));
}

/* How a file is written: its mode, and how it is compared. */
struct manner {
	mode_t mode;
	bool (*is)(int dir, const char *name, struct bytes content);
};

/* file_is, but into locked memory. */
static bool secret_is(int dir, const char *name, struct bytes content)
{
	SECRET      back = { 0 }, given = { 0 };
	struct err  e;
	struct stat st;
	int         fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return false;
	bool     same = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == content.len &&
	                secret_new(&back, content.len, &e) && secret_set(&given, content, &e);
	uint8_t *to = same ? secret_extend(&back, content.len) : NULL;
	for (size_t len = 0; same && len < content.len;) {
		ssize_t n = read(fd, to + len, content.len - len);
		if (n < 0 && errno == EINTR)
			continue;
		same = n > 0;
		len += n > 0 ? (size_t)n : 0;
	}
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	(void)close(fd);
	return same && secret_equal(&back, &given);
}

/* Writes and syncs the temporary file; then the system is asked to forget it, so that reading it
 * back asks the medium. */
static bool write_part(int medium, const char *part, const char *name, struct bytes content, const struct manner *how,
                       struct err *e)
{
	(void)unlinkat(medium, part, 0); /* of a write that a power cut ended */
	int fd = openat(medium, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, how->mode);
	if (fd < 0)
		return failed(e, name);
	bool ok = (fd_write(fd, content) && fsync(fd) == 0) || failed(e, name);
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (close(fd) != 0 && ok)
		ok = failed(e, name);
	if (ok && !how->is(medium, part, content))
		ok = err_set(e, ERR_MEDIUM_BACK, "%s", name);
	return ok;
}

/* Gives the file its name, never over another one. exFAT knows no such rename: there the look
 * before it must do. */
bool medium_rename(int medium, const char *part, const char *name, struct err *e)
{
	if (renameat2(medium, part, medium, name, RENAME_NOREPLACE) == 0)
		return true;
	if (errno == EEXIST)
		return err_set(e, ERR_FILE_EXISTS, "%s", name);
	if (errno == EINVAL && !file_exists(medium, name) && renameat(medium, part, medium, name) == 0)
		return true;
	return failed(e, name);
}

/* On vfat a name is an entry of its own, which says the size: after a rename it says 0 until the file is synced again. */
bool medium_sync(int medium, const char *name, struct err *e)
{
	int fd = openat(medium, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return failed(e, name);
	bool ok = fsync(fd) == 0 || failed(e, name);
	(void)close(fd);
	return ok && (fsync(medium) == 0 || failed(e, name));
}

static bool write_new(int medium, struct bytes name, struct bytes content, const struct manner *how, struct err *e)
{
	char path[MEDIA_MAX_NAME + 1], part[MEDIA_MAX_NAME + 16];

	if (!medium_name(path, name, e))
		return false;
	if (file_exists(medium, path))
		return how->is(medium, path, content) || err_set(e, ERR_FILE_EXISTS, "%s", path);
	/* A leading dot: no file of anyone's has such a name here. */
	(void)snprintf(part, sizeof part, ".%s.part", path);
	if (!write_part(medium, part, path, content, how, e) || !medium_rename(medium, part, path, e)) {
		(void)unlinkat(medium, part, 0);
		return false;
	}
	return medium_sync(medium, path, e);
}

bool medium_write(int medium, struct bytes name, struct bytes content, struct err *e)
{
	static const struct manner open_to_all = { 0644, file_is };

	return write_new(medium, name, content, &open_to_all, e);
}

bool medium_has_secret(int medium, struct bytes name, const struct secret *content, struct err *e)
{
	char path[MEDIA_MAX_NAME + 1];

	return medium_name(path, name, e) &&
	       (secret_is(medium, path, secret_expose(content)) || err_set(e, ERR_MEDIUM_BACK, "%s", path));
}

bool medium_write_secret(int medium, struct bytes name, const struct secret *content, struct err *e)
{
	static const struct manner for_its_owner = { 0600, secret_is };

	return write_new(medium, name, secret_expose(content), &for_its_owner, e);
}
