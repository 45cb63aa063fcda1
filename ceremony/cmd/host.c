/* host.c: see host.h. Reads /sys and /proc; changes nothing. */
#include "ceremony/cmd/host.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/report.h"

static int is_interface(const struct dirent *it)
{
	return it->d_name[0] != '.' && strcmp(it->d_name, "lo") != 0;
}

/* In the order of their names: the kernel keeps none. */
static bool look_network(struct fields *out, struct err *e)
{
	char            text[256];
	struct buf      b = BUF_ON(text);
	struct dirent **it = NULL;
	const int       num = scandir("/sys/class/net", &it, is_interface, alphasort);

	if (num < 0)
		return err_set(e, ERR_FILE_OPEN, "/sys/class/net");
	for (int i = 0; i < num; i++) {
		buf_fmt(&b, "%s%s", b.len ? " " : "", it[i]->d_name);
		free(it[i]);
	}
	free(it);
	if (!buf_ok(&b))
		return err_set(e, ERR_TOO_LARGE, "network interfaces");
	fields_put(out, "network", b.len ? buf_bytes(&b) : BYTES_LIT("none"));
	return true;
}

/* /proc/swaps has one heading line, then one a swap area. */
static bool look_swap(struct fields *out, struct err *e)
{
	char   text[4096];
	int    fd = open("/proc/swaps", O_RDONLY | O_CLOEXEC);
	size_t lines = 0;

	if (fd < 0)
		return err_set(e, ERR_FILE_OPEN, "/proc/swaps");
	ssize_t n = read(fd, text, sizeof text);
	(void)close(fd);
	if (n < 0)
		return err_set(e, ERR_FILE_READ, "/proc/swaps");
	for (ssize_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	if (lines > 1)
		fields_fmt(out, "swap", "%zu areas", lines - 1);
	else
		fields_str(out, "swap", "none");
	return true;
}

static void look_limits(struct fields *out)
{
	struct rlimit core = { 1, 1 }, lock = { 0, 0 };

	(void)getrlimit(RLIMIT_CORE, &core);
	(void)getrlimit(RLIMIT_MEMLOCK, &lock);
	fields_str(out, "core-dumps", core.rlim_cur == 0 && core.rlim_max == 0 ? "off" : "on");
	if (lock.rlim_cur == RLIM_INFINITY)
		fields_str(out, "memory-lock", "unlimited");
	else
		fields_fmt(out, "memory-lock", "%llu octets", (unsigned long long)lock.rlim_cur);
}

/* SHA-256 of a file of any size, in pieces. */
static bool file_sha256(struct digest *out, const char *path, struct err *e)
{
	static uint8_t piece[65536];
	struct hash    h;
	ssize_t        n;
	int            fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, ERR_FILE_OPEN, "%s", path);
	hash_init(&h, HASH_SHA256);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		hash_put(&h, bytes_of(piece, (size_t)n));
	(void)close(fd);
	*out = hash_end(&h);
	return n == 0 || err_set(e, ERR_FILE_READ, "%s", path);
}

static bool look_programs(struct fields *out, struct err *e)
{
	static const char *const names[] = { "ceremony", "ceremony-token", "ceremony-media", "ceremony-parse", "ceremony-verify", "ceremony-scan" };
	char    self[4096], path[4200], hex[HASH_MAX * 2 + 1], key[24];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	if (n <= 0)
		return err_set(e, ERR_FILE_OPEN, "/proc/self/exe");
	self[n] = 0;
	*strrchr(self, '/') = 0;
	for (unsigned i = 0; i < COUNT_OF(names); i++) {
		struct digest d;
		(void)snprintf(path, sizeof path, "%s/%s", self, names[i]);
		if (!file_sha256(&d, path, e))
			return false;
		(void)snprintf(key, sizeof key, "program.%u", i + 1);
		fields_fmt(out, key, "%s %s %s", names[i], CEREMONY_VERSION, digest_hex(hex, &d));
	}
	return true;
}

static bool write_report(int dir, struct fields *out, struct err *e)
{
	struct arena a = arena_new(REPORT_MAX);
	struct buf   b = buf_init(a.p, a.cap);
	char         hex[HASH_MAX * 2 + 1];

	bool ok = (a.p || err_set(e, ERR_NO_MEMORY, "the report")) && report_text(&b, dir, e) &&
	          bundle_put(dir, "report.txt", buf_bytes(&b), e) && file_sync_all(dir, e); /* the transcript does not make it again */
	if (ok) {
		fields_u64(out, "size", b.len);
		fields_str(out, "sha256", sha256_hex(hex, buf_bytes(&b)));
	}
	arena_free(&a);
	return ok;
}

static bool host_call(void *ctx, struct call *c, struct err *e)
{
	struct utsname u;

	if (c->op == OP_HOST_REPORT)
		return write_report(*(const int *)ctx, &c->out, e);
	if (c->op != OP_HOST_LOOK || uname(&u) != 0)
		return err_set(e, ERR_BUG_HERE, "%s", op_text_of(c->op)->name);
	if (!look_network(&c->out, e) || !look_swap(&c->out, e))
		return false;
	look_limits(&c->out);
	fields_fmt(&c->out, "kernel", "%s %s %s", u.sysname, u.release, u.machine);
	return look_programs(&c->out, e);
}

struct helper host_helper(const int *dir)
{
	return (struct helper){ host_call, (void *)(uintptr_t)dir };
}
