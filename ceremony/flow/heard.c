/* heard.c: see heard.h. */
#include "ceremony/flow/heard.h"

#include "ceremony/base/text.h"
#include "ceremony/flow/spoken.h"

static struct bytes tree(const struct flow *f)
{
	return bytes_of(f->tree_root, sizeof f->tree_root);
}

static void pick(const struct flow *f, size_t i, size_t at[SPOKEN_PICKED])
{
	uint8_t       octets[sizeof f->tree_root + NOTE_NAME_MAX];
	struct buf    b = BUF_ON(octets);
	struct digest x;

	buf_put(&b, tree(f));
	buf_str(&b, f->witness[i].slug);
	MUST(buf_ok(&b));
	x = hash_of(HASH_SHA256, buf_bytes(&b));
	spoken_pick(at, &x);
}

void heard_put(const struct flow *f, size_t i, struct buf *b)
{
	size_t at[SPOKEN_PICKED];

	pick(f, i, at);
	for (size_t k = 0; k < SPOKEN_PICKED; k++)
		buf_fmt(b, "%s%zu=%s", k ? "," : "", at[k] + 1, word_of(f->tree_root[at[k]], at[k]));
}

void flow_cosignature(const struct flow *f, size_t i, int64_t time, struct cosignature *out)
{
	*out = (struct cosignature){ .time = time };
	flow_cosigner(f, i, &out->witness);
	struct buf b = BUF_ON(out->heard);
	heard_put(f, i, &b);
	(void)buf_cstr(&b);
	MUST(buf_ok(&b));
}

void flow_heard_message(const struct flow *f, size_t i, int64_t time, struct buf *out)
{
	char               text[2][COSIGNED_MAX];
	struct buf         comment = BUF_ON(text[0]), body = BUF_ON(text[1]);
	struct cosignature c;

	flow_cosignature(f, i, time, &c);
	minisign_comment(&comment, &c);
	flow_checkpoint_body(f, &body);
	heard_message(out, buf_bytes(&comment), buf_bytes(&body));
	MUST(buf_ok(&comment) && buf_ok(&body) && buf_ok(out));
}

void prompt_aloud(const struct flow *f, struct prompt *p)
{
	p->text = say(f, "%s reads the words aloud. Every witness and auditor writes them down, and takes that paper home: it tells "
	                 "this record from any other. Then the screen is cleared, and each types two of them back and signs.", p->who);
	p->round = 0; /* it comes once, but a witness may come back to it */
	prompt_row(p, "Lines", say(f, "%llu", (unsigned long long)f->num_events));
	prompt_row(p, "Tree", say_hex(f, tree(f)));
	p->aloud = say_words(f, tree(f), SPOKEN_WORDS);
	prompt_ask(p, ASK_CONFIRM, "aloud", "Everybody has the words on paper");
}

void prompt_heard(const struct flow *f, struct prompt *p)
{
	size_t at[SPOKEN_PICKED];

	pick(f, f->round, at);
	struct ask *a = spoken_ask(f, p, say(f, "words.%u", f->round + 1), "your paper", tree(f), at);
	if (f->rehearsal) {
		p->aloud = say_words(f, tree(f), SPOKEN_WORDS);
		a->hint = "a rehearsal: the words on the screen are the paper's";
	}
}
