/* qualify.c: see qualify.h. */
#include "keytest/qualify.h"

#include <stdarg.h>
#include <stdio.h>

#include "keytest/keytest.h"

#define MAX_KEYS 16

static const char *const grades[] = { "good: ", "claimed: ", "absent: ", "skipped: ", "bad: " };
enum grade { GOOD, CLAIMED, ABSENT, SKIPPED, BAD, UNKNOWN };

/* Without these there is no verdict but no. Whether a locked key stays is asked only where a key can be
 * made that may be wrapped. */
static const char *const must[] = {
	"never.as-it-is", "never.copy-extractable", "never.copy-insensitive", "never.set-extractable",
	"never.set-insensitive", "never.claims", "random.rct-octets", "random.rct-bits", "random.apt-octets",
	"random.apt-bits", "random.repeats", "pin-counter", "removed",
};

static enum grade grade_of(struct bytes value)
{
	unsigned g = 0;

	while (g < COUNT_OF(grades) && !bytes_starts(value, grades[g]))
		g++;
	return (enum grade)g;
}

static void add(char list[][200], size_t *num, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void add(char list[][200], size_t *num, const char *fmt, ...)
{
	struct buf b;
	va_list    ap;

	if (*num == QUALIFY_MAX_REASONS)
		return;
	b = buf_init(list[*num], 200);
	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	(void)buf_cstr(&b);
	++*num;
}

static void add_finding(char list[][200], size_t *num, const struct field *f)
{
	add(list, num, "%.*s: %.*s", (int)f->key.len, (const char *)f->key.p, (int)f->value.len, (const char *)f->value.p);
}

/* Names with a dot or on the list above are findings; the rest says which token it was. */
static bool is_finding(const struct field *f)
{
	static const char *const families[] = { "algorithm.", "never.", "locked.", "restored.", "random." };

	for (size_t i = 0; i < COUNT_OF(families); i++)
		if (bytes_starts(f->key, families[i]))
			return true;
	for (size_t i = 0; i < COUNT_OF(must); i++)
		if (bytes_is(f->key, must[i]))
			return true;
	return false;
}

static void judge_finding(struct qualify *q, const struct field *f, unsigned *algorithms)
{
	switch (grade_of(f->value)) {
	case GOOD:
		*algorithms += bytes_starts(f->key, "algorithm.");
		break;
	case ABSENT: break;
	case CLAIMED:
	case SKIPPED: add_finding(q->remark, &q->num_remarks, f); break;
	case BAD:
	case UNKNOWN: add_finding(q->reason, &q->num_reasons, f); break;
	}
}

static void judge_keys(struct qualify *q, struct arena *a, const struct fields *findings)
{
	struct bytes spki[MAX_KEYS];
	size_t       num = 0;
	struct err   why = { 0 };
	struct key   k;

	for (size_t i = 0; i < findings->num; i++) {
		const struct field *f = &findings->item[i];
		char                name[24];

		if (!bytes_starts(f->key, "spki.") || num == MAX_KEYS)
			continue;
		(void)snprintf(name, sizeof name, "%.*s", f->key.len < 20 ? (int)f->key.len : 20, (const char *)f->key.p);
		if (!fields_get_base64(&spki[num], a, findings, name) || !key_parse(&k, spki[num], &why) ||
		    !keytest_key(&k, &why)) {
			add(q->reason, &q->num_reasons, "%s: %s", name, err_text_of(why.id)->what);
			continue;
		}
		for (size_t j = 0; j < num; j++)
			if (bytes_equal(spki[j], spki[num]))
				add(q->reason, &q->num_reasons, "%s: the token has made the same key twice", name);
		num++;
	}
	if (num < 2)
		add(q->reason, &q->num_reasons, "fewer than two keys were made");
}

void qualify_judge(struct qualify *out, struct arena *a, const struct fields *findings)
{
	unsigned algorithms = 0;
	size_t   used = a->len;

	*out = (struct qualify){ 0 };
	for (size_t i = 0; i < findings->num; i++)
		if (is_finding(&findings->item[i]))
			judge_finding(out, &findings->item[i], &algorithms);
	for (size_t i = 0; i < COUNT_OF(must); i++)
		if (!fields_find(findings, must[i]))
			add(out->reason, &out->num_reasons, "%s: was not measured", must[i]);
	if (!algorithms)
		add(out->reason, &out->num_reasons, "no algorithm works");
	judge_keys(out, a, findings);
	a->len = used;
	out->fit = out->num_reasons == 0;
	out->software = !fields_is(findings, "software", "no");
}

const char *qualify_words(const struct qualify *q)
{
	if (!q->fit)
		return "not fit to hold a non-exportable root";
	return q->software ? "fit for rehearsals: it keeps the rules, but it is software, and its keys lie in files" :
	                     "fit to hold a non-exportable root";
}
