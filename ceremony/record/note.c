/* note.c: the checkpoint and its cosignatures; see note.h. The files of a witness are in
 * witness.c. C2SP signed-note.md, tlog-checkpoint.md, tlog-cosignature.md. */
#include "ceremony/record/note.h"

#include <sodium.h>
#include <stdio.h>

#define EM_DASH      "\xe2\x80\x94"
#define COSIGNER_LEN (4 + 8 + 64) /* key id, time, signature */

bool note_is_name(struct bytes name)
{
	if (name.len == 0 || name.len > NOTE_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] <= ' ' || name.p[i] >= 0x7f || name.p[i] == '+')
			return false;
	return true;
}

void checkpoint_body(struct buf *b, struct bytes origin, uint64_t size, const uint8_t root[32])
{
	if (!note_is_name(origin))
		b->failed = true;
	buf_put(b, origin);
	buf_fmt(b, "\n%llu\n", (unsigned long long)size);
	buf_base64(b, bytes_of(root, 32));
	buf_str(b, "\n");
}

void cosigned_message(struct buf *b, struct bytes body, int64_t time)
{
	if (time < 0)
		b->failed = true;
	buf_fmt(b, "cosignature/v1\ntime %lld\n", (long long)time);
	buf_put(b, body);
}

static void put_cosigner(struct buf *b, const struct cosignature *c)
{
	uint8_t    octets[COSIGNER_LEN];
	struct buf o = BUF_ON(octets);

	buf_u32(&o, witness_key_id(&c->witness));
	buf_u64(&o, (uint64_t)c->time);
	buf_put(&o, bytes_of(c->signature, sizeof c->signature));
	buf_fmt(b, EM_DASH " %s ", c->witness.name);
	buf_base64(b, buf_bytes(&o));
	buf_str(b, "\n");
	if (c->time < 0 || !note_is_name(bytes_str(c->witness.name)))
		b->failed = true;
}

void checkpoint_put(struct buf *b, struct bytes body, const struct cosignature *cosig, size_t num)
{
	buf_put(b, body);
	buf_str(b, "\n");
	for (size_t i = 0; i < num; i++)
		put_cosigner(b, &cosig[i]);
}

static uint64_t take_be(const uint8_t *p, size_t len)
{
	uint64_t v = 0;

	for (size_t i = 0; i < len; i++)
		v = v << 8 | p[i];
	return v;
}

/* "— NAME BASE64" without its newline. */
static bool parse_cosigner(struct cosigner *out, struct bytes line)
{
	uint8_t      octets[COSIGNER_LEN];
	struct buf   o = BUF_ON(octets);
	struct bytes name, text;

	if (!bytes_starts(line, EM_DASH " ") || !bytes_cut(bytes_skip(line, strlen(EM_DASH " ")), ' ', &name, &text))
		return false;
	if (!note_is_name(name) || !base64_decode(&o, text) || o.len != COSIGNER_LEN)
		return false;
	int64_t when = (int64_t)take_be(octets + 4, 8);
	if (when < 0)
		return false;
	*out = (struct cosigner){ .key_id = (uint32_t)take_be(octets, 4), .time = when };
	memcpy(out->name, name.p, name.len);
	memcpy(out->signature, octets + 12, sizeof out->signature);
	return true;
}

static bool signs_already(const struct checkpoint *c, const struct cosigner *new)
{
	for (size_t i = 0; i < c->num_cosigners; i++)
		if (c->cosigner[i].key_id == new->key_id && strcmp(c->cosigner[i].name, new->name) == 0)
			return true;
	return false;
}

/* The three lines and the empty one; *rest is what follows. 0, or the number of the bad line. */
static unsigned parse_body(struct checkpoint *c, struct bytes file, struct bytes *rest)
{
	struct bytes line;
	struct buf   root = BUF_ON(c->root);

	if (!bytes_cut(file, '\n', &c->origin, rest) || !note_is_name(c->origin))
		return 1;
	if (!bytes_cut(*rest, '\n', &line, rest) || !bytes_to_u64(&c->size, line, INT64_MAX))
		return 2;
	if (!bytes_cut(*rest, '\n', &line, rest) || !base64_decode(&root, line) || root.len != 32)
		return 3;
	c->body = bytes_first(file, (size_t)(rest->p - file.p));
	return bytes_cut(*rest, '\n', &line, rest) && line.len == 0 ? 0 : 4;
}

bool checkpoint_parse(struct checkpoint *out, struct bytes file, struct err *e)
{
	struct checkpoint c = { 0 };
	struct bytes      rest = { 0 };

	if (file.len > CHECKPOINT_MAX)
		return err_set(e, ERR_TOO_LARGE, "a checkpoint of %zu octets", file.len);
	unsigned bad = parse_body(&c, file, &rest);
	if (bad)
		return err_set(e, ERR_CHECKPOINT_FORM, "line %u", bad);
	for (unsigned number = 5; rest.len; number++) {
		struct bytes    line;
		struct cosigner one;
		if (!bytes_cut(rest, '\n', &line, &rest) || !parse_cosigner(&one, line))
			return err_set(e, ERR_CHECKPOINT_FORM, "line %u", number);
		if (signs_already(&c, &one))
			return err_set(e, ERR_CHECKPOINT_FORM, "line %u: %s signs twice", number, one.name);
		if (c.num_cosigners == NOTE_MAX_WITNESSES)
			return err_set(e, ERR_CHECKPOINT_FORM, "more than %d witnesses", NOTE_MAX_WITNESSES);
		c.cosigner[c.num_cosigners++] = one;
	}
	*out = c;
	return true;
}

bool cosignature_verify(const struct cosignature *c, struct bytes body, struct err *e)
{
	uint8_t    text[COSIGNED_MAX];
	struct buf b = BUF_ON(text);

	cosigned_message(&b, body, c->time);
	if (buf_ok(&b) && crypto_sign_verify_detached(c->signature, b.p, b.len, c->witness.public_key) == 0)
		return true;
	return err_set(e, ERR_CHECKPOINT_SIGNATURE, "%s", c->witness.name);
}

bool checkpoint_signed_by(struct cosignature *out, const struct checkpoint *c, const struct witness *w, struct err *e)
{
	uint32_t id = witness_key_id(w);

	for (size_t i = 0; i < c->num_cosigners; i++) {
		const struct cosigner *line = &c->cosigner[i];
		struct cosignature     found = { .witness = *w, .time = line->time };
		if (line->key_id != id || strcmp(line->name, w->name) != 0)
			continue;
		memcpy(found.signature, line->signature, sizeof found.signature);
		if (!cosignature_verify(&found, c->body, e))
			return false;
		*out = found;
		return true;
	}
	return err_set(e, ERR_CHECKPOINT_MISSING, "%s", w->name);
}
