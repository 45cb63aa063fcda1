/* cut.c: pulls the plug on the conductor at one chosen moment, or fills its disk. For crash.sh, crash-list.t, disk-full.t
 * and secrets.t.
 *
 * Preloaded into `ceremony`; the helpers drop LD_PRELOAD and die with the conductor. The
 * calls counted are those by which something becomes durable: fdatasync (once an event),
 * write to the transcript, pwrite, rename and fsync. CUT=KIND:N chooses the Nth of a kind, from 1:
 *
 *   synced:N    right after the fdatasync that brings the Nth event onto the disk was done
 *   torn:N      the Nth event is half on the disk (N mod 3: one octet, half, all but the newline)
 *   lost:N      the Nth event was due, and nothing of it is on the disk, nor of those before it that were not synced
 *   before:N, after:N    the Nth rename
 *   fsync:N     right before the Nth fsync, or syncfs
 *   piece:N     the Nth pwrite into a file of a ceremony's folder is half done: of a list that is made in place
 *   full:N      nothing dies: the Nth write into a ceremony's folder finds the disk full, after half of it where N is even, and so
 *               does every later one
 *
 * With the power goes what was not synced: of the files that were renamed without an fsync since the last syncfs every second one
 * is gone, and the others are empty; of the pieces that were pwritten every second one since its file's last fsync is zeros.
 * A call that writes a file and is not known here (copy_file_range, sendfile, pwritev) aborts: it would be counted by nobody.
 *
 * CUT_SIGNAL=N: by that signal, not by SIGKILL.
 * CUT_TALLY=FILE: how many of each there were, written at a normal end. CUT_ORDER=FILE: each KIND:N at which
 * the power can go, in the order in which they come. CUT_WRITES=FILE: each full:N, and the file. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { SYNCED, TORN, LOST, BEFORE, AFTER, FSYNC, PIECE, FULL, NUM_KINDS };

static const char *const names[NUM_KINDS] = { "synced", "torn", "lost", "before", "after", "fsync", "piece", "full" };
static unsigned long     count[NUM_KINDS];

static void note(enum kind k)
{
	const char *name = getenv("CUT_ORDER");
	FILE       *f = name && k != FULL ? fopen(name, "a") : NULL;

	if (!f)
		return;
	(void)fprintf(f, "%s:%lu\n", names[k], count[k]);
	(void)fclose(f);
}

/* Is this the moment? Counts one more of its kind. */
static bool now(enum kind k)
{
	const char *cut = getenv("CUT");
	size_t      len = strlen(names[k]);

	count[k]++;
	note(k);
	return cut && strncmp(cut, names[k], len) == 0 && cut[len] == ':' &&
	       strtoul(cut + len + 1, NULL, 10) == count[k];
}

/* Files that have their names, and of which nothing need be on the disk. */
static char         *unsure[4096];
static size_t        num_unsure;
static char          synced_file[4096];

/* What was pwritten into which file, and is not synced. */
static struct piece {
	char  file[512];
	off_t at;
	size_t len;
} pieces[4096];
static size_t num_pieces;

static unsigned long written, syncs; /* events, and fdatasyncs */
static off_t         sure_size;      /* octets of the transcript */

static const char *absolute(int dir, const char *name)
{
	static char path[8300];
	char        link[40], at[4096] = "";

	(void)snprintf(link, sizeof link, dir == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", dir);
	const ssize_t n = readlink(link, at, sizeof at - 1);
	at[n < 0 ? 0 : n] = 0;
	(void)snprintf(path, sizeof path, name[0] == '/' ? "%.0s%s" : "%s/%s", at, name);
	return path;
}

static void forget_unsure(void)
{
	while (num_unsure)
		free(unsure[--num_unsure]);
}

static void lose_unsure(void)
{
	for (size_t i = 0; i < num_unsure; i++)
		if ((i % 2 ? unlink(unsure[i]) : truncate(unsure[i], 0)) != 0 && errno != ENOENT && errno != EISDIR)
			abort();
}

/* The next definition of a function, behind this one. */
static void *real(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (!f)
		abort();
	return f;
}

static ssize_t real_pwrite(int fd, const void *p, size_t len, off_t at)
{
	return ((ssize_t(*)(int, const void *, size_t, off_t))real("pwrite64"))(fd, p, len, at);
}

/* A piece stands under the name that its file has now: one that was renamed since, under the new one. */
static void lose_pieces(void)
{
	for (size_t i = 0; i < num_pieces; i += 2) {
		const struct piece *p = &pieces[i];
		struct stat         st;
		int                 fd = open(p->file, O_RDWR | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0 || fstat(fd, &st) != 0)
			abort();
		for (off_t at = p->at; at < p->at + (off_t)p->len && at < st.st_size; at++)
			if (real_pwrite(fd, "", 1, at) != 1)
				abort();
		(void)close(fd);
	}
}

static void sync_pieces(const char *file)
{
	size_t left = 0;

	for (size_t i = 0; i < num_pieces; i++)
		if (file && strcmp(pieces[i].file, file) != 0)
			pieces[left++] = pieces[i];
	num_pieces = left;
}

static void die(void)
{
	const char *with = getenv("CUT_SIGNAL");
	if (!with) {
		lose_pieces();
		lose_unsure();
	}
	(void)kill(getpid(), with ? atoi(with) : SIGKILL);
	for (;;)
		(void)pause();
}

static const char *path_of(int fd)
{
	static char path[4096];
	char        link[40];

	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	const ssize_t n = readlink(link, path, sizeof path - 1);
	path[n < 0 ? 0 : n] = 0;
	return path;
}

static bool is_transcript(int fd)
{
	const char *slash = strrchr(path_of(fd), '/');

	return slash && strcmp(slash, "/transcript.jsonl") == 0;
}

/* Has the disk no room for this any more? *part: what it still has room for. */
static bool is_full(int fd, size_t len, size_t *part)
{
	static bool full;

	*part = 0;
	if (!strstr(path_of(fd), "/ceremonies/"))
		return false;
	const bool here = !full && now(FULL);
	const char *name = getenv("CUT_WRITES");
	FILE       *f = name ? fopen(name, "a") : NULL;
	if (f) {
		(void)fprintf(f, "full:%lu %s\n", count[FULL], path_of(fd));
		(void)fclose(f);
	}
	if (here) {
		full = true;
		*part = count[FULL] % 2 ? 0 : len / 2;
	}
	return full;
}

ssize_t write(int fd, const void *p, size_t len)
{
	ssize_t (*next)(int, const void *, size_t) = (ssize_t(*)(int, const void *, size_t))real("write");
	size_t part = 1;

	if (is_full(fd, len, &part)) {
		if (part)
			return next(fd, p, part);
		errno = ENOSPC;
		return -1;
	}
	part = 1;
	if (!is_transcript(fd))
		return next(fd, p, len);
	if (now(LOST)) {
		if (ftruncate(fd, sure_size))
			abort();
		die();
	}
	written++;
	if (now(TORN)) {
		if (count[TORN] % 3)
			part = count[TORN] % 3 == 1 ? len / 2 : len - 1;
		if (next(fd, p, part) == (ssize_t)part)
			die();
		abort();
	}
	return next(fd, p, len);
}

/* Only what has a name can be found after the power comes back. */
static bool is_named_piece(int fd)
{
	const char *path = path_of(fd);

	return strstr(path, "/ceremonies/") && !strstr(path, " (deleted)") && strlen(path) < sizeof pieces[0].file;
}

ssize_t pwrite64(int fd, const void *p, size_t len, off_t at)
{
	size_t part = 0;

	if (is_full(fd, len, &part)) {
		if (part)
			return real_pwrite(fd, p, part, at);
		errno = ENOSPC;
		return -1;
	}
	if (!is_named_piece(fd))
		return real_pwrite(fd, p, len, at);
	if (num_pieces == sizeof pieces / sizeof *pieces)
		abort();
	(void)snprintf(pieces[num_pieces].file, sizeof pieces[0].file, "%s", path_of(fd));
	pieces[num_pieces].at = at;
	pieces[num_pieces++].len = len;
	if (now(PIECE)) {
		if (real_pwrite(fd, p, len / 2, at) != (ssize_t)(len / 2))
			abort();
		num_pieces--; /* half of it, then */
		die();
	}
	return real_pwrite(fd, p, len, at);
}

ssize_t pwrite(int fd, const void *p, size_t len, off_t at)
{
	return pwrite64(fd, p, len, at);
}

/* Nothing is counted under these names. */
#define NOT_KNOWN(name)                                 \
	void not_known_##name(void) __asm__(#name);     \
	void not_known_##name(void)                     \
	{                                               \
		(void)fprintf(stderr, "cut.c does not know " #name "\n"); \
		abort();                                \
	}
NOT_KNOWN(copy_file_range)
NOT_KNOWN(sendfile)
NOT_KNOWN(sendfile64)
NOT_KNOWN(splice)
NOT_KNOWN(pwritev)
NOT_KNOWN(pwritev2)
NOT_KNOWN(renameat2)

int fdatasync(int fd)
{
	int (*next)(int) = (int (*)(int))real("fdatasync");
	int  rc = next(fd);
	bool dies = false;

	syncs++;
	for (sure_size = lseek(fd, 0, SEEK_END); count[SYNCED] < written;)
		dies |= now(SYNCED);
	if (dies)
		die();
	return rc;
}

int fsync(int fd)
{
	int (*next)(int) = (int (*)(int))real("fsync");

	if (now(FSYNC))
		die();
	int rc = next(fd);
	(void)snprintf(synced_file, sizeof synced_file, "%s", rc == 0 ? path_of(fd) : "");
	if (rc == 0)
		sync_pieces(synced_file);
	return rc;
}

int syncfs(int fd)
{
	int (*next)(int) = (int (*)(int))real("syncfs");

	if (now(FSYNC))
		die();
	int rc = next(fd);
	if (rc == 0) {
		forget_unsure();
		sync_pieces(NULL);
	}
	return rc;
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	int (*next)(int, const char *, int, const char *) =
		(int (*)(int, const char *, int, const char *))real("renameat");

	if (now(BEFORE))
		die();
	const bool sure = strcmp(absolute(from_dir, from), synced_file) == 0;
	int        rc = next(from_dir, from, to_dir, to);
	for (size_t i = 0; rc == 0 && i < num_pieces; i++)
		if (strcmp(pieces[i].file, absolute(from_dir, from)) == 0)
			(void)snprintf(pieces[i].file, sizeof pieces[i].file, "%s", absolute(to_dir, to));
	if (rc == 0 && !sure && num_unsure < sizeof unsure / sizeof *unsure)
		unsure[num_unsure++] = strdup(absolute(to_dir, to));
	if (now(AFTER))
		die();
	return rc;
}

int rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

__attribute__((destructor)) static void tally(void)
{
	const char *name = getenv("CUT_TALLY");
	FILE       *f = name ? fopen(name, "w") : NULL;

	for (int k = 0; f && k < NUM_KINDS; k++)
		(void)fprintf(f, "%s %lu\n", names[k], count[k]);
	if (f)
		(void)fprintf(f, "fdatasync %lu\n", syncs);
	if (f)
		(void)fclose(f);
}
