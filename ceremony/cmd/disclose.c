/* disclose.c: see disclose.h. */
#include "ceremony/cmd/disclose.h"

#include <fcntl.h>
#include <stdio.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/load.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/personal.h"
#include "ceremony/record/report.h"

struct wanted {
	const char *record, *name, *file;
	uint64_t    number; /* 0: every ceremony */
	bool        report; /* the hash of report.txt */
	struct buf  out;
	struct arena room;
	size_t      num;
};

static bool parse_options(struct wanted *w, int argc, char **argv, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		const char **value = strcmp(argv[i], "--record") == 0 ? &w->record :
		                     strcmp(argv[i], "--name") == 0   ? &w->name :
		                     strcmp(argv[i], "-o") == 0       ? &w->file :
		                                                        NULL;
		if (!value && !w->report && strcmp(argv[i], "--report") == 0)
			w->report = true;
		else if (i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s", argv[i]);
		else if (value && !*value)
			*value = argv[++i];
		else if (!value && !w->number && strcmp(argv[i], "--ceremony") == 0 &&
		         bytes_to_u64(&w->number, bytes_str(argv[i + 1]), BUNDLE_MOST) && w->number)
			i++;
		else
			return err_set(e, ERR_USAGE, "%s", argv[i]);
	}
	bool lists = !w->name && !w->report && !w->file, opens = (w->name || w->report) && !(w->name && w->report) && w->file;
	return (w->record && (lists || opens)) ||
	       err_set(e, ERR_USAGE, "disclose --record DIR [--ceremony N] [--name TEXT -o FILE | --report -o FILE]");
}

static bool is_wanted(const struct wanted *w, const char *report, struct bytes value)
{
	return bytes_is(value, w->report ? report : w->name);
}

/* One line a value: ceremony, commitment, what it is. */
static void list_value(const struct personal_value *v, const char *folder, const char *report)
{
	char       text[1024];
	struct buf b = BUF_ON(text);

	text_escape(&b, bytes_first(v->value, 200));
	(void)printf("%.4s\t%s\t%s\n", folder, v->text, bytes_is(v->value, report) ? "(the hash of report.txt)" : buf_cstr(&b));
}

static bool look(struct wanted *w, const struct bundle *b, struct err *e)
{
	struct personal p = { .fd = -1 };
	struct bytes    text;
	char            report[HASH_MAX * 2 + 1] = "-";

	bool ok = personal_init(&p, e) && personal_read(&p, b->fd, e);
	if (ok && file_exists(b->fd, "report.txt")) {
		ok = file_read(&text, &p.room, b->fd, "report.txt", REPORT_MAX, e);
		if (ok)
			(void)sha256_hex(report, text);
	}
	for (const struct personal_value *v = p.first; ok && v; v = v->next) {
		if (!w->file) {
			list_value(v, b->name.text, report);
		} else if (is_wanted(w, report, v->value)) {
			buf_put(&w->out, v->line);
			buf_str(&w->out, "\n");
			w->num++;
		}
	}
	personal_done(&p);
	return ok;
}

static bool look_at_all(struct wanted *w, struct err *e)
{
	struct bundle_list list = { 0 };
	struct record      r = { -1, -1 };

	bool ok = record_open(&r, AT_FDCWD, w->record, false, e) && bundle_list(&list, &w->room, &r, e);
	if (ok && w->number > list.num)
		ok = err_set(e, ERR_RECORD_NUMBER, "%llu", (unsigned long long)w->number);
	for (size_t i = 0; ok && i < list.num; i++) {
		struct bundle b = { .fd = -1 };
		if (w->number && list.item[i].number != w->number)
			continue;
		ok = bundle_open(&b, &r, list.item[i].number, e) && look(w, &b, e);
		bundle_done(&b);
	}
	record_done(&r);
	return ok;
}

int cmd_disclose(int argc, char **argv)
{
	struct wanted w = { .room = arena_new(3 * PERSONAL_MAX_LEN) };
	struct err    e = { 0 };
	bool          ok = w.room.cap || err_set(&e, ERR_NO_MEMORY, "disclosures");

	w.out = buf_init(ok ? arena_take(&w.room, PERSONAL_MAX_LEN) : NULL, PERSONAL_MAX_LEN);
	ok = ok && parse_options(&w, argc, argv, &e) && look_at_all(&w, &e);
	if (ok && w.file && !w.num)
		ok = err_set(&e, ERR_PERSONAL_NONE, "%s", w.report ? "the hash of report.txt" : w.name);
	if (ok && w.file)
		ok = buf_ok(&w.out) ? file_write(AT_FDCWD, w.file, buf_bytes(&w.out), 0644, &e) : err_set(&e, ERR_TOO_LARGE, "disclosures");
	arena_free(&w.room);
	return ok ? 0 : complain(&e);
}
