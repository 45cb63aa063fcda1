/* source.c: see source.h. */
#include "ceremony/parse/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"

bool source_camera(struct source *s, const char *device, struct err *e)
{
	s->is_camera = true;
	return camera_open(&s->camera, device, e);
}

static int is_picture(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* What is no regular file is not read, and cannot hold us up: a pipe with nobody at its other end. */
static void add_file(struct source *s, int dir, const char *name)
{
	struct stat         st;
	struct source_file *f = &s->file[s->num++];
	struct buf          b = BUF_ON(f->name);

	text_escape(&b, bytes_first(bytes_str(name), SOURCE_NAME / 10 - 1));
	(void)buf_cstr(&b);
	f->fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (f->fd >= 0 && (fstat(f->fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		(void)close(f->fd);
		f->fd = -1;
	}
}

/* A descriptor a file: as many as this process may have. */
static void want_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

bool source_images(struct source *s, const char *folder, struct err *e)
{
	struct dirent **list = NULL;
	int             dir = dir_open(AT_FDCWD, folder, false, e);
	bool            ok = true;

	if (dir < 0)
		return false;
	want_descriptors();
	int num = scandirat(dir, ".", &list, is_picture, alphasort);
	if (num < 0)
		ok = err_set(e, ERR_FILE_READ, "%s: %s", folder, strerror(errno));
	else if (num > SOURCE_MAX_FILES)
		ok = err_set(e, ERR_TOO_LARGE, "%s: more than %d pictures", folder, SOURCE_MAX_FILES);
	s->room = arena_new((size_t)(num > 0 ? num : 1) * sizeof *s->file);
	s->file = arena_take(&s->room, (size_t)(num > 0 ? num : 1) * sizeof *s->file);
	ok = ok && (s->file || err_set(e, ERR_NO_MEMORY, "%d pictures", num));
	for (int i = 0; i < num; i++) {
		if (ok)
			add_file(s, dir, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	(void)close(dir);
	return ok;
}

void source_done(struct source *s)
{
	for (size_t i = s->next; i < s->num; i++)
		if (s->file[i].fd >= 0)
			(void)close(s->file[i].fd);
	camera_done(&s->camera);
	arena_free(&s->room);
	*s = (struct source){ 0 };
}

static bool read_file(struct bytes *out, int fd, struct arena *a, struct err *e)
{
	uint8_t *p = arena_take(a, SOURCE_MAX_FILE + 1);
	size_t   len = 0;

	if (!p)
		return err_set(e, ERR_NO_MEMORY, "a picture");
	while (len <= SOURCE_MAX_FILE) {
		ssize_t n = read(fd, p + len, SOURCE_MAX_FILE + 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_FILE_READ, "%s", strerror(errno));
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*out = bytes_of(p, len);
	return len <= SOURCE_MAX_FILE || err_set(e, ERR_TOO_LARGE, "more than %zu octets", SOURCE_MAX_FILE);
}

bool source_next(struct source *s, struct camera_frame *out, const char **name, bool *got, bool *end, struct arena *a,
                 struct err *e)
{
	*name = "";
	*got = *end = false;
	if (s->is_camera)
		return camera_next(&s->camera, out, got, a, e);
	if (s->next == s->num)
		return *end = true;
	struct source_file *f = &s->file[s->next++];
	*name = f->name;
	*out = (struct camera_frame){ .format = NULL };
	if (f->fd < 0)
		return err_set(e, ERR_FILE_READ, "it is no regular file, or may not be read");
	bool ok = read_file(&out->content, f->fd, a, e);
	(void)close(f->fd);
	return *got = ok;
}
