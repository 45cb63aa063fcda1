/* spoken.c: see spoken.h. */
#include "ceremony/flow/spoken.h"

#include "ceremony/base/text.h"

void spoken_pick(size_t at[SPOKEN_PICKED], const struct digest *x)
{
	size_t one = x->p[0] % SPOKEN_WORDS, other = x->p[1] % (SPOKEN_WORDS - 1);

	other += other >= one;
	at[0] = one < other ? one : other;
	at[1] = one < other ? other : one;
}

const char *spoken_but(const struct flow *f, struct bytes digest, const size_t at[SPOKEN_PICKED])
{
	char       text[512];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < SPOKEN_WORDS; i++) {
		buf_str(&b, i == 0 ? "" : i % 4 == 0 ? "\n" : " ");
		buf_str(&b, i == at[0] || i == at[1] ? "____" : word_of(digest.p[i], i));
	}
	return say(f, "%s", buf_cstr(&b));
}

struct ask *spoken_ask(const struct flow *f, struct prompt *p, const char *key, const char *whose, struct bytes digest,
                       const size_t at[SPOKEN_PICKED])
{
	struct ask *a = prompt_ask(p, ASK_TYPE_BACK, key, say(f, "Type words %zu and %zu of %s", at[0] + 1, at[1] + 1, whose));

	a->shape = SHAPE_SPOKEN;
	a->expect = say(f, "%s %s", word_of(digest.p[at[0]], at[0]), word_of(digest.p[at[1]], at[1]));
	return a;
}
