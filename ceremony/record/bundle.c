/* bundle.c: see bundle.h. */
#include "ceremony/record/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/record/ca.h"
#include "ceremony/record/sums.h"
#include "ceremony/record/transcript.h"

static bool write_failed(struct err *e, const char *name)
{
	return err_set(e, errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_FILE_WRITE, "%s: %s", name,
	               strerror(errno));
}

/* ---- the record ---- */

bool record_open(struct record *out, int dir, const char *path, bool make, struct err *e)
{
	struct record r = { .fd = dir_open(dir, path, make, e), .ceremonies = -1 };

	if (r.fd < 0)
		return false;
	if (!make && !file_exists(r.fd, "ceremonies")) {
		record_done(&r);
		return err_set(e, ERR_RECORD_NONE, "%s", path);
	}
	r.ceremonies = dir_open(r.fd, "ceremonies", make, e);
	if (r.ceremonies < 0) {
		record_done(&r);
		return false;
	}
	*out = r;
	return true;
}

static bool stray(struct err *e, const char *folder, const char *name)
{
	char       text[160];
	struct buf b = BUF_ON(text);

	text_escape(&b, bytes_str(name));
	return err_set(e, ERR_RECORD_STRAY, "%s%s", folder, buf_cstr(&b));
}

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

bool record_is_tidy(const struct record *r, bool remains, struct err *e)
{
	static const char *const known[] = { "ceremonies", CA_NAME, "root.pem", CA_NAME ".tmp", "root.pem.tmp" };
	const size_t             num = remains ? COUNT_OF(known) : 3;
	int  fd = openat(r->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	bool ok = d || err_set(e, ERR_FILE_READ, "the record: %s", strerror(errno));

	for (struct dirent *one = d ? readdir(d) : NULL; ok && one; one = readdir(d)) {
		bool fits = is_dot(one->d_name);
		for (size_t i = 0; i < num; i++)
			fits |= strcmp(one->d_name, known[i]) == 0;
		ok = fits || stray(e, "", one->d_name);
	}
	if (d)
		(void)closedir(d);
	else if (fd >= 0)
		(void)close(fd);
	return ok;
}

void record_done(struct record *r)
{
	if (r->ceremonies >= 0)
		(void)close(r->ceremonies);
	if (r->fd >= 0)
		(void)close(r->fd);
	*r = (struct record){ -1, -1 };
}

/* ---- names ---- */

static bool parse_name(struct bundle_name *out, const char *text)
{
	struct bytes name = bytes_str(text);
	unsigned     number = 0;

	if (name.len < 6 || name.len > BUNDLE_NAME_MAX || name.p[4] != '-' || !bundle_is_slug(bytes_skip(name, 5)))
		return false;
	for (size_t i = 0; i < 4; i++) {
		if (name.p[i] < '0' || name.p[i] > '9')
			return false;
		number = number * 10 + (unsigned)(name.p[i] - '0');
	}
	if (number == 0)
		return false;
	*out = (struct bundle_name){ .number = number };
	memcpy(out->text, text, name.len);
	return true;
}

/* Puts one folder where its number says; most: how many folders there are. */
static bool place(struct bundle_list *l, size_t most, const char *name, struct err *e)
{
	struct bundle_name one;

	if (!parse_name(&one, name))
		return stray(e, "ceremonies/", name);
	if (one.number > most || l->item[one.number - 1].number)
		return err_set(e, ERR_RECORD_GAP, "%zu folders, and one is %s", most, one.text);
	l->item[one.number - 1] = one;
	return true;
}

static bool list_from(struct bundle_list *out, struct arena *a, DIR *d, struct err *e)
{
	struct bundle_list l = { 0 };
	size_t             most = 0;

	for (struct dirent *one = readdir(d); one; one = readdir(d))
		most += !is_dot(one->d_name);
	l.item = most > BUNDLE_MOST ? NULL : arena_take(a, (most + 1) * sizeof *l.item);
	if (!l.item)
		return err_set(e, ERR_TOO_LARGE, "%zu ceremonies", most);
	rewinddir(d);
	for (struct dirent *one = readdir(d); one; one = readdir(d)) {
		if (!is_dot(one->d_name) && !place(&l, most, one->d_name, e))
			return false;
		l.num += !is_dot(one->d_name);
	}
	if (l.num != most)
		return err_set(e, ERR_FILE_READ, "ceremonies is being changed");
	*out = l;
	return true;
}

bool bundle_list(struct bundle_list *out, struct arena *a, const struct record *r, struct err *e)
{
	int  fd = openat(r->ceremonies, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		if (fd >= 0)
			(void)close(fd);
		return err_set(e, ERR_FILE_READ, "ceremonies: %s", strerror(errno));
	}
	bool ok = list_from(out, a, d, e);
	(void)closedir(d);
	return ok;
}

/* ---- one ceremony ---- */

/* How far a ceremony has come, by its transcript's last whole line. */
static bool state_of(enum bundle_state *out, int dir, struct err *e)
{
	struct arena a;
	struct event ev;
	struct err   why = { 0 };
	int          fd = openat(dir, TRANSCRIPT_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT) {
		*out = BUNDLE_EMPTY;
		return true;
	}
	if (fd < 0)
		return err_set(e, ERR_FILE_OPEN, TRANSCRIPT_NAME ": %s", strerror(errno));
	a = arena_new(2 * EVENT_MAX_LINE);
	bool ok = transcript_last(&ev, &a, fd, &why);
	(void)close(fd);
	arena_free(&a);
	if (!ok && why.id != ERR_TRANSCRIPT_EMPTY) {
		*e = why;
		return false;
	}
	if (!ok)
		*out = BUNDLE_EMPTY;
	else if (ev.type != EVENT_CLOSE && ev.type != EVENT_ABORT)
		*out = BUNDLE_BEGUN;
	else if (file_exists(dir, SUMS_NAME))
		*out = BUNDLE_SEALED;
	else
		*out = ev.type == EVENT_CLOSE ? BUNDLE_CLOSED : BUNDLE_ABORTED;
	return true;
}

static bool open_named(struct bundle *out, const struct record *r, const struct bundle_name *name, struct err *e)
{
	struct bundle b = { .name = *name };

	b.fd = dir_open(r->ceremonies, name->text, false, e);
	if (b.fd < 0)
		return false;
	if (!state_of(&b.state, b.fd, e)) {
		bundle_done(&b);
		return false;
	}
	*out = b;
	return true;
}

/* The name of ceremony `number`, or of the last; number 0 in *name if there is none at all. */
static bool find(struct bundle_name *name, const struct record *r, unsigned number, struct err *e)
{
	struct arena       a = arena_new((BUNDLE_MOST + 2) * sizeof *name);
	struct bundle_list l;
	bool               ok = bundle_list(&l, &a, r, e);

	if (ok && number > l.num)
		ok = err_set(e, ERR_RECORD_NUMBER, "%u; there are %zu", number, l.num);
	if (ok)
		*name = number ? l.item[number - 1] : l.num ? l.item[l.num - 1] : (struct bundle_name){ 0 };
	arena_free(&a);
	return ok;
}

bool bundle_open(struct bundle *out, const struct record *r, unsigned number, struct err *e)
{
	struct bundle_name name;

	if (!find(&name, r, number, e))
		return false;
	if (name.number == 0)
		return err_set(e, ERR_RECORD_NUMBER, "there are none");
	return open_named(out, r, &name, e);
}

void bundle_done(struct bundle *b)
{
	if (b->fd >= 0)
		(void)close(b->fd);
	*b = (struct bundle){ .fd = -1 };
}

/* Empties a folder that was never begun, so that nothing of another script stays in it. */
static bool empty_folder(int dir, unsigned depth, struct err *e)
{
	int  fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	bool ok = d != NULL;

	for (struct dirent *one = d ? readdir(d) : NULL; ok && one; one = readdir(d)) {
		if (is_dot(one->d_name) || unlinkat(dir, one->d_name, 0) == 0)
			continue;
		int sub = depth ? openat(dir, one->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
		ok = sub >= 0 && empty_folder(sub, depth - 1, e) && unlinkat(dir, one->d_name, AT_REMOVEDIR) == 0;
		if (sub >= 0)
			(void)close(sub);
	}
	if (!ok)
		(void)write_failed(e, "a folder that is to be used again");
	if (d)
		(void)closedir(d);
	else if (fd >= 0)
		(void)close(fd);
	return ok;
}

/* May another ceremony begin after this one? *again: it may be taken again. */
static bool may_follow(bool *again, const struct record *r, const struct bundle_name *last, struct err *e)
{
	struct bundle b = { .fd = -1 };

	*again = false;
	if (last->number == 0)
		return true;
	if (!open_named(&b, r, last, e))
		return false;
	bool ok = true;
	if (b.state == BUNDLE_BEGUN || b.state == BUNDLE_CLOSED)
		ok = err_set(e, ERR_RECORD_UNFINISHED, "%s", last->text);
	*again = ok && b.state == BUNDLE_EMPTY;
	if (*again)
		ok = empty_folder(b.fd, 1, e);
	bundle_done(&b);
	return ok;
}

bool bundle_start(struct bundle *out, const struct record *r, const char *slug, struct err *e)
{
	struct bundle_name last = { 0 }, name = { 0 };
	bool               again = false;

	if (!bundle_is_slug(bytes_str(slug)))
		return err_set(e, ERR_RECORD_NAME, "a ceremony's short name");
	if (!find(&last, r, 0, e) || !may_follow(&again, r, &last, e))
		return false;
	name.number = again ? last.number : last.number + 1;
	if (name.number > BUNDLE_MOST)
		return err_set(e, ERR_TOO_LARGE, "%u ceremonies", last.number);
	(void)snprintf(name.text, sizeof name.text, "%04u-%s", name.number, slug);
	int rc = !again                               ? mkdirat(r->ceremonies, name.text, 0755) :
	         strcmp(last.text, name.text) == 0    ? 0 :
	                                                renameat(r->ceremonies, last.text, r->ceremonies, name.text);
	if (rc != 0)
		return write_failed(e, name.text);
	return open_named(out, r, &name, e);
}

/* ---- its files ---- */

bool bundle_put(int dir, const char *name, struct bytes content, struct err *e)
{
	const char *slash = strchr(name, '/');
	char        folder[32] = "";

	if (!bundle_allows(name) || strcmp(name, TRANSCRIPT_NAME) == 0 || strcmp(name, PERSONAL_NAME) == 0 || strcmp(name, SUMS_NAME) == 0)
		return err_set(e, ERR_RECORD_NAME, "a file of a ceremony");
	if (content.len > BUNDLE_FILE_MAX)
		return err_set(e, ERR_TOO_LARGE, "%s: %zu octets", name, content.len);
	if (slash) {
		(void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
		if (!file_exists(dir, folder) && mkdirat(dir, folder, 0755) != 0)
			return write_failed(e, folder);
	}
	return file_is(dir, name, content) || file_put(dir, name, content, 0644, e);
}
