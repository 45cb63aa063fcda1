/* publish.c: see publish.h. The copy has every file of the record, octet for octet, but for personal.jsonl, which lacks
 * the lines that are withheld; the reports, which hold what those lines say; and SHA256SUMS, which is made anew. It is
 * verified before it gets its name. */
#include "ceremony/cmd/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/audit/audit.h"
#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/cmd/load.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/ca.h"
#include "ceremony/record/report.h"
#include "ceremony/record/sums.h"
#include "ceremony/record/transcript.h"

#define MOST_TEXTS 64
#define EVERYTHING "personal"

struct publish {
	const char   *record, *to;
	const char   *text[MOST_TEXTS]; /* which values: those that contain one of these; num_texts 0: all */
	size_t        num_texts, num_matched;
	char          part[4096]; /* the folder that is being made */
	struct record from;
	int           out; /* part */
	struct arena  room;
	bool          withholds; /* something in the ceremony that is being copied */
	size_t        num, num_withheld;
};

static bool parse_options(struct publish *p, int argc, char **argv, struct err *e)
{
	bool all = false;

	for (int i = 1; i < argc; i += 2) {
		const char **value = strcmp(argv[i], "--record") == 0 ? &p->record : strcmp(argv[i], "-o") == 0 ? &p->to : NULL;
		if (i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		if (value && !*value)
			*value = argv[i + 1];
		else if (!value && strcmp(argv[i], "--withhold") == 0 && strcmp(argv[i + 1], EVERYTHING) == 0)
			all = true;
		else if (!value && strcmp(argv[i], "--withhold") == 0 && argv[i + 1][0] && p->num_texts < MOST_TEXTS)
			p->text[p->num_texts++] = argv[i + 1];
		else
			return err_set(e, ERR_USAGE, "%s", argv[i]);
	}
	if (!p->record || !p->to || (all && p->num_texts))
		return err_set(e, ERR_USAGE, "publish --record DIR -o DIR [--withhold personal|TEXT]...");
	if (snprintf(p->part, sizeof p->part, "%s.tmp", p->to) >= (int)sizeof p->part)
		return err_set(e, ERR_USAGE, "-o: the name is too long");
	return !file_exists(AT_FDCWD, p->to) || err_set(e, ERR_FILE_EXISTS, "%s", p->to);
}

/* ---- one ceremony ------------------------------------------------------------------------ */

static bool is_report(const char *name)
{
	return strcmp(name, "report.txt") == 0 || strcmp(name, "report.html") == 0 || strcmp(name, "report.pdf") == 0;
}

static bool contains_any(const struct publish *p, struct bytes value)
{
	for (size_t i = 0; i < p->num_texts; i++)
		if (memmem(value.p, value.len, p->text[i], strlen(p->text[i])))
			return true;
	return p->num_texts == 0;
}

/* What the transcript says the report's hash is: known by the report itself. */
static bool is_report_hash(struct publish *p, int from, struct bytes value)
{
	struct arena a = p->room;
	struct bytes report;
	struct err   none;
	char         hex[HASH_MAX * 2 + 1];

	return file_exists(from, "report.txt") && file_read(&report, &a, from, "report.txt", REPORT_MAX, &none) &&
	       bytes_is(value, sha256_hex(hex, report));
}

/* The lines that stay; with anything withheld, the hash of the report goes, too: from it names could be guessed. */
static bool put_personal(struct publish *p, int from, int to, struct err *e)
{
	struct personal values = { .fd = -1 };
	size_t          was = p->room.len, kept = 0, total = 0;

	p->withholds = false;
	bool ok = personal_init(&values, e) && personal_read(&values, from, e);
	for (const struct personal_value *v = values.first; ok && v; v = v->next) {
		bool match = contains_any(p, v->value);
		p->num_matched += match;
		p->withholds |= match;
		total += v->line.len + 1;
	}
	uint8_t   *storage = ok ? arena_take(&p->room, total + 1) : NULL;
	struct buf b = buf_init(storage, storage ? total : 0);
	for (const struct personal_value *v = values.first; ok && v; v = v->next) {
		p->num++;
		if (p->withholds && (contains_any(p, v->value) || is_report_hash(p, from, v->value)))
			continue;
		kept++;
		buf_put(&b, v->line);
		buf_str(&b, "\n");
	}
	p->num_withheld += values.num - kept;
	if (ok && !(storage && buf_ok(&b)))
		ok = err_set(e, ERR_NO_MEMORY, PERSONAL_NAME);
	ok = ok && (!kept || file_write(to, PERSONAL_NAME, buf_bytes(&b), 0644, e));
	p->room.len = was;
	personal_done(&values);
	return ok;
}

struct copy {
	struct publish *p;
	int             from, to;
};

static bool copy_file(struct publish *p, int from, int to, const char *name, struct err *e)
{
	size_t       was = p->room.len;
	struct bytes content;

	bool ok = file_read(&content, &p->room, from, name, BUNDLE_FILE_MAX, e) && file_write(to, name, content, 0644, e);
	p->room.len = was;
	return ok;
}

static bool copy_one(void *ctx, const char *name, struct err *e)
{
	const struct copy *c = ctx;
	const char        *slash = strchr(name, '/');
	char               folder[64];

	if (is_report(name) && c->p->withholds)
		return true;
	if (slash) {
		(void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
		if (mkdirat(c->to, folder, 0755) != 0 && errno != EEXIST)
			return err_set(e, ERR_FILE_WRITE, "%s: %s", folder, strerror(errno));
	}
	return copy_file(c->p, c->from, c->to, name, e);
}

static bool first_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	(void)ctx;
	(void)line;
	return ev->n > 0 || !fields_is(&ev->data, "format", TRANSCRIPT_OLD) ||
	       err_set(e, ERR_PERSONAL_OLD, "it is of " TRANSCRIPT_OLD);
}

static bool copy_ceremony(struct publish *p, unsigned number, int ceremonies, struct err *e)
{
	struct bundle b = { .fd = -1 };
	struct copy   c = { .p = p, .to = -1 };

	bool ok = bundle_open(&b, &p->from, number, e) && transcript_each(b.fd, first_line, NULL, e);
	c.from = b.fd;
	if (ok)
		c.to = dir_open(ceremonies, b.name.text, true, e);
	ok = ok && c.to >= 0 && put_personal(p, b.fd, c.to, e) && sums_each(b.fd, copy_one, &c, e) &&
	     (b.state != BUNDLE_SEALED || sums_write(c.to, NULL, e));
	if (c.to >= 0)
		(void)close(c.to);
	bundle_done(&b);
	return ok;
}

/* ---- the record ---------------------------------------------------------------------------- */

static bool copy_record(struct publish *p, struct err *e)
{
	struct bundle_list list = { 0 };
	int                ceremonies = dir_open(p->out, "ceremonies", true, e);

	bool ok = ceremonies >= 0 && bundle_list(&list, &p->room, &p->from, e) && copy_file(p, p->from.fd, p->out, CA_NAME, e) &&
	          copy_file(p, p->from.fd, p->out, "root.pem", e);
	for (size_t i = 0; ok && i < list.num; i++)
		ok = copy_ceremony(p, list.item[i].number, ceremonies, e);
	if (ceremonies >= 0)
		(void)close(ceremonies);
	if (ok && p->num_texts && !p->num_matched)
		ok = err_set(e, ERR_USAGE, "--withhold: nothing personal in this record says that");
	return ok;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	(void)f;
	return remove(path);
}

static void hear(void *ctx, const char *line)
{
	(void)ctx;
	(void)printf("%s\n", line);
}

static bool make(struct publish *p, struct err *e)
{
	const struct audit_say say = { hear, NULL };

	if (mkdir(p->part, 0755) != 0)
		return err_set(e, ERR_FILE_WRITE, "%s: %s", p->part, strerror(errno));
	p->out = dir_open(AT_FDCWD, p->part, false, e);
	bool ok = p->out >= 0 && copy_record(p, e) && audit_record(p->part, NULL, &say, e);
	if (ok && (fsync(p->out) != 0 || renameat2(AT_FDCWD, p->part, AT_FDCWD, p->to, RENAME_NOREPLACE) != 0))
		ok = err_set(e, ERR_FILE_WRITE, "%s: %s", p->to, strerror(errno));
	if (!ok)
		(void)nftw(p->part, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return ok;
}

int cmd_publish(int argc, char **argv)
{
	struct publish p = { .from = { -1, -1 }, .out = -1, .room = arena_new(2 * BUNDLE_FILE_MAX) };
	struct err     e = { 0 };
	bool           ok = p.room.cap || err_set(&e, ERR_NO_MEMORY, "the copy");

	ok = ok && parse_options(&p, argc, argv, &e) && audit_record(p.record, NULL, NULL, &e) &&
	     record_open(&p.from, AT_FDCWD, p.record, false, &e) && make(&p, &e);
	if (ok)
		(void)printf("%s: a copy in which %zu of %zu personal values are withheld\n", p.to, p.num_withheld, p.num);
	if (p.out >= 0)
		(void)close(p.out);
	record_done(&p.from);
	arena_free(&p.room);
	return ok ? 0 : complain(&e);
}
