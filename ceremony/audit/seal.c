/* seal.c: see seal.h. */
#include "ceremony/audit/seal.h"

#include <stdio.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/record/note.h"

#define SEAL_MAX 65536

static bool blame(struct err *e, const char *name, const char *file, const struct err *why)
{
	return err_set(e, why->id, "%s/%s: %s", name, file, why->detail);
}

/* The second signature of a minisign file is its last line. */
static bool take_global(struct flow_witness *w, struct bytes file, struct err *e)
{
	struct bytes line = bytes_trim(file), head, tail;
	uint8_t      octets[96];
	struct buf   b = BUF_ON(octets);

	while (bytes_cut(line, '\n', &head, &tail))
		line = tail;
	if (!base64_decode(&b, line) || b.len != 64)
		return err_set(e, ERR_AUDIT_FILE, "its last line is no signature");
	memcpy(w->global, octets, 64);
	return true;
}

/* "cosignature/v1\ntime T\n" and the body: T. */
static bool take_time(int64_t *out, const struct flow *f, struct bytes message)
{
	struct bytes line, rest;
	uint64_t     time = 0;
	char         text[2][1024];
	struct buf   body = BUF_ON(text[0]), again = BUF_ON(text[1]);

	if (!bytes_cut(message, '\n', &line, &rest) || !bytes_cut(rest, '\n', &line, &rest) || !bytes_starts(line, "time ") ||
	    !bytes_to_u64(&time, bytes_skip(line, 5), INT64_MAX))
		return false;
	*out = (int64_t)time;
	flow_checkpoint_body(f, &body);
	cosigned_message(&again, buf_bytes(&body), *out);
	return buf_ok(&body) && buf_ok(&again) && bytes_equal(buf_bytes(&again), message);
}

/* That witness's second signature: over what was typed back of the words. */
static bool check_heard(struct flow *f, struct flow_witness *w, int dir, const char *name, struct err *e)
{
	char         text[COSIGNED_MAX * 2], path[80];
	struct buf   want = BUF_ON(text);
	struct bytes said;
	struct err   why = { 0 };

	flow_heard_message(f, (size_t)(w - f->witness), w->time, &want);
	(void)snprintf(path, sizeof path, "witnesses/%s.heard", w->slug);
	if (!file_read(&said, f->arena, dir, path, SEAL_MAX, &why))
		return blame(e, name, path, &why);
	if (!bytes_equal(said, buf_bytes(&want)))
		return err_set(e, ERR_AUDIT_HEARD, "%s/%s", name, path);
	(void)snprintf(path, sizeof path, "witnesses/%s.heard-bin", w->slug);
	if (!file_read(&w->heard, f->arena, dir, path, SEAL_MAX, &why))
		return blame(e, name, path, &why);
	if (!sig_verify(&w->key, sig_for(&w->key), said, w->heard, &why))
		return err_set(e, ERR_CHECKPOINT_SIGNATURE, "%s/%s: %s", name, path, why.detail);
	w->signed_ = true;
	return true;
}

/* Nobody signs what is not closed yet. */
static bool check_time(const struct flow *f, const struct flow_witness *w, const char *name, struct err *e)
{
	return w->time >= f->time || err_set(e, ERR_AUDIT_EARLY, "%s: %s, by %lld seconds", name, w->slug, (long long)(f->time - w->time));
}

/* A witness whose key is no Ed25519: the message and the signature are files beside the checkpoint. */
static bool check_detached(struct flow *f, struct flow_witness *w, int dir, const char *name, struct err *e)
{
	struct bytes message;
	struct err   why = { 0 };
	char         path[80];

	(void)snprintf(path, sizeof path, "witnesses/%s.message", w->slug);
	if (!file_read(&message, f->arena, dir, path, SEAL_MAX, &why))
		return blame(e, name, path, &why);
	if (!take_time(&w->time, f, message))
		return err_set(e, ERR_AUDIT_CHECKPOINT, "%s/%s is not of this transcript", name, path);
	if (!check_time(f, w, name, e))
		return false;
	(void)snprintf(path, sizeof path, "witnesses/%s.bin", w->slug);
	if (!file_read(&w->detached, f->arena, dir, path, SEAL_MAX, &why))
		return blame(e, name, path, &why);
	if (!sig_verify(&w->key, sig_for(&w->key), message, w->detached, &why))
		return err_set(e, ERR_CHECKPOINT_SIGNATURE, "%s/%s: %s", name, path, why.detail);
	return check_heard(f, w, dir, name, e);
}

/* A minisign file's third line is "trusted comment: NAME words:HEARD time:T": HEARD is what this witness was asked for. */
static bool check_words(const struct cosignature *want, struct bytes file, struct err *e)
{
	static const char cuts[] = "\n\n    "; /* two lines; trusted, comment:, NAME, WORDS */
	struct bytes      word, rest = file;

	for (const char *cut = cuts; *cut; cut++)
		if (!bytes_cut(rest, (uint8_t)*cut, &word, &rest))
			return err_set(e, ERR_AUDIT_HEARD, "%s is wanted, and nothing stands there", want->heard);
	return (bytes_starts(word, "words:") && bytes_is(bytes_skip(word, 6), want->heard)) ||
	       err_set(e, ERR_AUDIT_HEARD, "%s is wanted", want->heard);
}

static bool check_witness(struct flow *f, struct flow_witness *w, const struct checkpoint *c, int dir, const char *name,
                          struct err *e)
{
	struct witness     known;
	struct cosignature signature, want;
	struct bytes       file;
	struct err         why = { 0 };
	char               path[80];

	if (!flow_cosigns(w))
		return check_detached(f, w, dir, name, e);
	flow_cosigner(f, (size_t)(w - f->witness), &known);
	(void)snprintf(path, sizeof path, "witnesses/%s.minisig", w->slug);
	if (!checkpoint_signed_by(&signature, c, &known, &why))
		return blame(e, name, "checkpoint", &why);
	flow_cosignature(f, (size_t)(w - f->witness), signature.time, &want);
	memcpy(want.signature, signature.signature, sizeof want.signature);
	if (!file_read(&file, f->scratch, dir, path, SEAL_MAX, &why) || !check_words(&want, file, &why) ||
	    !witness_minisig_check(&want, file, &why) || !take_global(w, file, &why))
		return blame(e, name, path, &why);
	w->time = signature.time;
	memcpy(w->signature, signature.signature, 64);
	w->signed_ = true;
	return check_time(f, w, name, e);
}

static bool check_body(const struct flow *f, const struct checkpoint *c, struct err *e)
{
	uint8_t    body[512];
	struct buf b = BUF_ON(body);

	flow_checkpoint_body(f, &b);
	if (!buf_ok(&b) || !bytes_equal(buf_bytes(&b), c->body))
		return err_set(e, ERR_AUDIT_CHECKPOINT, "it is not of this transcript");
	size_t wanted = 0;
	for (size_t i = 0; i < flow_num_witnesses(f); i++)
		wanted += flow_cosigns(&f->witness[i]);
	if (c->num_cosigners != wanted)
		return err_set(e, ERR_AUDIT_CHECKPOINT, "%zu signatures, %zu witnesses and auditors whose signatures stand in it",
		               c->num_cosigners, wanted);
	return true;
}

/* What the people in the room read aloud, for the paper that they took home. */
static void say_words(const struct flow *f, const struct audit_say *say)
{
	char         text[1024];
	struct buf   b = BUF_ON(text);
	struct bytes rest, line;

	words_put(&b, bytes_of(f->tree_root, 32), 8);
	buf_str(&b, "\n");
	say->say(say->ctx, "    compare with the paper: the tree root in words");
	for (rest = buf_bytes(&b); bytes_cut(rest, '\n', &line, &rest);) {
		char       row[160];
		struct buf r = BUF_ON(row);
		buf_str(&r, "      ");
		buf_put(&r, line);
		say->say(say->ctx, buf_cstr(&r));
	}
}

bool seal_check(struct flow *f, int dir, const char *name, const struct audit_say *say, struct err *e)
{
	struct checkpoint *c = arena_take(f->scratch, sizeof *c);
	struct err         why = { 0 };
	char               text[160];
	struct buf         b = BUF_ON(text);

	if (!c || !file_read(&f->checkpoint, f->arena, dir, "checkpoint", SEAL_MAX, &why) ||
	    !checkpoint_parse(c, f->checkpoint, &why) || !check_body(f, c, &why))
		return blame(e, name, "checkpoint", &why);
	for (size_t i = 0; i < flow_num_witnesses(f); i++)
		if (!check_witness(f, &f->witness[i], c, dir, name, e))
			return false;
	if (!file_read(&f->checkpoint_sig, f->arena, dir, "checkpoint.token.sig", SEAL_MAX, &why) ||
	    !sig_verify(&f->record.key, sig_for(&f->record.key), f->checkpoint, f->checkpoint_sig, &why))
		return blame(e, name, "checkpoint.token.sig", &why);
	buf_fmt(&b, "ok  %s: checkpoint signed by %zu witnesses and by the record key", name, flow_num_witnesses(f));
	if (say)
		say->say(say->ctx, buf_cstr(&b));
	if (say)
		say_words(f, say);
	return true;
}
