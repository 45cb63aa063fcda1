/* status.c: see status.h. The record is verified before a word of it is believed. */
#include "ceremony/cmd/status.h"

#include <fcntl.h>
#include <stdio.h>

#include "ceremony/audit/audit.h"
#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/due.h"
#include "ceremony/cmd/due_sheet.h"
#include "ceremony/cmd/load.h"
#include "ceremony/port/clock.h"
#include "ceremony/record/bundle.h"

struct asked {
	const char *record, *ics, *pdf;
	bool        json;
};

static bool parse(struct asked *a, int argc, char **argv, struct err *e)
{
	*a = (struct asked){ 0 };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--record") == 0 && i + 1 < argc)
			a->record = argv[++i];
		else if (strcmp(argv[i], "--ics") == 0 && i + 1 < argc)
			a->ics = argv[++i];
		else if (strcmp(argv[i], "--pdf") == 0 && i + 1 < argc)
			a->pdf = argv[++i];
		else if (strcmp(argv[i], "--json") == 0)
			a->json = true;
		else
			return err_set(e, ERR_USAGE, "status: %s", argv[i]);
	}
	if (a->ics && a->pdf && strcmp(a->ics, a->pdf) == 0)
		return err_set(e, ERR_USAGE, "status: --ics and --pdf name one file: %s", a->pdf);
	return a->record || err_set(e, ERR_USAGE, "status needs --record DIR");
}

static bool unfinished(bool *out, char name[BUNDLE_NAME_MAX + 1], const char *path, struct err *e)
{
	struct record r = { -1, -1 };
	struct bundle b = { .fd = -1 };
	struct err    why = { 0 };

	if (!record_open(&r, AT_FDCWD, path, false, e))
		return false;
	bool ok = bundle_open(&b, &r, 0, &why);
	*out = ok && (b.state == BUNDLE_BEGUN || b.state == BUNDLE_CLOSED || b.state == BUNDLE_EMPTY);
	(void)snprintf(name, BUNDLE_NAME_MAX + 1, "%s", ok ? b.name.text : "");
	bundle_done(&b);
	record_done(&r);
	if (ok || why.id == ERR_RECORD_NUMBER)
		return true;
	*e = why;
	return false;
}

/* ---- text ---------------------------------------------------------------------------- */

static void print_text(const struct ledger *l, const struct due *due, size_t num)
{
	char hex[HASH_MAX * 2 + 1], at[24];

	(void)printf("%s%s\n", l->organisation, l->rehearsal ? " (REHEARSAL)" : "");
	(void)printf("  root certificate  sha256 %s\n", sha256_hex(hex, l->root_cert));
	(void)printf("  token             %s\n", l->token_serial ? l->token_serial : "-");
	(void)printf("  ceremonies        %u, the last ended %s\n", l->num_ceremonies, utc_str(at, l->time));
	(void)printf("  revocation list   %llu\n", (unsigned long long)l->crl_number);
	(void)printf("  certificates      %zu\n", l->num_certs);
	for (const struct ledger_cert *c = l->cert; c; c = c->next)
		(void)printf("    %-8s %u/%.*s  %s\n", c->revoked ? "REVOKED" : "valid", c->ceremony,
		             (int)(strlen(c->name) - 4), c->name, c->subject); /* without ".csr" */
	(void)printf("Due\n");
	for (size_t i = 0; i < num; i++)
		(void)printf("  %-8s %s  %s%s%s%s%s\n", due_state_name(due[i].state), utc_str(at, due[i].at), due[i].what,
		             due[i].of[0] ? ": " : "", due[i].of, due[i].clause[0] ? "  " : "", due[i].clause);
}

/* ---- JSON ----------------------------------------------------------------------------- */

static void put_json(const char *s)
{
	(void)putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			(void)printf("\\%c", *s);
		else if ((unsigned char)*s < 0x20)
			(void)printf("\\u%04x", (unsigned char)*s);
		else
			(void)putchar(*s);
	}
	(void)putchar('"');
}

static void print_certs(const struct ledger *l)
{
	char at[24], hex[2 * 32 + 1];

	for (const struct ledger_cert *c = l->cert; c; c = c->next) {
		struct buf b = BUF_ON(hex);
		buf_hex(&b, c->serial);
		(void)printf("%s{\"ceremony\":%u,\"name\":", c == l->cert ? "" : ",", c->ceremony);
		put_json(c->name);
		(void)printf(",\"subject\":");
		put_json(c->subject);
		(void)printf(",\"serial\":\"%s\",\"not_after\":\"%s\",\"revoked\":%s", buf_cstr(&b), utc_str(at, c->not_after),
		             c->revoked ? "true" : "false");
		if (c->revoked)
			(void)printf(",\"reason\":%u,\"revoked_at\":\"%s\"", c->reason, utc_str(at, c->revoked_at));
		(void)printf("}");
	}
}

static void print_json(const struct ledger *l, const struct due *due, size_t num)
{
	char hex[HASH_MAX * 2 + 1], at[24];

	(void)printf("{\"organisation\":");
	put_json(l->organisation);
	(void)printf(",\"rehearsal\":%s,\"root_sha256\":\"%s\",\"ceremonies\":%u,\"crl_number\":%llu,\"certificates\":[",
	             l->rehearsal ? "true" : "false", sha256_hex(hex, l->root_cert), l->num_ceremonies,
	             (unsigned long long)l->crl_number);
	print_certs(l);
	(void)printf("],\"due\":[");
	for (size_t i = 0; i < num; i++) {
		(void)printf("%s{\"state\":\"%s\",\"at\":\"%s\",\"what\":", i ? "," : "", due_state_name(due[i].state),
		             utc_str(at, due[i].at));
		put_json(due[i].what);
		(void)printf(",\"of\":");
		put_json(due[i].of);
		(void)printf("}");
	}
	(void)printf("]}\n");
}

/* ---- iCalendar (RFC 5545) ---------------------------------------------------------------- */

static void ics_text(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == ',' || *s == ';' || *s == '\\')
			buf_u8(b, '\\');
		buf_u8(b, (uint8_t)*s);
	}
}

/* A line is folded at 75 octets (RFC 5545 3.1), never inside a character. */
static void ics_line(struct buf *b, struct bytes line)
{
	while (line.len > 72) {
		size_t n = 72;
		while (n && (line.p[n] & 0xc0) == 0x80)
			n--;
		buf_put(b, bytes_first(line, n));
		buf_str(b, "\r\n ");
		line = bytes_skip(line, n);
	}
	buf_put(b, line);
	buf_str(b, "\r\n");
}

static void ics_event(struct buf *b, const struct ledger *l, const struct due *d, int64_t now)
{
	struct utc_civil at = utc_civil(d->at), stamp = utc_civil(now);
	char             hex[HASH_MAX * 2 + 1], text[512];
	struct buf       line = BUF_ON(text);

	buf_str(b, "BEGIN:VEVENT\r\n");
	(void)sha256_hex(hex, l->root_cert);
	buf_fmt(&line, "%s %s %s %lld", hex, d->what, d->of, (long long)d->at);
	(void)sha256_hex(hex, buf_bytes(&line));
	line = (struct buf)BUF_ON(text);
	buf_fmt(&line, "UID:%.32s@ceremony", hex);
	ics_line(b, buf_bytes(&line));
	buf_fmt(b, "DTSTAMP:%04d%02d%02dT%02d%02d%02dZ\r\nDTSTART:%04d%02d%02dT%02d%02d%02dZ\r\n", stamp.year, stamp.month,
	        stamp.day, stamp.hour, stamp.minute, stamp.second, at.year, at.month, at.day, at.hour, at.minute, at.second);
	line = (struct buf)BUF_ON(text);
	buf_str(&line, "SUMMARY:");
	ics_text(&line, l->organisation);
	buf_str(&line, "\\, ");
	ics_text(&line, d->what);
	buf_str(&line, d->of[0] ? ": " : "");
	ics_text(&line, d->of);
	ics_line(b, buf_bytes(&line));
	buf_str(b, "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:due\r\nTRIGGER:-P30D\r\nEND:VALARM\r\nEND:VEVENT\r\n");
}

static bool write_ics(const char *path, const struct ledger *l, const struct due *due, size_t num, int64_t now,
                      struct arena *a, struct err *e)
{
	size_t     cap = 512 + num * 1024;
	uint8_t   *p = arena_take(a, cap);
	struct buf b = buf_init(p, p ? cap : 0);

	buf_str(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ceremony//" CEREMONY_VERSION "//EN\r\n");
	for (size_t i = 0; i < num; i++)
		if (due[i].state != DUE_PAST)
			ics_event(&b, l, &due[i], now);
	buf_str(&b, "END:VCALENDAR\r\n");
	if (!buf_ok(&b))
		return err_set(e, ERR_TOO_LARGE, "%s", path);
	return file_write(AT_FDCWD, path, buf_bytes(&b), 0644, e);
}

/* ---- the command ---------------------------------------------------------------------------- */

static int tell(const struct asked *asked, const struct ledger *l, const char *open_one, struct arena *a, struct err *e)
{
	static struct due due[DUE_MAX];
	struct clock      clock = clock_system();
	int64_t           now = clock.now(clock.ctx);
	size_t            num = due_list(due, COUNT_OF(due), l, now);
	bool              late = false;

	for (size_t i = 0; i < num; i++)
		late = late || due[i].state == DUE_OVERDUE;
	if (asked->json)
		print_json(l, due, num);
	else
		print_text(l, due, num);
	if (open_one)
		(void)fprintf(stderr, "ceremony: %s has not ended: resume it with: ceremony resume --record %s\n", open_one,
		              asked->record);
	if (asked->ics && !write_ics(asked->ics, l, due, num, now, a, e))
		return complain(e);
	if (asked->pdf && !due_sheet_write(asked->pdf, l, open_one, due, num, now, e))
		return complain(e);
	return late ? 1 : 0;
}

int cmd_status(int argc, char **argv)
{
	struct asked  asked;
	struct ledger ledger;
	struct err    e = { 0 };
	bool          open_one = false;
	char          name[BUNDLE_NAME_MAX + 1];
	struct arena  a = arena_new((size_t)512 << 20);

	if (!a.p || !parse(&asked, argc, argv, &e) || !unfinished(&open_one, name, asked.record, &e) ||
	    !audit_ledger(&ledger, &a, asked.record, open_one, &e)) {
		if (!a.p)
			(void)err_set(&e, ERR_NO_MEMORY, "the record");
		arena_free(&a);
		return complain(&e);
	}
	int code = tell(&asked, &ledger, open_one ? name : NULL, &a, &e);
	arena_free(&a);
	return code;
}
