/* finished.h: the finished record of the shipped rehearsal, run once for a test program, with
 * everything in it by name, to be changed and put back. */
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/audit/audit.h"
#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/event.h"
#include "ceremony/record/merkle.h"
#include "ceremony/record/report.h"
#include "ceremony/record/sums.h"

#define CEREMONY  "ceremonies/0001-root-generation/"
#define TRANSCRIPT CEREMONY "transcript.jsonl"
#define MAX_FILES 100
#define MAX_LINES 200

static struct ground {
	char         work[40], record[60];
	int          fd;
	struct arena arena, scratch;
	char         name[MAX_FILES][120]; /* relative to the record */
	struct bytes content[MAX_FILES];
	size_t       num_files;
	struct bytes line[MAX_LINES]; /* of the transcript, without newline */
	size_t       num_lines;
	unsigned     tried, refused;
} g;

/* ---- the ground ------------------------------------------------------------------ */

__attribute__((format(printf, 1, 2))) static void run(const char *fmt, ...)
{
	char    command[2048];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(command, sizeof command, fmt, ap);
	va_end(ap);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

static void find_files(const char *folder)
{
	char path[200];

	(void)snprintf(path, sizeof path, "%s/%s", g.record, folder);
	DIR *d = opendir(path);
	assert_non_null(d);
	for (struct dirent *one = readdir(d); one; one = readdir(d)) {
		char        name[sizeof g.name[0]];
		struct stat st;
		struct err  e = { 0 };
		if (one->d_name[0] == '.')
			continue;
		assert_in_range(snprintf(name, sizeof name, "%s%s", folder, one->d_name), 1, sizeof name - 2);
		assert_int_equal(fstatat(g.fd, name, &st, 0), 0);
		if (S_ISDIR(st.st_mode)) {
			memcpy(name + strlen(name), "/", 2);
			find_files(name);
			continue;
		}
		assert_in_range(g.num_files, 0, MAX_FILES - 1);
		memcpy(g.name[g.num_files], name, sizeof name);
		assert_true(file_read(&g.content[g.num_files++], &g.arena, g.fd, name, (size_t)1 << 20, &e));
	}
	(void)closedir(d);
}

static struct bytes *content_of(const char *name)
{
	for (size_t i = 0; i < g.num_files; i++)
		if (strcmp(g.name[i], name) == 0)
			return &g.content[i];
	fail_msg("the record has no %s", name);
	return NULL;
}

static int set_up(void **state)
{
	char    bin[400];
	ssize_t n = readlink("/proc/self/exe", bin, sizeof bin - 1);

	(void)state;
	assert_in_range(n, 1, sizeof bin - 1);
	bin[n] = 0;
	char *at = strstr(bin, "/test/ceremony/");
	assert_non_null(at);
	*at = 0;
	(void)snprintf(g.work, sizeof g.work, "/tmp/tamper-XXXXXX");
	assert_non_null(mkdtemp(g.work));
	(void)snprintf(g.record, sizeof g.record, "%s/r", g.work);
	run("mkdir -p %s/m/requests %s/m/output && cp scripts/fixtures/requests/intermediate-[12].csr %s/m/requests/", g.work,
	    g.work, g.work);
	run("%s/bin/ceremony run scripts/ceremonies/rehearsal.ini --record %s --media %s/m "
	    "--answers scripts/ceremonies/rehearsal.answers.ini >%s/log 2>&1 </dev/null", bin, g.record, g.work, g.work);
	g.arena = arena_new((size_t)64 << 20);
	g.scratch = arena_new((size_t)64 << 20);
	g.fd = open(g.record, O_RDONLY | O_DIRECTORY);
	assert_true(g.fd >= 0 && g.arena.p && g.scratch.p);
	find_files("");
	struct bytes rest = *content_of(TRANSCRIPT);
	while (bytes_cut(rest, '\n', &g.line[g.num_lines], &rest))
		assert_in_range(++g.num_lines, 1, MAX_LINES - 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	print_message("%u changes tried, %u refused; %zu files, %zu lines\n", g.tried, g.refused, g.num_files, g.num_lines);
	run("rm -rf %s", g.work);
	(void)close(g.fd);
	arena_free(&g.arena);
	arena_free(&g.scratch);
	return 0;
}

static void put(const char *name, struct bytes content)
{
	int fd = openat(g.fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content.p, content.len), (ssize_t)content.len);
	assert_int_equal(close(fd), 0);
}

/* Everything as it was. */
static void restore(const char *name)
{
	put(name, *content_of(name));
}

/* SHA256SUMS is made to fit. */
static inline void sum_again(void)
{
	struct err e = { 0 };
	int        dir = openat(g.fd, CEREMONY, O_RDONLY | O_DIRECTORY);

	assert_true(dir >= 0);
	assert_true(sums_write(dir, NULL, &e));
	(void)close(dir);
}

static void ignore(void *ctx, const char *line)
{
	(void)ctx;
	(void)line;
}

static bool verifies(struct err *e)
{
	const struct audit_say say = { ignore, NULL };

	*e = (struct err){ 0 };
	return audit_record(g.record, NULL, &say, e);
}

/* The record as it now is must be refused, by a message with both words in it; each may be NULL. */
static void refused(const char *how, const char *word, const char *other)
{
	struct err e;
	char       text[1024];

	g.tried++;
	if (verifies(&e))
		fail_msg("verified: %s", how);
	(void)err_line(text, sizeof text, &e);
	if ((word && !strstr(text, word)) || (other && !strstr(text, other)))
		fail_msg("%s: the message lacks \"%s\" or \"%s\": %s", how, word ? word : "", other ? other : "", text);
	g.refused++;
}
