/* witness_files.c: see witness_files.h. */
#include "ceremony/record/witness_files.h"

#include <stdio.h>

#include "ceremony/base/file.h"
#include "ceremony/record/bundle.h"

/* What each file is made of. global is looked at by minisig only. */
struct making {
	const char               *base;
	const struct cosignature *c;
	struct bytes              body;
	const uint8_t            *global;
};

static void make_message(struct buf *b, const struct making *m)
{
	cosigned_message(b, m->body, m->c->time);
}

static void make_vkey(struct buf *b, const struct making *m)
{
	witness_vkey(b, &m->c->witness);
}

static void make_pub(struct buf *b, const struct making *m)
{
	witness_pub(b, &m->c->witness);
}

static void make_pem(struct buf *b, const struct making *m)
{
	witness_spki(b, &m->c->witness);
}

static void make_sig(struct buf *b, const struct making *m)
{
	witness_sig(b, m->c, m->base);
}

static void make_bin(struct buf *b, const struct making *m)
{
	buf_put(b, bytes_of(m->c->signature, sizeof m->c->signature));
}

static void make_minisig(struct buf *b, const struct making *m)
{
	witness_minisig(b, m->c, m->global);
}

static const struct {
	const char *ending;
	void (*make)(struct buf *b, const struct making *m);
} files[] = {
	{ "message", make_message }, { "vkey", make_vkey }, { "pub", make_pub },         { "pem", make_pem },
	{ "sig", make_sig },         { "bin", make_bin },   { "minisig", make_minisig },
};
#define NUM_SIMPLE (COUNT_OF(files) - 1) /* all but minisig, which holds a signature of its own */

static void name_of(char out[96], const char *base, const char *ending)
{
	(void)snprintf(out, 96, "witnesses/%s.%s", base, ending);
}

bool witness_put(int dir, const char *base, const struct cosignature *c, struct bytes body, const uint8_t global[64],
                 struct err *e)
{
	struct making m = { base, c, body, global };
	uint8_t       out[WITNESS_FILE_MAX];
	struct buf    b = BUF_ON(out);
	char          name[96];

	if (!bundle_is_slug(bytes_str(base)))
		return err_set(e, ERR_RECORD_NAME, "a witness's files");
	witness_minisig(&b, c, global);
	if (!cosignature_verify(c, body, e) || !witness_minisig_check(c, buf_bytes(&b), e))
		return false;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		b = BUF_ON(out);
		files[i].make(&b, &m);
		name_of(name, base, files[i].ending);
		if (!buf_ok(&b))
			return err_set(e, ERR_TOO_LARGE, "%s", name);
		if (!bundle_put(dir, name, buf_bytes(&b), e))
			return false;
	}
	return true;
}

static bool read_one(struct bytes *out, struct arena *a, int dir, const char *base, const char *ending, struct err *e)
{
	char name[96];

	name_of(name, base, ending);
	return file_read(out, a, dir, name, WITNESS_FILE_MAX, e);
}

bool witness_check(struct cosignature *out, int dir, const char *base, const struct checkpoint *checkpoint, struct err *e)
{
	uint8_t            room[4 * WITNESS_FILE_MAX], again[WITNESS_FILE_MAX];
	struct arena       a = ARENA_ON(room);
	struct cosignature c;
	struct witness     w;
	struct bytes       file;
	char               name[96];

	if (!bundle_is_slug(bytes_str(base)))
		return err_set(e, ERR_RECORD_STRAY, "witnesses/");
	if (!read_one(&file, &a, dir, base, "vkey", e) || !witness_vkey_parse(&w, file, e) ||
	    !checkpoint_signed_by(&c, checkpoint, &w, e))
		return false;
	for (size_t i = 0; i < NUM_SIMPLE; i++) {
		struct making m = { base, &c, checkpoint->body, NULL };
		struct buf    b = BUF_ON(again);
		files[i].make(&b, &m);
		name_of(name, base, files[i].ending);
		if (!buf_ok(&b) || !file_is(dir, name, buf_bytes(&b)))
			return err_set(e, ERR_WITNESS_FORM, "%s", name);
	}
	if (!read_one(&file, &a, dir, base, "minisig", e) || !witness_minisig_check(&c, file, e))
		return false;
	*out = c;
	return true;
}
