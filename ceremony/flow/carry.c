/* carry.c: see carry.h. */
#include "ceremony/flow/carry.h"

#include "ceremony/base/hash.h"

void carry_prompt(const struct flow *f, struct prompt *p, const char *name, struct bytes content)
{
	static const char *const choices[] = { "agree", "they have it, and read the same words", "no", "it is not carried this way" };
	struct digest            d = hash_of(HASH_SHA256, content);

	p->title = say(f, "Carry %s across by camera", name);
	p->text = "The other side runs: ceremony qr receive -o FILE. Then both read the words, which must be the same.";
	p->aloud = say_words(f, digest_bytes(&d), CARRY_WORDS);
	struct ask *qr = prompt_ask(p, ASK_QR, say(f, "qr.%u", f->round + 1), "Show it as QR codes");
	qr->octets = content;
	qr->name = name;
	struct ask *taken = prompt_ask(p, ASK_CHOICE, say(f, "taken.%u", f->round + 1), "The other side");
	taken->choice = choices;
	taken->num_choices = COUNT_OF(choices) / 2;
}

bool carry_take(const struct flow *f, const struct fields *answer, struct err *e)
{
	bool shown = !fields_is(answer, say(f, "qr.%u", f->round + 1), "no");

	return shown || fields_is(answer, say(f, "taken.%u", f->round + 1), "no") || err_set(e, ERR_FLOW_NOT_SHOWN, "%s", "");
}

void carry_more(struct fields *data, const char *name, struct bytes content)
{
	char hex[HASH_MAX * 2 + 1];

	fields_str(data, "file", name);
	fields_u64(data, "size", content.len);
	fields_str(data, "sha256", sha256_hex(hex, content));
}
