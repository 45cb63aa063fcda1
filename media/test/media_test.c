/* media_test.c: media as folders: what is seen, what is refused, what a failure leaves behind. */
#include "media/media.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "media/medium.h"

static char         root[64];
static struct media media;
static struct arena in, out;
static struct call  call;
static struct err   e;

static int start(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof root, "/tmp/ceremony-media-XXXXXX");
	assert_non_null(mkdtemp(root));
	int dir = dir_open(AT_FDCWD, root, false, &e);
	assert_int_equal(mkdirat(dir, "USB1", 0755), 0);
	(void)close(dir);
	assert_true(media_init(&media, root, &e));
	return 0;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	media_done(&media);
	media_done(&media);
	(void)snprintf(command, sizeof command, "rm -rf '%s'", root);
	return system(command);
}

static struct fields *op(enum op which, const char *medium, const char *name)
{
	in.len = out.len = 0;
	call = (struct call){ .op = which, .in = fields_on(&in), .out = fields_on(&out) };
	fields_str(&call.in, "medium", medium);
	if (name)
		fields_str(&call.in, "name", name);
	return &call.in;
}

static enum err_id go(void)
{
	struct helper h = media_helper(&media);

	e = (struct err){ 0 };
	return helper_call(&h, &call, &e) ? ERR_NONE : e.id;
}

static enum err_id put(const char *medium, const char *name, struct bytes content)
{
	fields_base64(op(OP_MEDIA_WRITE, medium, name), "content", content);
	return go();
}

static enum err_id get(const char *medium, const char *name, const char *max)
{
	fields_str(op(OP_MEDIA_READ, medium, name), "max", max);
	return go();
}

static const char *path_of(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof path, "%s/USB1/%s", root, name);
	return path;
}

/* All names in a medium's folder, hidden ones too. */
static unsigned count_names(void)
{
	char command[128], text[16] = "";

	(void)snprintf(command, sizeof command, "ls -A '%s/USB1' | wc -l", root);
	FILE *f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof text, f));
	(void)pclose(f);
	return (unsigned)atoi(text);
}

static void what_is_written_is_read(void **state)
{
	char         hex[HASH_MAX * 2 + 1];
	struct bytes a = BYTES_LIT("one\0two");
	static char  storage[256];

	(void)state;
	assert_int_equal(put("USB1", "root.pem", a), ERR_NONE);
	assert_true(fields_is(&call.out, "size", "7"));
	assert_true(fields_is(&call.out, "sha256", sha256_hex(hex, a)));
	assert_int_equal(put("USB1", "empty", BYTES_LIT("")), ERR_NONE);
	assert_int_equal(get("USB1", "root.pem", "7"), ERR_NONE);
	struct arena arena = ARENA_ON(storage);
	struct bytes b = { 0 };
	assert_true(fields_get_base64(&b, &arena, &call.out, "content"));
	assert_true(bytes_equal(a, b));
	assert_true(fields_is(&call.out, "sha256", sha256_hex(hex, a)));
	assert_int_equal(get("USB1", "empty", "7"), ERR_NONE);
	assert_true(fields_is(&call.out, "size", "0"));
	assert_int_equal(get("USB1", "root.pem", "6"), ERR_TOO_LARGE);
	assert_int_equal(get("USB1", "root.pem", "x"), ERR_OP_FIELD);
	assert_int_equal(get("USB1", "nothing", "7"), ERR_MEDIUM_FILE);
	assert_int_equal(count_names(), 2);
}

static void the_newest_of_a_kind(void **state)
{
	(void)state;
	fields_str(op(OP_MEDIA_NEWEST, "USB1", ""), "max", "9");
	fields_str(&call.in, "prefix", "checkpoint-");
	assert_int_equal(go(), ERR_MEDIUM_FILE);
	assert_int_equal(put("USB1", "checkpoint-0002", BYTES_LIT("two")), ERR_NONE);
	assert_int_equal(put("USB1", "checkpoint-0010", BYTES_LIT("ten")), ERR_NONE);
	assert_int_equal(put("USB1", "checkpoints", BYTES_LIT("x")), ERR_NONE);
	assert_int_equal(put("USB1", "z", BYTES_LIT("x")), ERR_NONE);
	fields_str(op(OP_MEDIA_NEWEST, "USB1", ""), "max", "9");
	fields_str(&call.in, "prefix", "checkpoint-");
	assert_int_equal(go(), ERR_NONE);
	assert_true(fields_is(&call.out, "name", "checkpoint-0010"));
	assert_true(fields_is(&call.out, "size", "3"));
	fields_str(op(OP_MEDIA_NEWEST, "USB1", ""), "max", "2");
	fields_str(&call.in, "prefix", "checkpoint-");
	assert_int_equal(go(), ERR_TOO_LARGE);
	fields_str(op(OP_MEDIA_NEWEST, "USB1", ""), "max", "9");
	assert_int_equal(go(), ERR_OP_FIELD);
}

/* Size and hash of a file of more than one piece, and no content. */
static void a_hash_is_taken(void **state)
{
	static uint8_t big[100000];
	char           hex[HASH_MAX * 2 + 1];

	(void)state;
	memset(big, 7, sizeof big);
	assert_int_equal(put("USB1", "root.wrap", bytes_of(big, sizeof big)), ERR_NONE);
	(void)op(OP_MEDIA_HASH, "USB1", "root.wrap");
	assert_int_equal(go(), ERR_NONE);
	assert_true(fields_is(&call.out, "name", "root.wrap"));
	assert_true(fields_is(&call.out, "size", "100000"));
	assert_true(fields_is(&call.out, "sha256", sha256_hex(hex, bytes_of(big, sizeof big))));
	assert_null(fields_find(&call.out, "content"));
	(void)op(OP_MEDIA_HASH, "USB1", "nothing");
	assert_int_equal(go(), ERR_MEDIUM_FILE);
	(void)op(OP_MEDIA_HASH, "USB1", "../USB1/root.wrap");
	assert_int_equal(go(), ERR_MEDIUM_NAME);
	assert_int_equal(symlink("root.wrap", path_of("link")), 0);
	(void)op(OP_MEDIA_HASH, "USB1", "link");
	assert_int_equal(go(), ERR_MEDIUM_FILE);
}

static void nothing_is_replaced(void **state)
{
	(void)state;
	assert_int_equal(put("USB1", "a", BYTES_LIT("first")), ERR_NONE);
	assert_int_equal(put("USB1", "a", BYTES_LIT("first")), ERR_NONE); /* the same is fine */
	assert_int_equal(put("USB1", "a", BYTES_LIT("other")), ERR_FILE_EXISTS);
	assert_int_equal(put("USB1", "a", BYTES_LIT("firs")), ERR_FILE_EXISTS);
	assert_true(file_is(AT_FDCWD, path_of("a"), BYTES_LIT("first")));
	assert_int_equal(mkdir(path_of("folder"), 0755), 0);
	assert_int_equal(put("USB1", "folder", BYTES_LIT("x")), ERR_FILE_EXISTS);
	assert_int_equal(symlink("/dev/null", path_of("link")), 0);
	assert_int_equal(put("USB1", "link", BYTES_LIT("")), ERR_FILE_EXISTS);
	/* a file of somebody's that looks like a temporary one, and our own leftover */
	assert_true(file_write(AT_FDCWD, path_of("b.part"), BYTES_LIT("theirs"), 0644, &e));
	assert_true(file_write(AT_FDCWD, path_of(".b.part"), BYTES_LIT("half"), 0644, &e));
	assert_int_equal(put("USB1", "b", BYTES_LIT("whole")), ERR_NONE);
	assert_true(file_is(AT_FDCWD, path_of("b"), BYTES_LIT("whole")));
	assert_true(file_is(AT_FDCWD, path_of("b.part"), BYTES_LIT("theirs")));
	assert_int_equal(count_names(), 5);
}

static enum err_id put_secret(const char *medium, const char *name, struct bytes content)
{
	SECRET secret = { 0 };

	assert_true(secret_set(&secret, content, &e));
	(void)op(OP_MEDIA_WRITE_SECRET, medium, name);
	call.secret_in = &secret;
	return go();
}

static void a_secret_is_for_its_owner(void **state)
{
	struct bytes card = BYTES_LIT("words of a share");
	struct stat  st;

	(void)state;
	assert_int_equal(put_secret("USB1", "card.pdf", card), ERR_NONE);
	assert_true(fields_is(&call.out, "size", "16"));
	assert_int_equal(call.out.num, 1); /* no hash of it */
	assert_true(file_is(AT_FDCWD, path_of("card.pdf"), card));
	assert_int_equal(stat(path_of("card.pdf"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(put_secret("USB1", "card.pdf", card), ERR_NONE); /* the same is fine */
	assert_int_equal(put_secret("USB1", "card.pdf", BYTES_LIT("words of a shark")), ERR_FILE_EXISTS);
	assert_int_equal(put_secret("USB1", "card.pdf", BYTES_LIT("words")), ERR_FILE_EXISTS);
	assert_true(file_is(AT_FDCWD, path_of("card.pdf"), card));
	assert_int_equal(symlink("/dev/null", path_of("link")), 0);
	assert_int_equal(put_secret("USB1", "link", card), ERR_FILE_EXISTS);
	assert_int_equal(put_secret("USB2", "card.pdf", card), ERR_MEDIUM_MISSING);
	assert_int_equal(put_secret("USB1", "../card.pdf", card), ERR_MEDIUM_NAME);
	SECRET given = { 0 };
	int    dir = open(path_of("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(secret_set(&given, card, &e));
	assert_true(medium_has_secret(dir, BYTES_LIT("card.pdf"), &given, &e));
	assert_false(medium_has_secret(dir, BYTES_LIT("no.pdf"), &given, &e));
	assert_int_equal(e.id, ERR_MEDIUM_BACK);
	assert_int_equal(truncate(path_of("card.pdf"), 14), 0);
	assert_false(medium_has_secret(dir, BYTES_LIT("card.pdf"), &given, &e));
	(void)close(dir);
	assert_int_equal(count_names(), 2);
}

static void names_and_kinds(void **state)
{
	static const struct {
		const char *medium, *name;
		enum err_id id;
	} cases[] = {
		{ "USB2", "a", ERR_MEDIUM_MISSING },   { "file", "a", ERR_MEDIUM_MISSING },
		{ "link", "a", ERR_MEDIUM_MISSING },   { "", "a", ERR_MEDIUM_NAME },
		{ "..", "a", ERR_MEDIUM_NAME },        { ".", "a", ERR_MEDIUM_NAME },
		{ "USB1/..", "a", ERR_MEDIUM_NAME },   { "USB1", "", ERR_MEDIUM_NAME },
		{ "USB1", "../USB1/a", ERR_MEDIUM_NAME }, { "USB1", ".hidden", ERR_MEDIUM_NAME },
		{ "USB1", "a b", ERR_MEDIUM_NAME },    { "USB1", "\xc3\xa9", ERR_MEDIUM_NAME },
		{ "USB1", "a\n", ERR_MEDIUM_NAME },    { "USB1", "link", ERR_MEDIUM_FILE },
		{ "USB1", "pipe", ERR_MEDIUM_FILE },   { "USB1", "folder", ERR_MEDIUM_FILE },
		{ "USB1", "a", ERR_NONE },
	};
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/file", root);
	assert_true(file_write(AT_FDCWD, path, BYTES_LIT("x"), 0644, &e));
	(void)snprintf(path, sizeof path, "%s/link", root);
	assert_int_equal(symlink("USB1", path), 0);
	assert_int_equal(symlink("/etc/passwd", path_of("link")), 0);
	assert_int_equal(mkfifo(path_of("pipe"), 0644), 0);
	assert_int_equal(mkdir(path_of("folder"), 0755), 0);
	assert_int_equal(put("USB1", "a", BYTES_LIT("a")), ERR_NONE);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(get(cases[i].medium, cases[i].name, "100"), cases[i].id);
		if (cases[i].id == ERR_MEDIUM_NAME || cases[i].id == ERR_MEDIUM_MISSING)
			assert_int_equal(put(cases[i].medium, cases[i].name, BYTES_LIT("a")), cases[i].id);
	}
	char too_long[MEDIA_MAX_NAME + 2];
	memset(too_long, 'n', sizeof too_long - 1);
	too_long[sizeof too_long - 1] = 0;
	assert_int_equal(put("USB1", too_long, BYTES_LIT("a")), ERR_MEDIUM_NAME);
	too_long[MEDIA_MAX_NAME] = 0;
	assert_int_equal(put("USB1", too_long, BYTES_LIT("a")), ERR_NONE);
}

static void a_list_shows_files_only(void **state)
{
	(void)state;
	(void)op(OP_MEDIA_LIST, "USB1", NULL);
	assert_int_equal(go(), ERR_NONE);
	assert_true(fields_is(&call.out, "files", "0"));
	assert_int_equal(put("USB1", "b.csr", BYTES_LIT("bb")), ERR_NONE);
	assert_int_equal(put("USB1", "a.csr", BYTES_LIT("a")), ERR_NONE);
	assert_int_equal(symlink("/etc/passwd", path_of("c.csr")), 0);
	assert_int_equal(mkdir(path_of("d"), 0755), 0);
	assert_true(file_write(AT_FDCWD, path_of(".e"), BYTES_LIT("x"), 0644, &e));
	assert_true(file_write(AT_FDCWD, path_of("f\033[31m"), BYTES_LIT("x"), 0644, &e));
	(void)op(OP_MEDIA_LIST, "USB1", NULL);
	assert_int_equal(go(), ERR_NONE);
	assert_int_equal(call.out.num, 5);
	assert_true(fields_is(&call.out, "files", "2"));
	assert_true(fields_is(&call.out, "name.1", "a.csr"));
	assert_true(fields_is(&call.out, "size.1", "1"));
	assert_true(fields_is(&call.out, "name.2", "b.csr"));
	assert_true(fields_is(&call.out, "size.2", "2"));
	for (unsigned i = 0; i < MEDIA_MAX_PAGE; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "n%u", i);
		assert_true(file_write(AT_FDCWD, path_of(name), BYTES_LIT(""), 0644, &e));
	}
	(void)op(OP_MEDIA_LIST, "USB1", NULL);
	assert_int_equal(go(), ERR_NONE);
	assert_true(fields_is(&call.out, "files", "42"));
	assert_int_equal(call.out.num, 1 + 2 * MEDIA_MAX_PAGE);
	(void)op(OP_MEDIA_LIST, "USB1", NULL);
	fields_str(&call.in, "from", "40"); /* the second page */
	assert_int_equal(go(), ERR_NONE);
	assert_true(fields_is(&call.out, "files", "42"));
	assert_int_equal(call.out.num, 5);
	assert_true(fields_is(&call.out, "name.2", "n9"));
	(void)op(OP_MEDIA_LIST, "USB1", NULL);
	fields_str(&call.in, "from", "42");
	assert_int_equal(go(), ERR_NONE);
	assert_int_equal(call.out.num, 1);
	(void)op(OP_MEDIA_LIST, "USB1", NULL);
	fields_str(&call.in, "from", "-1");
	assert_int_equal(go(), ERR_OP_FIELD);
	for (unsigned i = 0; i < 5 * MEDIA_MAX_FILES; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "m%u", i);
		int fd = open(path_of(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		assert_true(fd >= 0);
		(void)close(fd);
	}
	/* however many there are, no more are read than one too many */
	(void)op(OP_MEDIA_LIST, "USB1", NULL);
	assert_int_equal(go(), ERR_TOO_LARGE);
	assert_true(media.work.len < MEDIA_MAX_FILES * (sizeof(char *) + MEDIA_MAX_NAME));
}

static bool put_text(const char *file, const char *text)
{
	int  fd = open(file, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fd_write(fd, bytes_str(text));

	if (fd >= 0)
		(void)close(fd);
	return ok;
}

/* Mounts of its own; who is not root is root there, of files of its own. */
static bool own_mounts(void)
{
	uid_t uid = geteuid();
	char  users[32], groups[32];

	(void)snprintf(users, sizeof users, "0 %u 1", (unsigned)uid);
	(void)snprintf(groups, sizeof groups, "0 %u 1", (unsigned)getegid());
	if (unshare(CLONE_NEWNS | (uid ? CLONE_NEWUSER : 0)) != 0)
		return false;
	return !uid || (put_text("/proc/self/uid_map", users) && put_text("/proc/self/setgroups", "deny") && put_text("/proc/self/gid_map", groups));
}

/* Inside a namespace of its own the medium is a file system of 64 KiB. */
static int fill_a_small_disk(void)
{
	static uint8_t big[200000];

	if (!own_mounts() || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return 77;
	char path[96];
	(void)snprintf(path, sizeof path, "%s/USB1", root);
	if (mount("tmpfs", path, "tmpfs", 0, "size=64k") != 0)
		return 77;
	media_done(&media); /* its descriptor is of the old namespace */
	if (!media_init(&media, root, &e))
		return 6;
	if (put("USB1", "fits", BYTES_LIT("small")) != ERR_NONE)
		return 1;
	if (put("USB1", "big", bytes_of(big, sizeof big)) != ERR_DISK_FULL)
		return 2;
	if (count_names() != 1) /* nothing of it is left, under any name */
		return 3;
	if (put("USB1", "next", BYTES_LIT("small")) != ERR_NONE)
		return 4;
	return mount("tmpfs", path, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL) == 0 &&
	                       put("USB1", "third", BYTES_LIT("x")) == ERR_FILE_WRITE
	               ? 0
	               : 5;
}

static void a_full_disk_leaves_nothing(void **state)
{
	int   status = -1;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(fill_a_small_disk());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("  no namespaces here: skipped\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_folder_that_is_none(void **state)
{
	struct media m = { .dir = -1 };

	(void)state;
	assert_false(media_init(&m, "/nonexistent", &e));
	assert_int_equal(e.id, ERR_FILE_OPEN);
	assert_int_equal(m.dir, -1);
}

/* What is longer than a line of the transcript holds: its size alone, or a piece of it. */
static void a_file_that_is_longer(void **state)
{
	struct bytes content;

	(void)state;
	assert_int_equal(put("USB1", "longer", BYTES_LIT("0123456789")), ERR_NONE);
	assert_int_equal(get("USB1", "longer", "9"), ERR_TOO_LARGE);
	fields_str(op(OP_MEDIA_READ, "USB1", "longer"), "max", "9");
	fields_str(&call.in, "of-more", "size");
	assert_int_equal(go(), ERR_NONE);
	assert_true(fields_is(&call.out, "size", "10") && !fields_find(&call.out, "content") && !fields_find(&call.out, "sha256"));
	fields_str(op(OP_MEDIA_READ, "USB1", "longer"), "max", "10");
	fields_str(&call.in, "of-more", "size");
	assert_int_equal(go(), ERR_NONE);
	assert_true(fields_is(&call.out, "size", "10") && fields_find(&call.out, "content"));
	static const struct {
		const char *from, *content;
	} pieces[] = { { "0", "012345" }, { "6", "6789" }, { "10", "" } };
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		fields_str(op(OP_MEDIA_READ, "USB1", "longer"), "max", "6");
		fields_str(&call.in, "from", pieces[i].from);
		assert_int_equal(go(), ERR_NONE);
		assert_true(fields_get_base64(&content, &out, &call.out, "content"));
		assert_true(bytes_is(content, pieces[i].content) && fields_is(&call.out, "size", "10"));
		char hex[HASH_MAX * 2 + 1];
		assert_true(fields_is(&call.out, "sha256", sha256_hex(hex, content)));
	}
	fields_str(op(OP_MEDIA_READ, "USB1", "longer"), "max", "6");
	fields_str(&call.in, "from", "x");
	assert_int_equal(go(), ERR_OP_FIELD);
}

int main(void)
{
#define ON_MEDIUM(test) cmocka_unit_test_setup_teardown(test, start, end)
	const struct CMUnitTest tests[] = {
		ON_MEDIUM(what_is_written_is_read), ON_MEDIUM(nothing_is_replaced),  ON_MEDIUM(names_and_kinds),
		ON_MEDIUM(a_list_shows_files_only), ON_MEDIUM(a_secret_is_for_its_owner), ON_MEDIUM(a_full_disk_leaves_nothing),
		ON_MEDIUM(the_newest_of_a_kind),
		ON_MEDIUM(a_hash_is_taken),
		cmocka_unit_test(a_folder_that_is_none),
		ON_MEDIUM(a_file_that_is_longer),
	};

	in = arena_new((size_t)16 << 20);
	out = arena_new((size_t)16 << 20);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
