/* due_sheet.c: see due_sheet.h. */
#include "ceremony/cmd/due_sheet.h"

#include "ceremony/base/text.h"
#include "ceremony/cmd/printed.h"

#define SHOWN      96 /* octets of the CA's name that are shown: more would push the table off the page */
#define LINES      24 /* of the table, that fit one page below all that can stand above them */
#define LINE_SIGNS 24 /* of a line of its widest column, at least */

struct sheet_of {
	const struct ledger *ledger;
	const char          *open_one;
	const struct due    *due;
	size_t               num;
	int64_t              now;
};

static void put_ca(struct doc *d, const struct sheet_of *of)
{
	const struct ledger *l = of->ledger;
	char                 text[4 * SHOWN + 64], at[24], number[CRL_NUMBER_TEXT];
	struct buf           b = BUF_ON(text);

	const size_t len = strlen(l->organisation);
	text_escape(&b, bytes_of(l->organisation, len < SHOWN ? len : SHOWN));
	doc_row(d, BYTES_LIT("CA"), PAPER_STRONG, buf_bytes(&b));
	doc_row_str(d, "As of", PAPER_PLAIN, utc_str(at, of->now));
	b.len = 0;
	buf_fmt(&b, "%u, the last ended %s", l->num_ceremonies, utc_str(at, l->time));
	doc_row(d, BYTES_LIT("Ceremonies"), PAPER_PLAIN, buf_bytes(&b));
	b.len = 0;
	if (!crl_number_is_zero(l->crl_number))
		buf_fmt(&b, "number %s", crl_number_str(number, l->crl_number));
	else
		buf_str(&b, l->list ? "without a number, or of number 0" : "none yet");
	doc_row(d, BYTES_LIT("Revocation list"), PAPER_PLAIN, buf_bytes(&b));
	if (!l->root_cert.len) {
		doc_row_str(d, "Root certificate", PAPER_PLAIN, "none yet");
		return;
	}
	struct digest root = hash_of(HASH_SHA256, l->root_cert);
	doc_digest(d, "Root SHA-256", digest_bytes(&root));
	printed_words(d, false, digest_bytes(&root), 8);
}

static const char *in_words(enum due_state s)
{
	static const char *const words[] = { [DUE_LATER] = "", [DUE_SOON] = "SOON", [DUE_OVERDUE] = "OVERDUE", [DUE_PAST] = "",
		                             [DUE_VOID] = "NEVER" };

	return words[s];
}

/* What a row takes of the page, in lines: what is not ASCII may come out as \u{HEX}. */
static size_t lines_of(struct bytes what)
{
	size_t signs = 0;

	for (size_t i = 0; i < what.len; i++)
		signs += what.p[i] < 0x80 ? 1 : 3;
	return signs <= 2 * LINE_SIGNS ? 2 : signs / LINE_SIGNS + 1;
}

/* Returns how many rows found no place. */
static size_t put_table(struct doc *d, const struct sheet_of *of)
{
	static const struct paper_column column[] = {
		{ "By (UTC)", 0.14F, PAPER_CODE },  { "", 0.12F, PAPER_ALARM },           { "What", 0.44F, PAPER_PLAIN },
		{ "Clause", 0.12F, PAPER_MUTED }, { "Done on, initials", 0.18F, PAPER_PLAIN },
	};
	size_t left = LINES, more = 0;

	doc_table(d, column, COUNT_OF(column), true, 9);
	for (size_t i = 0; i < of->num; i++) {
		const struct due *row = &of->due[i];
		char              at[24], what[192];
		struct buf        b = BUF_ON(what);
		if (row->state == DUE_PAST)
			continue;
		(void)utc_str(at, row->at);
		buf_fmt(&b, "%s%s%s", row->what, row->of[0] ? ": " : "", row->of);
		const size_t lines = lines_of(buf_bytes(&b));
		if (more || lines > left) {
			more++;
			continue;
		}
		left -= lines;
		doc_table_row(d, (struct bytes[]){ bytes_first(bytes_str(at), 10), bytes_str(in_words(row->state)), buf_bytes(&b),
		                                   bytes_str(row->clause), BYTES_LIT("") });
	}
	doc_table_end(d);
	return more;
}

static bool fill(struct doc *d, void *ctx, struct err *e)
{
	const struct sheet_of *of = ctx;
	char                   text[256];
	struct buf             b = BUF_ON(text);
	size_t                 late = 0;

	(void)e;
	for (size_t i = 0; i < of->num; i++)
		late += of->due[i].state == DUE_OVERDUE;
	doc_title(d, BYTES_LIT("What is due"), BYTES_LIT("Made from the verified record. A new one is made after each ceremony; destroy this one then."));
	if (of->ledger->rehearsal)
		doc_notice(d, PAPER_ALARM, BYTES_LIT("REHEARSAL: this CA is not to be trusted."));
	if (late) {
		buf_fmt(&b, "OVERDUE: %zu. See below.", late);
		doc_notice(d, PAPER_ALARM, buf_bytes(&b));
	}
	if (of->open_one) {
		b.len = 0;
		buf_fmt(&b, "The ceremony %s has not ended.", of->open_one);
		doc_notice(d, PAPER_STRONG, buf_bytes(&b));
	}
	put_ca(d, of);
	doc_heading(d, BYTES_LIT("Due"));
	size_t more = put_table(d, of);
	if (more) {
		b.len = 0;
		buf_fmt(&b, "%zu more, none of them earlier: ceremony status --record DIR shows them.", more);
		doc_text(d, PAPER_STRONG, buf_bytes(&b));
	}
	return true;
}

bool due_sheet_write(const char *path, const struct ledger *l, const char *open_one, const struct due *due, size_t num,
                     int64_t now, struct err *e)
{
	struct sheet_of  of = { l, open_one, due, num, now };
	struct doc_about about = { BYTES_LIT("What is due"), { NULL, 0 }, now };
	char             hex[HASH_MAX * 2 + 1], foot[160];
	struct buf       b = BUF_ON(foot);

	if (l->root_cert.len)
		buf_fmt(&b, "Root certificate SHA-256 %s", sha256_hex(hex, l->root_cert));
	about.foot = buf_bytes(&b);
	return printed_write(path, DOC_PDF, &about, fill, &of, e);
}
