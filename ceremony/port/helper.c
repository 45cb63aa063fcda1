/* helper.c: see helper.h. */
#include "ceremony/port/helper.h"

static const struct op_text ops[] = {
	[OP_NONE] = { "none", PORT_COUNT_, false, false, "", "" },
#define X(id_, name_, port_, secret_in_, secret_out_, in_, out_) \
	[id_] = { name_, port_, secret_in_, secret_out_, in_, out_ },
#include "ceremony/port/ops.def"
#undef X
};

const struct op_text *op_text_of(enum op op)
{
	MUST(op >= 0 && op < OP_COUNT_);
	return &ops[op];
}

enum op op_by_name(struct bytes name)
{
	for (int i = OP_NONE + 1; i < OP_COUNT_; i++)
		if (bytes_is(name, ops[i].name))
			return (enum op)i;
	return OP_NONE;
}

/* One word of a row's fields: "key", "key?", "key(hex)", "key.N", "KEY*". */
static bool word_fits(struct bytes word, struct bytes key)
{
	size_t   stem = 0;
	uint64_t n = 0;

	while (stem < word.len && word.p[stem] != '?' && word.p[stem] != '(')
		stem++;
	word.len = stem;
	if (!word.len || (word.p[word.len - 1] != '*' && word.p[word.len - 1] != 'N'))
		return bytes_equal(word, key);
	word.len--;
	if (key.len <= word.len || !bytes_equal(word, bytes_of(key.p, word.len)))
		return false;
	return word.p[word.len] == '*' || (bytes_to_u64(&n, bytes_skip(key, word.len), FIELDS_MAX) && n > 0);
}

bool op_gives(enum op op, struct bytes key)
{
	struct bytes rest = bytes_str(op_text_of(op)->out), word;

	while (bytes_cut(rest, ' ', &word, &rest))
		if (word_fits(word, key))
			return true;
	return word_fits(rest, key);
}

bool helper_call(const struct helper *h, struct call *c, struct err *e)
{
	const struct op_text *t = op_text_of(c->op);

	MUST(t->secret_in == (c->secret_in != NULL));
	MUST(t->secret_out == (c->secret_out != NULL));
	if (c->in.failed)
		return err_set(e, ERR_TOO_LARGE, "%s", t->name);
	bool ok = h->call(h->ctx, c, e);
	if (ok && c->out.failed)
		ok = err_set(e, ERR_TOO_LARGE, "the answer to %s", t->name);
	if (!ok)
		c->out.num = 0;
	return ok;
}
