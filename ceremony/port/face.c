/* face.c: see face.h. */
#include "ceremony/port/face.h"

#define QR_MAX_VERSION   40
#define QR_MAX_FRAGMENTS 1024

static void fill(const char **s)
{
	if (!*s)
		*s = "";
}

static void fill_ask(struct ask *a)
{
	fill(&a->key);
	fill(&a->label);
	fill(&a->hint);
	fill(&a->preset);
	fill(&a->expect);
	fill(&a->name);
}

static void fill_row(struct row *r)
{
	fill(&r->label);
	fill(&r->value);
	fill(&r->asked);
	fill(&r->allowed);
	fill(&r->source);
}

const struct prompt *prompt_filled(struct prompt *out, const struct prompt *p)
{
	MUST(p->num_asks <= PROMPT_MAX_ASKS && p->num_rows <= PROMPT_MAX_ROWS && p->num_steps <= PROMPT_MAX_STEPS);
	*out = *p;
	const char **const text[] = { &out->ceremony, &out->step_id,   &out->turn,     &out->role,
		                      &out->who,      &out->title,     &out->text,     &out->aloud,
		                      &out->help_what, &out->help_why, &out->help_clause, &out->help_fail };
	for (size_t i = 0; i < COUNT_OF(text); i++)
		fill(text[i]);
	for (size_t i = 0; i < out->num_asks; i++)
		fill_ask(&out->ask[i]);
	for (size_t i = 0; i < out->num_rows; i++)
		fill_row(&out->row[i]);
	return out;
}

void qr_shown_put(struct buf *b, const struct qr_shown *s)
{
	buf_fmt(b, "version %u, fragments %u, frames %llu", s->version, s->fragments, (unsigned long long)s->frames);
}

bool qr_shown_parse(struct qr_shown *out, struct bytes text)
{
	static const uint64_t most[] = { QR_MAX_VERSION, QR_MAX_FRAGMENTS, UINT32_MAX };
	struct bytes          rest = text;
	char                  again[80];
	struct buf            b = BUF_ON(again);
	uint64_t              n[COUNT_OF(most)];

	for (size_t i = 0; i < COUNT_OF(most); i++) {
		struct bytes piece = rest, word, number;
		bool         more = i + 1 < COUNT_OF(most);
		if ((more && !bytes_cut(rest, ',', &piece, &rest)) || !bytes_cut(bytes_trim(piece), ' ', &word, &number) ||
		    !bytes_to_u64(&n[i], number, most[i]) || n[i] == 0)
			return false;
	}
	const struct qr_shown s = { (unsigned)n[0], (unsigned)n[1], n[2] };
	qr_shown_put(&b, &s);
	if (!bytes_equal(buf_bytes(&b), text)) /* one spelling */
		return false;
	*out = s;
	return true;
}
