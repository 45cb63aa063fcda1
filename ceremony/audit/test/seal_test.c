/* seal_test.c: a witness signs what is closed, and not before. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/audit/seal.h"
#include "ceremony/base/file.h"
#include "ceremony/record/test/note_keys.h"

#define CLOSED 1795251600

static void put(int dir, const char *name, const struct buf *b)
{
	struct err e;

	assert_true(buf_ok(b));
	assert_true(file_write(dir, name, buf_bytes(b), 0644, &e));
}

/* The seal of one witness who signed at that time: what the verifier says of it. The record key has not signed. */
static enum err_id sealed_at(int64_t time)
{
	static uint8_t     room[2][1 << 18];
	struct arena       lasting = ARENA_ON(room[0]), scratch = ARENA_ON(room[1]);
	struct script      script = { .origin = "witness.example", .num_people = { [ROLE_WITNESS] = 1 } };
	static struct flow f;
	struct cosignature c;
	uint8_t            seed[32], key[64], text[COSIGNED_MAX], body[512], out[CHECKPOINT_MAX], global[64];
	struct buf         s = BUF_ON(seed), m = BUF_ON(text), b = BUF_ON(body), o = BUF_ON(out);
	char               folder[] = "/tmp/seal_test.XXXXXX", command[80];
	struct err         e = { 0 };

	f = (struct flow){ .script = &script, .arena = &lasting, .scratch = &scratch, .num_events = 42, .time = CLOSED, .closed = true };
	f.witness[0] = (struct flow_witness){ .kind = WITNESS_ROOM, .name = "Wanda", .slug = "auditor", .made = true };
	assert_true(hex_decode(&s, bytes_str(hands[0].seed_hex)));
	assert_int_equal(crypto_sign_seed_keypair(f.witness[0].public_key, key, seed), 0);
	flow_checkpoint_body(&f, &b);
	flow_cosignature(&f, 0, time, &c);
	cosigned_message(&m, buf_bytes(&b), time);
	assert_true(buf_ok(&m) && crypto_sign_detached(c.signature, NULL, m.p, m.len, key) == 0);
	m.len = 0;
	minisign_message(&m, &c);
	assert_true(buf_ok(&m) && crypto_sign_detached(global, NULL, m.p, m.len, key) == 0);

	assert_non_null(mkdtemp(folder));
	int dir = open(folder, O_RDONLY | O_DIRECTORY);
	assert_true(dir >= 0);
	checkpoint_put(&o, buf_bytes(&b), &c, 1);
	put(dir, "checkpoint", &o);
	assert_int_equal(mkdirat(dir, "witnesses", 0755), 0);
	o.len = 0;
	witness_minisig(&o, &c, global);
	put(dir, "witnesses/auditor.minisig", &o);
	assert_false(seal_check(&f, dir, "0001-root", NULL, &e));
	(void)close(dir);
	(void)snprintf(command, sizeof command, "rm -rf %s", folder);
	assert_int_equal(system(command), 0);
	return e.id;
}

static void a_signature_is_not_older_than_the_close(void **state)
{
	(void)state;
	assert_int_equal(sealed_at(CLOSED - 1), ERR_AUDIT_EARLY);
	assert_int_equal(sealed_at(0), ERR_AUDIT_EARLY);
	assert_int_equal(sealed_at(CLOSED), ERR_FILE_OPEN); /* the record key's, which is not there */
	assert_int_equal(sealed_at(CLOSED + 86400), ERR_FILE_OPEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_is_not_older_than_the_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
