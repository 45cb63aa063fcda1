/* proof.c: see proof.h. C2SP tlog-proof.md. */
#include "ceremony/record/proof.h"

#define MAGIC "c2sp.org/tlog-proof@v1"
#define OURS  "ceremony-proof/v1"

/* ---- the extra data --------------------------------------------------------------------- */

static void put_extra(struct buf *b, const struct proof *p)
{
	buf_str(b, OURS "\nline ");
	buf_put(b, p->line);
	buf_str(b, "\nrecord-key ");
	buf_base64(b, p->record_key);
	buf_str(b, "\nrecord-signature ");
	buf_base64(b, p->record_sig);
	buf_str(b, "\n");
	for (size_t i = 0; i < p->num_detached; i++) {
		const struct proof_signature *s = &p->detached[i];
		buf_fmt(b, "witness %.*s %lld ", (int)s->name.len, (const char *)s->name.p, (long long)s->time);
		buf_base64(b, s->spki);
		buf_str(b, " ");
		buf_base64(b, s->signature);
		buf_str(b, "\n");
	}
}

/* The next line of `rest`, which must begin with this word and a blank; what stands behind it. */
static bool take_word(struct bytes *value, struct bytes *rest, const char *word)
{
	struct bytes line, after;

	if (!bytes_cut(*rest, '\n', &line, &after) || !bytes_starts(line, word))
		return false;
	*rest = after;
	*value = bytes_skip(line, strlen(word));
	return true;
}

static bool take_base64(struct bytes *out, struct arena *a, struct bytes text)
{
	uint8_t   *p = arena_take(a, text.len + 1);
	struct buf b = buf_init(p, text.len);

	if (!p || !base64_decode(&b, text) || !b.len)
		return false;
	*out = buf_bytes(&b);
	return true;
}

static bool take_detached(struct proof_signature *s, struct arena *a, struct bytes text)
{
	struct bytes when, spki, signature;
	uint64_t     t = 0;

	if (!bytes_cut(text, ' ', &s->name, &text) || !bytes_cut(text, ' ', &when, &text) ||
	    !bytes_cut(text, ' ', &spki, &signature) || !note_is_name(s->name) || !bytes_to_u64(&t, when, INT64_MAX))
		return false;
	const int64_t signed_at = (int64_t)t;
	s->time = signed_at;
	return take_base64(&s->spki, a, spki) && take_base64(&s->signature, a, signature);
}

static bool take_extra(struct proof *p, struct arena *a, struct bytes text)
{
	struct bytes extra, value;

	if (!take_base64(&extra, a, text) || !take_word(&value, &extra, OURS) || value.len ||
	    !take_word(&p->line, &extra, "line ") || !take_word(&value, &extra, "record-key ") ||
	    !take_base64(&p->record_key, a, value) || !take_word(&value, &extra, "record-signature ") ||
	    !take_base64(&p->record_sig, a, value))
		return false;
	while (extra.len && p->num_detached < NOTE_MAX_WITNESSES)
		if (!take_word(&value, &extra, "witness ") || !take_detached(&p->detached[p->num_detached++], a, value))
			return false;
	return extra.len == 0;
}

/* ---- the file -------------------------------------------------------------------------------- */

static void put_base64_of(struct buf *b, const struct proof *p)
{
	/* The extra data is built behind the place where its base64 goes, and moved over itself. */
	struct buf extra = buf_init(b->p + b->cap / 2, b->cap - b->cap / 2);

	put_extra(&extra, p);
	b->failed |= extra.failed;
	struct buf half = buf_init(b->p, b->cap / 2);
	half.len = b->len;
	half.failed = b->failed || b->len > half.cap;
	buf_base64(&half, buf_bytes(&extra));
	b->len = half.len;
	b->failed = half.failed;
}

void proof_put(struct buf *b, const struct proof *p)
{
	buf_str(b, MAGIC "\nextra ");
	put_base64_of(b, p);
	buf_fmt(b, "\nindex %llu\n", (unsigned long long)p->index);
	for (size_t i = 0; i < p->path_len; i++) {
		buf_base64(b, bytes_of(p->path[i], 32));
		buf_str(b, "\n");
	}
	buf_str(b, "\n");
	buf_put(b, p->checkpoint);
}

static bool bad(struct err *e, unsigned line, const char *why)
{
	return err_set(e, ERR_PROOF_FORM, "line %u: %s", line, why);
}

bool proof_parse(struct proof *out, struct arena *a, struct bytes file, struct err *e)
{
	struct proof p = { .index = 0 };
	struct bytes rest, value, copy = arena_copy(a, file);

	if (file.len > PROOF_MAX || !copy.p)
		return err_set(e, ERR_TOO_LARGE, "a proof of %zu octets", file.len);
	rest = copy;
	if (!take_word(&value, &rest, MAGIC) || value.len)
		return bad(e, 1, "it is no " MAGIC);
	if (!take_word(&value, &rest, "extra ") || !take_extra(&p, a, value))
		return bad(e, 2, "the extra data is not that of a ceremony");
	if (!take_word(&value, &rest, "index ") || !bytes_to_u64(&p.index, value, INT64_MAX))
		return bad(e, 3, "it is no index");
	for (unsigned line = 4;; line++) {
		struct buf node = buf_init(p.path[p.path_len], 32);
		if (!take_word(&value, &rest, ""))
			return bad(e, line, "it ends here");
		if (value.len == 0)
			break;
		if (p.path_len == MERKLE_DEPTH - 1 || !base64_decode(&node, value) || node.len != 32)
			return bad(e, line, "it is no hash");
		p.path_len++;
	}
	p.checkpoint = rest;
	*out = p;
	return true;
}

bool proof_leads(const struct proof *p, struct checkpoint *c, struct err *e)
{
	uint8_t leaf[32];

	if (!checkpoint_parse(c, p->checkpoint, e))
		return false;
	merkle_leaf(leaf, p->line);
	return merkle_verify_inclusion(c->root, c->size, p->index, leaf, p->path, p->path_len) ||
	       err_set(e, ERR_PROOF_PATH, "line %llu of %llu", (unsigned long long)p->index + 1, (unsigned long long)c->size);
}
