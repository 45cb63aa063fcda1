/* carry.c: see carry.h. */
#include "ceremony/flow/carry.h"

#include "ceremony/base/hash.h"

/* The prompt, but for where its octets are. */
static struct ask *fill(const struct flow *f, struct prompt *p, const char *name, struct bytes digest)
{
	static const char *const choices[] = { "agree", "they have it, and read the same words", "no", "it is not carried this way" };

	p->title = say(f, "Carry %s across by camera", name);
	p->text = "The other side runs: ceremony qr receive -o FILE. Then both read the words, which must be the same.";
	p->aloud = say_words(f, digest, CARRY_WORDS);
	struct ask *qr = prompt_ask(p, ASK_QR, say(f, "qr.%u", f->round + 1), "Show it as QR codes");
	qr->name = name;
	struct ask *taken = prompt_ask(p, ASK_CHOICE, say(f, "taken.%u", f->round + 1), "The other side");
	taken->choice = choices;
	taken->num_choices = COUNT_OF(choices) / 2;
	return qr;
}

void carry_prompt(const struct flow *f, struct prompt *p, const char *name, struct bytes content)
{
	struct digest d = hash_of(HASH_SHA256, content);

	fill(f, p, name, digest_bytes(&d))->octets = content;
}

void carry_prompt_file(const struct flow *f, struct prompt *p, const char *name, const char *file, uint64_t size, const char *sha256)
{
	uint8_t    octets[32];
	struct buf b = BUF_ON(octets);

	if (size > CARRY_MAX) {
		p->title = say(f, "%s does not go by camera", name);
		p->text = say(f, "It has %llu octets; QR codes show files of up to %zu. It goes by a medium.", (unsigned long long)size, CARRY_MAX);
		prompt_ask(p, ASK_CONFIRM, say(f, "by-medium.%u", f->round + 1), "It goes by a medium");
		return;
	}
	struct ask *qr = fill(f, p, name, hex_decode(&b, bytes_str(sha256)) ? buf_bytes(&b) : bytes_of(NULL, 0));
	qr->file = file;
	qr->sha256 = sha256;
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
