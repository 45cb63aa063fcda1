/* paper_script.c: see paper_script.h. */
#include "ceremony/cmd/paper_script.h"

#include <stdio.h>

#include "ceremony/cmd/printed.h"
#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/outline.h"

#define EXCEPTIONS 12 /* rows of the log: two pages */

static void put_digests(struct doc *d, const char *what, struct bytes text)
{
	struct digest sha256 = hash_of(HASH_SHA256, text);

	doc_subheading(d, bytes_str(what));
	doc_digest(d, "SHA-256", digest_bytes(&sha256));
	printed_words(d, false, digest_bytes(&sha256), 4);
}

static const char *risk_of(const struct script_step *s)
{
	return s->kind->risk ? s->kind->risk(s) : NULL;
}

/* What a step risks stands on the first page, and again at the step. */
static void put_risks(struct doc *d, const struct script *s)
{
	char text[1024];

	for (size_t i = 0; i < s->num_steps; i++) {
		if (!risk_of(&s->step[i]))
			continue;
		(void)snprintf(text, sizeof text, "RISK, step %zu, %s: %s", i + 1, s->step[i].title, risk_of(&s->step[i]));
		doc_notice(d, PAPER_ALARM, bytes_str(text));
	}
}

static void put_roles(struct doc *d, const struct script *s)
{
	doc_page(d);
	doc_heading(d, BYTES_LIT("Roles"));
	doc_text(d, PAPER_PLAIN, BYTES_LIT("One person has one role. Each writes their name, signs, and initials below as they sign here."));
	for (int r = 0; r < ROLE_COUNT_; r++)
		for (unsigned i = 0; i < s->num_people[r]; i++) {
			char role[48];
			(void)snprintf(role, sizeof role, "%s %u", role_name((enum role)r), i + 1);
			doc_sign(d, bytes_str(role), BYTES_LIT(""));
		}
}

struct page {
	struct doc *d;
	size_t      step; /* SIZE_MAX: none has begun */
};

static bool put_activity(void *ctx, const struct activity *a, struct err *e)
{
	struct page *p = ctx;
	char         number[32], what[512], band[1536];

	(void)e;
	if (a->step != p->step) {
		const char *risk = risk_of(a->of);
		(void)snprintf(band, sizeof band, "Step %zu: %s%s%s%s", a->step + 1, a->of->title,
		               a->final ? "\nIRREVERSIBLE: what this step does cannot be undone. Read it aloud before it begins." : "",
		               risk ? "\nRISK: " : "", risk ? risk : "");
		doc_table_band(p->d, a->final ? PAPER_ALARM : PAPER_STRONG, bytes_str(band));
		p->step = a->step;
	}
	(void)snprintf(number, sizeof number, "%zu.%zu", a->step + 1, a->number + 1);
	char who[64], two[64] = "";
	(void)snprintf(who, sizeof who, "%s %u", role_name(a->role), a->who + 1);
	if (a->two)
		(void)snprintf(two, sizeof two, " and %s %u", role_name(a->role), a->who + 2);
	bool named = bytes_starts(bytes_str(a->title), who); /* the title says who */
	(void)snprintf(what, sizeof what, "%s%s%s%s%s", named ? "" : who, named ? "" : two, named ? "" : ": ", a->title,
	               a->secret ? "\n(secret: one person at the screen)" : "");
	doc_table_row(p->d, (const struct bytes[]){ bytes_str(number), bytes_str(what), { NULL, 0 }, { NULL, 0 } });
	return true;
}

static void put_exceptions(struct doc *d)
{
	static const struct paper_column columns[] = { { "No.", 0.07F, PAPER_PLAIN },       { "Step", 0.10F, PAPER_PLAIN },
		                                       { "What was expected, what happened", 0.38F, PAPER_PLAIN },
		                                       { "What was decided, and by whom", 0.29F, PAPER_PLAIN },
		                                       { "Initials, time", 0.16F, PAPER_PLAIN } };

	doc_page(d);
	doc_heading(d, BYTES_LIT("Exceptions"));
	doc_text(d, PAPER_PLAIN, BYTES_LIT("Whatever is not as this script says is written here, numbered, decided and initialled before "
	                                   "the ceremony goes on. Strike out the rows that stay empty."));
	doc_table(d, columns, COUNT_OF(columns), true, 32);
	for (unsigned i = 0; i < EXCEPTIONS; i++) {
		char number[16];
		(void)snprintf(number, sizeof number, "%u", i + 1);
		doc_table_row(d, (const struct bytes[]){ bytes_str(number), { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } });
	}
	doc_table_end(d);
}

/* What is compared with the screen, and where the screen shows it. */
static void put_comparison(struct doc *d, const struct script *s)
{
	struct digest all;
	const char   *title = NULL;
	char          text[512];

	for (size_t i = 0; i < s->num_steps && !title; i++)
		if (s->step[i].kind == &step_kind_environment)
			title = s->step[i].title;
	(void)snprintf(text, sizeof text,
	               title ? "This is the script on paper. Steps and titles are those of the screen. In the step \"%s\" the screen shows sixteen words of script "
	                       "and profiles together: compare them with these." :
	                       "This is the script on paper. Steps and titles are those of the screen. Its SHA-256 stands in the record's first line.",
	               title);
	doc_text(d, PAPER_PLAIN, bytes_str(text));
	if (!title)
		return;
	script_digest(&all, s);
	doc_subheading(d, BYTES_LIT("Script and profiles together"));
	doc_digest(d, "SHA-256", digest_bytes(&all));
	printed_words(d, true, bytes_first(digest_bytes(&all), SCRIPT_WORDS), 4);
	doc_text(d, PAPER_MUTED, BYTES_LIT("They are the SHA-256 of what sha256sum says of script.ini and the profiles below, in this order, in the ceremony's folder."));
}

static bool fill(struct doc *d, void *ctx, struct err *e)
{
	static const struct paper_column columns[] = { { "Step", 0.08F, PAPER_CODE }, { "Activity", 0.60F, PAPER_PLAIN },
		                                       { "Initials", 0.16F, PAPER_PLAIN }, { "Time", 0.16F, PAPER_PLAIN } };
	const struct script             *s = ctx;
	struct page                      page = { d, SIZE_MAX };

	doc_title(d, bytes_str(s->title), bytes_str(s->organisation));
	if (s->rehearsal)
		doc_notice(d, PAPER_ALARM, BYTES_LIT("REHEARSAL: nothing that is made here may be trusted."));
	put_risks(d, s);
	put_comparison(d, s);
	put_digests(d, "The script", s->text);
	for (size_t i = 0; i < s->num_profiles; i++) {
		char what[128];
		(void)snprintf(what, sizeof what, "Profile %s", s->profile[i].name);
		put_digests(d, what, s->profile[i].text);
	}
	put_roles(d, s);
	doc_page(d);
	doc_heading(d, BYTES_LIT("Activities"));
	doc_text(d, PAPER_MUTED, BYTES_LIT("Where only the day can tell how often something is done (requests found on a medium, shares of "
	                                   "an older set), its row stands once: initial it each time."));
	doc_table(d, columns, COUNT_OF(columns), true, 9);
	bool ok = flow_outline(s, put_activity, &page, e);
	doc_table_end(d);
	put_exceptions(d);
	return ok;
}

/* out: where it is appended; NULL: path is where it is written. */
static bool make(struct buf *out, const char *path, enum doc_form form, const struct script *s, struct err *e)
{
	struct digest sha256 = hash_of(HASH_SHA256, s->text);
	char          title[160], foot[1024], hex[HASH_MAX * 2 + 1];
	struct buf    b = BUF_ON(foot);
	struct script mine = *s;

	(void)snprintf(title, sizeof title, "Script: %.120s", s->title);
	buf_fmt(&b, "Script SHA-256 %s\n", digest_hex(hex, &sha256));
	words_put(&b, digest_bytes(&sha256), 16);
	const struct doc_about about = { bytes_str(title), buf_bytes(&b), PAPER_NO_DATE };
	return out ? printed_make(out, form, &about, fill, &mine, e) : printed_write(path, form, &about, fill, &mine, e);
}

bool paper_script_write(const char *path, enum doc_form form, const struct script *s, struct err *e)
{
	return make(NULL, path, form, s, e);
}

bool paper_script_make(struct buf *out, enum doc_form form, const struct script *s, struct err *e)
{
	return make(out, NULL, form, s, e);
}
