/* status.c: see status.h. The record is verified before a word of it is believed. */
#include "ceremony/cmd/status.h"

#include <fcntl.h>
#include <stdio.h>

#include "ceremony/audit/audit.h"
#include "ceremony/base/file.h"
#include "ceremony/base/json.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/due.h"
#include "ceremony/cmd/due_sheet.h"
#include "ceremony/cmd/ics.h"
#include "ceremony/cmd/load.h"
#include "ceremony/port/clock.h"
#include "ceremony/record/bundle.h"

#define CLOCKS_DIFFER 3600 /* seconds, at the most, from one machine that keeps time to another */

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

static const char *list_state(const struct ledger *l, const struct ledger_list *x, int64_t now)
{
	const bool newest = x == ledger_list_at(l, now);

	return ledger_list_is_void(x) ? "void" : newest ? (x->next_update > now ? "now" : "expired") : x->this_update > now ? "ahead" : "past";
}

static void print_list(const struct ledger *l, const struct ledger_list *x, int64_t now)
{
	char       from[24], to[24], number[CRL_NUMBER_TEXT], instead[CRL_NUMBER_TEXT];
	const bool is_void = ledger_list_is_void(x);

	(void)crl_number_str(number, x->number);
	(void)utc_str(from, x->this_update);
	(void)utc_str(to, x->next_update);
	if (is_void && x->next_update > now)
		(void)printf("    NEVER    %s, ceremony %u: never publish %s: list %s was made instead\n", number, x->ceremony, x->file,
		             crl_number_str(instead, x->instead));
	else if (!is_void && x->this_update > now)
		(void)printf("    ahead    %s, ceremony %u: publish %s on %.10s, not before; good until %.10s\n", number, x->ceremony, x->file, from, to);
	else if (x == ledger_list_at(l, now) && x->next_update <= now)
		(void)printf("    expired  %s, ceremony %u: %s was good until %.10s, and there is none after it: sign the next\n", number,
		             x->ceremony, x->file, to);
	else if (x == ledger_list_at(l, now))
		(void)printf("    now      %s, ceremony %u: %s is the list of today, good until %.10s\n", number, x->ceremony, x->file, to);
}

/* The list of now, and those that were signed ahead: which is to be published when, and which never. The ledger has
 * the newest first. */
static void print_lists(const struct ledger *l, int64_t now)
{
	const struct ledger_list *x = NULL, *next;
	char                      number[CRL_NUMBER_TEXT];

	(void)printf("  revocation list   %s\n", crl_number_str(number, l->crl_number));
	for (; x != l->list; x = next) {
		for (next = l->list; next->next != x; next = next->next)
			;
		print_list(l, next, now);
	}
}

/* A clock that stands before the record's last line is wrong, by more than two machines' clocks differ: nothing that is due
 * can be told by it. */
static bool clock_is_behind(const struct ledger *l, int64_t now)
{
	return now < l->time - CLOCKS_DIFFER;
}

static void print_text(const struct ledger *l, const struct due *due, size_t num, int64_t now)
{
	char hex[HASH_MAX * 2 + 1], at[24], then[24];

	if (clock_is_behind(l, now))
		(void)printf("CLOCK  this machine's clock says %s, and the last ceremony ended %s: set it right; what is due cannot be told by it\n",
		             utc_str(at, now), utc_str(then, l->time));
	(void)printf("%s%s\n", l->organisation, l->rehearsal ? " (REHEARSAL)" : "");
	(void)printf("  root certificate  sha256 %s\n", sha256_hex(hex, l->root_cert));
	(void)printf("  token             %s\n", l->token_serial ? l->token_serial : "-");
	(void)printf("  ceremonies        %u, the last ended %s\n", l->num_ceremonies, utc_str(at, l->time));
	print_lists(l, now);
	(void)printf("  certificates      %zu\n", l->num_certs);
	for (const struct ledger_cert *c = l->cert; c; c = c->next)
		(void)printf("    %-8s %u/%.*s  %s\n", c->revoked ? "REVOKED" : c->not_after < now ? "expired" : "valid", c->ceremony,
		             (int)(strlen(c->name) - 4), c->name, c->subject); /* without ".csr" */
	(void)printf("Due\n");
	for (size_t i = 0; i < num; i++)
		(void)printf("  %-8s %s  %s%s%s%s%s\n", due_state_name(due[i].state), utc_str(at, due[i].at), due[i].what,
		             due[i].of[0] ? ": " : "", due[i].of, due[i].clause[0] ? "  " : "", due[i].clause);
}

/* ---- JSON ----------------------------------------------------------------------------- */

static void print_certs(const struct ledger *l)
{
	char at[24], hex[2 * 32 + 1];

	for (const struct ledger_cert *c = l->cert; c; c = c->next) {
		struct buf b = BUF_ON(hex);
		buf_hex(&b, c->serial);
		(void)printf("%s{\"ceremony\":%u,\"name\":", c == l->cert ? "" : ",", c->ceremony);
		json_print(stdout, bytes_str(c->name));
		(void)printf(",\"subject\":");
		json_print(stdout, bytes_str(c->subject));
		(void)printf(",\"serial\":\"%s\",\"not_after\":\"%s\",\"revoked\":%s", buf_cstr(&b), utc_str(at, c->not_after),
		             c->revoked ? "true" : "false");
		if (c->revoked)
			(void)printf(",\"reason\":%u,\"revoked_at\":\"%s\"", c->reason, utc_str(at, c->revoked_at));
		(void)printf("}");
	}
}

static void print_json_parts(const struct ledger_list *x)
{
	if (x->num_parts < 2)
		return;
	(void)printf(",\"parts\":[");
	for (unsigned i = 0; i < x->num_parts; i++) {
		(void)printf("%s{\"file\":", i ? "," : "");
		json_print(stdout, bytes_str(x->part[i].file));
		(void)printf(",\"sha256\":\"%s\"}", x->part[i].sha256);
	}
	(void)printf("]");
}

static void print_json_lists(const struct ledger *l, int64_t now)
{
	char from[24], to[24], number[CRL_NUMBER_TEXT];

	for (const struct ledger_list *x = l->list; x; x = x->next) {
		(void)printf("%s{\"number\":%s,\"state\":\"%s\",\"this_update\":\"%s\",\"next_update\":\"%s\",\"ceremony\":%u,\"file\":",
		             x == l->list ? "" : ",", crl_number_str(number, x->number), list_state(l, x, now),
		             utc_str(from, x->this_update), utc_str(to, x->next_update), x->ceremony);
		json_print(stdout, bytes_str(x->file));
		(void)printf(",\"sha256\":\"%s\",\"ahead\":%s", x->sha256, x->ahead ? "true" : "false");
		print_json_parts(x);
		if (ledger_list_is_void(x))
			(void)printf(",\"instead\":%s", crl_number_str(number, x->instead));
		(void)printf("}");
	}
}

static void print_json_due(const struct due *due, size_t num)
{
	char at[24];

	for (size_t i = 0; i < num; i++) {
		(void)printf("%s{\"state\":\"%s\",\"at\":\"%s\",\"what\":", i ? "," : "", due_state_name(due[i].state),
		             utc_str(at, due[i].at));
		json_print(stdout, bytes_str(due[i].what));
		(void)printf(",\"of\":");
		json_print(stdout, bytes_str(due[i].of));
		(void)printf(",\"clause\":");
		json_print(stdout, bytes_str(due[i].clause));
		(void)printf("}");
	}
}

static void print_json(const struct ledger *l, const char *open_one, const struct due *due, size_t num, int64_t now)
{
	char hex[HASH_MAX * 2 + 1], number[CRL_NUMBER_TEXT], at[24];

	(void)printf("{\"organisation\":");
	json_print(stdout, bytes_str(l->organisation));
	(void)printf(",\"rehearsal\":%s,\"root_sha256\":\"%s\",\"ceremonies\":%u,\"unfinished\":", l->rehearsal ? "true" : "false",
	             sha256_hex(hex, l->root_cert), l->num_ceremonies);
	if (open_one)
		json_print(stdout, bytes_str(open_one));
	else
		(void)printf("null");
	(void)printf(",\"now\":\"%s\",\"clock_behind\":%s", utc_str(at, now), clock_is_behind(l, now) ? "true" : "false");
	(void)printf(",\"crl_number\":%s,\"lists\":[", crl_number_str(number, l->crl_number));
	print_json_lists(l, now);
	(void)printf("],\"certificates\":[");
	print_certs(l);
	(void)printf("],\"due\":[");
	print_json_due(due, num);
	(void)printf("]}\n");
}

/* ---- the command ---------------------------------------------------------------------------- */

static int tell(const struct asked *asked, const struct ledger *l, const char *open_one, struct arena *a, struct err *e)
{
	struct clock clock = clock_system();
	int64_t      now = clock.now(clock.ctx);
	size_t       num = due_most(l);
	struct due  *due = arena_take(a, num * sizeof *due);
	bool         late = clock_is_behind(l, now);

	if (late && (asked->ics || asked->pdf)) { /* what was exported would be wrong for long */
		(void)err_set(e, ERR_CLOCK_BACK, "it stands before the end of the last ceremony: nothing is exported");
		return complain(e);
	}
	if (!due) {
		(void)err_set(e, ERR_NO_MEMORY, "what is due");
		return complain(e);
	}
	num = due_list(due, num, l, now);
	for (size_t i = 0; i < num; i++)
		late = late || due[i].state == DUE_OVERDUE;
	if (asked->json)
		print_json(l, open_one, due, num, now);
	else
		print_text(l, due, num, now);
	if (open_one)
		(void)fprintf(stderr, "ceremony: %s has not ended: resume it with: ceremony resume --record %s\n", open_one,
		              asked->record);
	if (asked->ics && !ics_write(asked->ics, l, due, num, now, a, e))
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
	    !audit_ledger(&ledger, &a, asked.record, open_one, NULL, &e)) {
		if (!a.p)
			(void)err_set(&e, ERR_NO_MEMORY, "the record");
		arena_free(&a);
		return complain(&e);
	}
	int code = tell(&asked, &ledger, open_one ? name : NULL, &a, &e);
	arena_free(&a);
	return code;
}
