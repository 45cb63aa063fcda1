/* sums.c: see sums.h. */
#include "ceremony/record/sums.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/base/text.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/personal.h"

#define MAX_FILES 32768
#define MAX_NAME  160
#define ROOM      ((size_t)32 << 20) /* pages that are never touched cost nothing */

struct files {
	struct arena  room, names;
	struct bytes *name; /* in `names`; each with a NUL behind it */
	size_t        num;
	bool          tidy; /* remove what a power cut left of a write */
	uint64_t      done, total; /* octets hashed, and of all files */
	const struct sums_watch *watch; /* NULL: nobody */
};

static bool stray(struct err *e, const char *name)
{
	char       text[160];
	struct buf b = BUF_ON(text);

	text_escape(&b, bytes_str(name));
	return err_set(e, ERR_RECORD_STRAY, "%s", buf_cstr(&b));
}

/* NAME.tmp of a NAME that may be there. */
static bool is_remains(const char *name)
{
	char   base[MAX_NAME];
	size_t len = strlen(name);

	if (len < 5 || len >= sizeof base || strcmp(name + len - 4, ".tmp") != 0)
		return false;
	(void)snprintf(base, sizeof base, "%.*s", (int)len - 4, name);
	return bundle_allows(base);
}

/* The list itself; and what opens commitments, of which lines may be taken out and added. */
static bool is_apart(const char *name)
{
	return strcmp(name, SUMS_NAME) == 0 || strcmp(name, PERSONAL_NAME) == 0;
}

static bool add_file(struct files *f, int dir, const char *name, uint64_t size, struct err *e)
{
	if (f->tidy && is_remains(name))
		return unlinkat(dir, name, 0) == 0 || err_set(e, ERR_FILE_WRITE, "%s: %s", name, strerror(errno));
	if (!bundle_allows(name))
		return stray(e, name);
	if (is_apart(name))
		return true;
	struct bytes copy = arena_copy(&f->room, bytes_str(name));
	if (!copy.p || f->num == MAX_FILES)
		return err_set(e, ERR_TOO_LARGE, "%zu files in a ceremony's folder", f->num);
	f->name[f->num++] = copy;
	f->total += size;
	return true;
}

/* Every file under `prefix` ("" or "profiles/"); folders only at the top. */
static bool add_folder(struct files *f, int dir, const char *prefix, struct err *e)
{
	int  fd = openat(dir, *prefix ? prefix : ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	bool ok = d || err_set(e, ERR_FILE_READ, "%s: %s", *prefix ? prefix : "the ceremony's folder", strerror(errno));

	for (struct dirent *one = ok ? readdir(d) : NULL; ok && one; one = readdir(d)) {
		char        name[2 * MAX_NAME + sizeof one->d_name];
		struct stat st;
		if (strcmp(one->d_name, ".") == 0 || strcmp(one->d_name, "..") == 0)
			continue;
		(void)snprintf(name, sizeof name, "%.*s%s", MAX_NAME, prefix, one->d_name);
		if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			ok = err_set(e, ERR_FILE_READ, "%s", strerror(errno));
		else if (S_ISDIR(st.st_mode) && !*prefix) {
			(void)snprintf(name, sizeof name, "%s/", one->d_name);
			ok = add_folder(f, dir, name, e);
		} else
			ok = S_ISREG(st.st_mode) ? add_file(f, dir, name, (uint64_t)st.st_size, e) : stray(e, name);
	}
	if (d)
		(void)closedir(d);
	else if (fd >= 0)
		(void)close(fd);
	return ok;
}

static int by_name(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

static void files_done(struct files *f)
{
	arena_free(&f->room);
	arena_free(&f->names);
}

static bool files_init(struct files *f, int dir, bool tidy, const struct sums_watch *watch, struct err *e)
{
	*f = (struct files){ .room = arena_new(ROOM), .names = arena_new(MAX_FILES * sizeof *f->name), .tidy = tidy, .watch = watch };
	f->name = (void *)f->names.p; /* as a whole: what is not used is not touched */
	if (!f->room.cap || !f->names.cap)
		return err_set(e, ERR_NO_MEMORY, SUMS_NAME);
	if (!add_folder(f, dir, "", e))
		return false;
	qsort(f->name, f->num, sizeof *f->name, by_name);
	return true;
}

static bool may_go_on(const struct files *f, struct err *e)
{
	return !f->watch || f->watch->go_on(f->watch->ctx, f->done, f->total) || err_set(e, ERR_STOPPED_BY_KEY, SUMS_NAME);
}

/* The file's SHA-256 as 64 hex digits. */
static bool hash_file(char hex[HASH_MAX * 2 + 1], struct files *f, int dir, const char *name, struct err *e)
{
	bool        stopped = false;
	uint8_t     piece[65536];
	struct hash h;
	ssize_t     n = 0;
	int         fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_set(e, ERR_FILE_OPEN, "%s: %s", name, strerror(errno));
	hash_init(&h, HASH_SHA256);
	for (;;) {
		n = read(fd, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		hash_put(&h, bytes_of(piece, (size_t)n));
		f->done += (uint64_t)n;
		stopped = !may_go_on(f, e);
		if (stopped)
			break;
	}
	(void)close(fd);
	struct digest d = hash_end(&h);
	(void)digest_hex(hex, &d);
	return !stopped && (n == 0 || err_set(e, ERR_FILE_READ, "%s", name));
}

/* The whole list, in `a`. */
static bool list_files(struct bytes *out, struct arena *a, struct files *f, int dir, struct err *e)
{
	size_t     cap = f->num * (64 + 2 + MAX_NAME) + 1;
	uint8_t   *p = arena_take(a, cap);
	struct buf b = buf_init(p, p ? cap : 0);

	for (size_t i = 0; i < f->num; i++) {
		char hex[HASH_MAX * 2 + 1];
		if (!hash_file(hex, f, dir, (const char *)f->name[i].p, e))
			return false;
		buf_fmt(&b, "%s  %s\n", hex, (const char *)f->name[i].p);
	}
	if (!p || !buf_ok(&b))
		return err_set(e, ERR_TOO_LARGE, SUMS_NAME);
	*out = buf_bytes(&b);
	return true;
}

bool sums_make(struct bytes *out, struct arena *a, int dir, struct err *e)
{
	struct files f;
	bool         ok = files_init(&f, dir, true, NULL, e) && list_files(out, a, &f, dir, e);

	files_done(&f);
	return ok;
}

bool sums_write(int dir, const struct sums_watch *watch, struct err *e)
{
	struct files f;
	struct bytes text;
	bool         ok = files_init(&f, dir, true, watch, e) && list_files(&text, &f.room, &f, dir, e) && file_sync_all(dir, e) &&
	          file_renew(dir, SUMS_NAME, text, 0644, e);

	files_done(&f);
	return ok;
}

bool sums_count(size_t *num, int dir, struct err *e)
{
	struct files f;
	bool         ok = files_init(&f, dir, false, NULL, e);

	if (ok)
		*num = f.num;
	files_done(&f);
	return ok;
}

bool sums_each(int dir, bool (*each)(void *ctx, const char *name, struct err *e), void *ctx, struct err *e)
{
	struct files f;
	bool         ok = files_init(&f, dir, false, NULL, e);

	for (size_t i = 0; ok && i < f.num; i++)
		ok = each(ctx, (const char *)f.name[i].p, e);
	files_done(&f);
	return ok;
}

/* ---- checking ---- */

/* "HEX  NAME": both parts, or false. */
static bool split(struct bytes *hex, struct bytes *name, struct bytes line)
{
	if (line.len < 67 || line.p[64] != ' ' || line.p[65] != ' ')
		return false;
	for (size_t i = 0; i < 64; i++)
		if (!(line.p[i] >= '0' && line.p[i] <= '9') && !(line.p[i] >= 'a' && line.p[i] <= 'f'))
			return false;
	*hex = bytes_first(line, 64);
	*name = bytes_skip(line, 66);
	return true;
}

/* The next line against the next file, both sorted. */
static bool check_line(struct files *f, size_t *at, int dir, struct bytes hex, struct bytes name, struct err *e)
{
	char got[HASH_MAX * 2 + 1];
	int  order = *at < f->num ? bytes_compare(f->name[*at], name) : 1;

	if (order < 0)
		return err_set(e, ERR_SUMS_EXTRA, "%s", (const char *)f->name[*at].p);
	if (order > 0)
		return err_set(e, ERR_SUMS_MISSING, "%.*s", (int)name.len, (const char *)name.p);
	if (!hash_file(got, f, dir, (const char *)f->name[*at].p, e))
		return false;
	if (!bytes_is(hex, got))
		return err_set(e, ERR_SUMS_DIFFERS, "%s", (const char *)f->name[*at].p);
	(*at)++;
	return true;
}

static bool check_files(struct files *f, int dir, struct err *e)
{
	struct bytes text, line;
	size_t       at = 0;

	if (!file_read(&text, &f->room, dir, SUMS_NAME, (size_t)8 << 20, e))
		return false;
	for (unsigned number = 1; text.len; number++) {
		struct bytes hex, name;
		char         copy[MAX_NAME];
		if (!bytes_cut(text, '\n', &line, &text) || !split(&hex, &name, line) || name.len >= sizeof copy)
			return err_set(e, ERR_SUMS_FORM, "line %u", number);
		(void)snprintf(copy, sizeof copy, "%.*s", (int)name.len, (const char *)name.p);
		if (strlen(copy) != name.len || !bundle_allows(copy) || is_apart(copy))
			return err_set(e, ERR_SUMS_FORM, "line %u", number);
		if (!check_line(f, &at, dir, hex, name, e))
			return false;
	}
	return at == f->num || err_set(e, ERR_SUMS_EXTRA, "%s", (const char *)f->name[at].p);
}

bool sums_check(int dir, const struct sums_watch *watch, struct err *e)
{
	struct files f;
	bool         ok = files_init(&f, dir, false, watch, e) && check_files(&f, dir, e);

	files_done(&f);
	return ok;
}
