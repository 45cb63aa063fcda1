/* note_emit.c: writes a cosigned message and the files of a witness, made by our code with a
 * test key, into a folder, for scripts/e2e/note.t to show to tools that are not ours.
 *
 *   note_emit FOLDER */
#include <fcntl.h>
#include <stdio.h>

#include "ceremony/base/file.h"
#include "ceremony/record/test/note_keys.h"

static bool put(int dir, const char *name, struct buf *b)
{
	struct err e = { .id = ERR_TOO_LARGE };

	if (buf_ok(b) && file_write(dir, name, buf_bytes(b), 0644, &e)) {
		b->len = 0;
		return true;
	}
	(void)fprintf(stderr, "note_emit: %s: %s\n", name, e.detail);
	return false;
}

int main(int argc, char **argv)
{
	uint8_t            body[512], out[CHECKPOINT_MAX], global[64], root[32] = { 1, 2, 3 };
	struct buf         b = BUF_ON(body), o = BUF_ON(out);
	struct cosignature c;
	struct err         e;

	if (argc != 2 || sodium_init() < 0)
		return 2;
	int dir = dir_open(AT_FDCWD, argv[1], false, &e);
	checkpoint_body(&b, BYTES_LIT("ceremony.example/root-2026"), 42, root);
	if (dir < 0 || !buf_ok(&b) || !hand_sign(&c, global, &hands[0], buf_bytes(&b)))
		return 3;
	checkpoint_put(&o, buf_bytes(&b), &c, 1);
	bool ok = put(dir, "checkpoint", &o);
	cosigned_message(&o, buf_bytes(&b), c.time);
	ok = ok && put(dir, "auditor.message", &o);
	witness_pub(&o, &c.witness);
	ok = ok && put(dir, "auditor.pub", &o);
	witness_vkey(&o, &c.witness);
	ok = ok && put(dir, "auditor.vkey", &o);
	witness_spki(&o, &c.witness);
	ok = ok && put(dir, "auditor.pem", &o);
	witness_sig(&o, &c, "auditor");
	ok = ok && put(dir, "auditor.sig", &o);
	witness_minisig(&o, &c, global);
	ok = ok && put(dir, "auditor.minisig", &o);
	buf_put(&o, bytes_of(c.signature, sizeof c.signature));
	ok = ok && put(dir, "auditor.bin", &o);
	return ok ? 0 : 3;
}
