/* request_test.c: parse-request: every fixture through the op, the fields that come back, and
 * the real ceremony-parse, shut in. Run from the project's folder after `make`. */
#include "ceremony/parse/parse.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/pki/key.h"
#include "ceremony/pki/name.h"
#include "ceremony/port/sandbox.h"
#include "ceremony/port/spawn.h"

#define FOLDER "scripts/fixtures/requests"

static struct arena files, scratch, room; /* what was read; the parser's; the answer's */
static struct parser parser = { .scratch = &scratch };
static struct call  call;                 /* too big for a stack */

static int setup(void **state)
{
	(void)state;
	files = arena_new((size_t)8 << 20);
	scratch = arena_new(PARSE_ARENA);
	room = arena_new((size_t)8 << 20);
	return files.cap == 0 || scratch.cap == 0 || room.cap == 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&files);
	arena_free(&scratch);
	arena_free(&room);
	return 0;
}

static struct bytes read_fixture(struct bytes file)
{
	int          dir = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct bytes name = arena_copy(&files, file), content;
	struct err   e = { 0 };

	if (!file_read(&content, &files, dir, (const char *)name.p, 1 << 17, &e))
		fail_msg("%s: %s", name.p, e.detail);
	(void)close(dir);
	return content;
}

/* The call for a content, not yet made. */
static struct call *ask(struct bytes content)
{
	room.len = 0;
	call = (struct call){ .op = OP_PARSE_REQUEST, .in = fields_on(&room), .out = fields_on(&room) };
	fields_base64(&call.in, "content", content);
	assert_false(call.in.failed);
	return &call;
}

/* The next field of a line of the table. */
static struct bytes cut_field(struct bytes *line)
{
	struct bytes field, rest;

	if (!bytes_cut(*line, '\t', &field, &rest)) {
		field = *line;
		rest = bytes_of(NULL, 0);
	}
	*line = rest;
	return field;
}

/* What the conductor does with an answer: whose key it is, is not the helper's to say. */
static bool prove_answer(struct err *e)
{
	struct request r;
	struct bytes   der;

	return (fields_get_base64(&der, &files, &call.out, "der") || err_set(e, ERR_OP_FIELD, "der")) && request_read(&r, der, e) &&
	       request_prove(&r, e);
}

/* Runs the whole table through a helper, and what it takes through the proof. *unproved: how many only that refused. */
static size_t run_table(size_t *unproved, const struct helper *h, const char *name)
{
	struct bytes table = read_fixture(bytes_str(name)), line;
	size_t       num = 0;

	assert_true(bytes_cut(table, '\n', &line, &table)); /* the heading */
	for (; bytes_cut(table, '\n', &line, &table); num++) {
		struct bytes file = cut_field(&line), wanted = cut_field(&line), error = cut_field(&line);
		size_t       mark = files.len;
		struct err   e = { 0 };
		bool         taken = helper_call(h, ask(read_fixture(file)), &e), ok = taken && prove_answer(&e);
		files.len = mark;
		*unproved += taken && !ok;
		if (ok != bytes_is(wanted, "accept") || (!ok && !bytes_is(error, err_text_of(e.id)->name)))
			fail_msg("%.*s: %s (%s), not %.*s", (int)file.len, file.p, err_text_of(e.id)->name, e.detail,
			         (int)error.len, error.p);
		assert_int_equal(call.out.num, taken ? 9 : 0);
	}
	return num;
}

static void every_case_has_its_answer(void **state)
{
	const struct helper h = parse_helper(&parser);
	size_t              unproved = 0;

	(void)state;
	assert_true(run_table(&unproved, &h, "cases.tsv") > 80);
	assert_true(run_table(&unproved, &h, "hostile.tsv") > 250);
	assert_true(unproved > 0);
}

static void assert_field(const char *key, const char *value)
{
	char       text[512];
	struct buf b = BUF_ON(text);

	buf_put(&b, fields_get(&call.out, key));
	assert_string_equal(buf_cstr(&b), value);
}

static void the_fields_say_what_is_in_it(void **state)
{
	const struct helper h = parse_helper(&parser);
	struct bytes        content = read_fixture(BYTES_LIT("der.csr")), octets;
	struct name         n;
	struct key          k;
	struct err          e = { 0 };
	char                hex[HASH_MAX * 2 + 1];

	(void)state;
	assert_true(helper_call(&h, ask(content), &e));
	assert_field("subject-text", "C=XX, O=Example, CN=Example Issuing CA");
	assert_field("key", "P-384");
	assert_field("signature", "ecdsa-with-SHA384");
	assert_field("asked",
	             "asked: basicConstraints = critical, CA:TRUE\nasked: keyUsage = critical, keyCertSign, cRLSign");
	assert_field("sha256", sha256_hex(hex, content));
	assert_true(fields_get_base64(&octets, &files, &call.out, "der"));
	assert_true(bytes_equal(octets, content)); /* as it was read */
	assert_true(fields_get_base64(&octets, &files, &call.out, "subject"));
	assert_true(name_parse(&n, octets, &e));
	assert_int_equal(n.num_attrs, 3);
	assert_true(fields_get_base64(&octets, &files, &call.out, "spki"));
	assert_true(key_parse(&k, octets, &e));
	assert_field("spki-sha256", sha256_hex(hex, octets));

	assert_true(helper_call(&h, ask(read_fixture(BYTES_LIT("no-attributes.csr"))), &e));
	assert_field("asked", "");
}

static void a_call_without_content_is_a_bug_of_the_caller(void **state)
{
	const struct helper h = parse_helper(&parser);
	struct err          e = { 0 };

	(void)state;
	call = (struct call){ .op = OP_PARSE_REQUEST, .in = fields_on(&room), .out = fields_on(&room) };
	assert_false(helper_call(&h, &call, &e));
	assert_int_equal(e.id, ERR_OP_FIELD);
	fields_str(&call.in, "content", "not base64!");
	assert_false(helper_call(&h, &call, &e));
	assert_int_equal(e.id, ERR_OP_FIELD);
}

/* A line of /proc/PID/status. */
static void read_status(char *out, size_t len, pid_t pid, const char *key)
{
	char  path[64], line[256];
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	assert_non_null(f);
	*out = 0;
	while (fgets(line, sizeof line, f))
		if (strncmp(line, key, strlen(key)) == 0)
			(void)snprintf(out, len, "%s", line + strlen(key));
	(void)fclose(f);
}

/* The program of the same build: BUILD/bin/ceremony-parse for BUILD/test/ceremony/parse/... */
static const char *program(void)
{
	static char path[4096];
	char       *end;
	ssize_t     len = readlink("/proc/self/exe", path, sizeof path - 32);

	assert_true(len > 0);
	path[len] = 0;
	end = strstr(path, "/test/ceremony/parse/");
	assert_non_null(end);
	(void)snprintf(end, sizeof path - (size_t)(end - path), "/bin/ceremony-parse");
	return path;
}

static void the_real_helper_answers_and_is_shut_in(void **state)
{
	static struct spawned s;
	struct err            e = { 0 };
	char                  line[64];
	size_t                unproved = 0;

	(void)state;
	if (!spawn_program(&s, PORT_PARSE, "ceremony-parse", program(), NULL, &e))
		fail_msg("%s", e.detail);
	assert_true(run_table(&unproved, &s.helper, "cases.tsv") > 80);
	assert_true(run_table(&unproved, &s.helper, "hostile.tsv") > 250);
	read_status(line, sizeof line, s.client.pid, "Seccomp:");
	assert_string_equal(line, "\t2\n"); /* a filter */
	read_status(line, sizeof line, s.client.pid, "NoNewPrivs:");
	assert_string_equal(line, "\t1\n");
	spawn_done(&s);
}

/* In a child that is shut in as ceremony-parse is: the exit code tells. */
static int shut_in_child(void)
{
	const struct helper h = parse_helper(&parser);
	struct call        *c = ask(read_fixture(BYTES_LIT("intermediate-2.csr")));
	struct err          e = { 0 };

	if (!sandbox_enter(PARSE_MEMORY, PARSE_CPU, NULL, 0, &e))
		return 2;
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 || open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0)
		return 3;
	return helper_call(&h, c, &e) ? 0 : 4;
}

static void no_file_opens_where_requests_are_read(void **state)
{
	int   status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(shut_in_child());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_has_its_answer),
		cmocka_unit_test(the_fields_say_what_is_in_it),
		cmocka_unit_test(a_call_without_content_is_a_bug_of_the_caller),
		cmocka_unit_test(the_real_helper_answers_and_is_shut_in),
		cmocka_unit_test(no_file_opens_where_requests_are_read),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
