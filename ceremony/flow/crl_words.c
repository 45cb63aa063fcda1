/* crl_words.c: see crl_words.h. */
#include "ceremony/flow/crl_words.h"

#include "ceremony/flow/files.h"

#define WORDS_OF_ONE  16 /* octets of SHA-256, of a list that is alone */
#define WORDS_OF_MANY 8

static unsigned num_lists(const struct flow *f)
{
	return f->num_crls ? f->num_crls : f->num_written;
}

/* The i-th file, small enough for the transcript or not. */
static const char *file_of(const struct flow *f, unsigned i, struct digest *out)
{
	struct buf b = BUF_ON(out->p);

	if (f->num_crls) {
		*out = hash_of(HASH_SHA256, f->crl[i]);
		return flow_list_file(f, i);
	}
	MUST(hex_decode(&b, bytes_str(f->shard[i].file_sha256)));
	out->len = b.len;
	return f->shard[i].file;
}

/* A list of a series has a long name, and a number that says as much. */
static const char *label_of(const struct flow *f, unsigned i, const char *name)
{
	return f->num_crls ? say(f, "List %s", say_list(f, i)) : name;
}

void crl_words_prompt(const struct flow *f, struct prompt *p)
{
	const unsigned num = num_lists(f);
	struct digest  d;

	p->text = num == 1 ? "This is the list as it was signed, in DER. Whoever publishes it reads the same words from the file." :
	                     "These are the lists as they were signed, in DER. Whoever publishes one reads the same words from the file.";
	for (unsigned i = 0; i < num && p->num_rows + 1 < PROMPT_MAX_ROWS; i++) {
		const char *name = file_of(f, i, &d);
		if (num == 1) {
			prompt_row(p, name, say_hex(f, digest_bytes(&d)));
			p->aloud = say_words(f, digest_bytes(&d), WORDS_OF_ONE);
		} else {
			prompt_row(p, label_of(f, i, name), say_words(f, digest_bytes(&d), WORDS_OF_MANY));
		}
	}
	if (p->num_rows < num)
		prompt_row(p, "More", say(f, "%u, in the report", num - (unsigned)p->num_rows));
	prompt_ask(p, ASK_CONFIRM, "read", "They were read aloud, and written down");
}

void crl_words_more(const struct flow *f, const struct fields *answer, struct fields *data)
{
	char          hex[HASH_MAX * 2 + 1];
	struct digest d;

	(void)answer;
	for (unsigned i = 0; i < num_lists(f); i++) {
		const char *name = file_of(f, i, &d);
		fields_str(data, say(f, "sha256.%s", name), digest_hex(hex, &d));
	}
}
