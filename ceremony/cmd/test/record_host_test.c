/* record_host_test.c: the record goes to a medium in pieces: whole, with a medium that fails at each piece, stopped by a key after each piece,
 * and again after that, as if nothing had been. */
#include "ceremony/cmd/record_host.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/record/ca.h"
#include "ceremony/record/transcript.h"

#define LARGE ((size_t)1200000) /* octets of the list: three pieces */

static char          path[32];
static struct record record = { -1, -1 };

/* A medium in memory, which fails or is stopped at a piece, from 1. */
static struct medium {
	uint8_t  octets[4 * LARGE];
	size_t   len;
	unsigned num, fails_at, stops_at;
	bool     named; /* the last piece has come, and its hash is right */
} medium;

static bool write_part(void *ctx, struct call *c, struct err *e)
{
	struct bytes content = fields_get(&c->in, "content"), sha256 = fields_get(&c->in, "sha256");
	uint64_t     from = 0;
	char         hex[HASH_MAX * 2 + 1];

	(void)ctx;
	assert_int_equal(c->op, OP_MEDIA_WRITE_PART);
	assert_true(fields_is(&c->in, "medium", "record") && fields_is(&c->in, "device", "stick") && fields_is(&c->in, "name", "all.tar"));
	assert_true(fields_get_u64(&from, &c->in, "from", sizeof medium.octets));
	assert_false(medium.named);
	if (from == 0)
		medium.len = 0; /* it begins anew */
	assert_int_equal(from, medium.len);
	if (++medium.num == medium.fails_at)
		return err_set(e, ERR_MEDIUM_GONE, "piece %u", medium.num);
	memcpy(medium.octets + medium.len, content.p, content.len);
	medium.len += content.len;
	medium.named = sha256.len > 0;
	if (medium.named)
		assert_true(bytes_is(sha256, sha256_hex(hex, bytes_of(medium.octets, medium.len))));
	return true;
}

static void hear(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	(void)ctx;
	(void)total;
	assert_true(what[0] && done <= sizeof medium.octets);
}

static bool stop(void *ctx)
{
	(void)ctx;
	return medium.num == medium.stops_at;
}

static struct fields out;

static bool deliver(unsigned fails_at, unsigned stops_at, struct err *e)
{
	static uint8_t      room[4096];
	static struct arena a;
	const struct helper media = { write_part, NULL };

	a = ARENA_ON(room);
	medium.num = 0;
	medium.named = false;
	medium.fails_at = fails_at;
	medium.stops_at = stops_at;
	struct call c = { .op = OP_RECORD_DELIVER, .in = fields_on(&a), .out = fields_on(&a), .progress = hear, .stop = stop };
	fields_str(&c.in, "medium", "record");
	fields_str(&c.in, "device", "stick");
	fields_str(&c.in, "name", "all.tar");
	bool ok = record_host_call(&record, &media, &c, e);
	out = c.out;
	return ok;
}

static int start(void **state)
{
	struct err        e = { 0 };
	struct bundle     b = { .fd = -1 };
	struct transcript t = { .fd = -1 };
	struct event      ev = { .time = 1795251600, .type = EVENT_CLOSE };
	static uint8_t    large[LARGE];

	(void)state;
	for (size_t i = 0; i < sizeof large; i++)
		large[i] = (uint8_t)(i * i >> 7);
	(void)snprintf(path, sizeof path, "/tmp/record-host-XXXXXX");
	bool ok = mkdtemp(path) && record_open(&record, AT_FDCWD, path, true, &e) && file_write(record.fd, CA_NAME, BYTES_LIT("[ca]\n"), 0644, &e) &&
	          file_write(record.fd, "root.pem", BYTES_LIT("pem\n"), 0644, &e) && bundle_start(&b, &record, "root", &e) &&
	          bundle_put(b.fd, "crls/root.crl", bytes_of(large, sizeof large), &e) && transcript_create(&t, b.fd, &e) && transcript_append(&t, &ev, &e);
	transcript_done(&t);
	bundle_done(&b);
	return ok ? 0 : -1;
}

static int end(void **state)
{
	char command[64];

	(void)state;
	record_done(&record);
	(void)snprintf(command, sizeof command, "rm -rf %s", path);
	return system(command);
}

static void whole(void **state)
{
	struct err e = { 0 };
	char       hex[HASH_MAX * 2 + 1];

	(void)state;
	assert_true(deliver(0, 0, &e));
	assert_true(medium.named);
	assert_int_equal(medium.num, 3);
	assert_true(fields_is(&out, "sha256", sha256_hex(hex, bytes_of(medium.octets, medium.len))));
	assert_true(fields_is(&out, "files", "5"));
}

static void a_medium_that_fails_at_each_piece(void **state)
{
	(void)state;
	for (unsigned at = 1; at <= 3; at++) {
		struct err e = { 0 };
		assert_false(deliver(at, 0, &e));
		assert_int_equal(e.id, ERR_MEDIUM_GONE);
		assert_int_equal(medium.num, at); /* and nothing is written after it */
		assert_true(deliver(0, 0, &e));
	}
}

static void stopped_after_each_piece(void **state)
{
	(void)state;
	for (unsigned at = 1; at <= 3; at++) {
		struct err e = { 0 };
		/* the last one has given the file its name: there is nothing to stop any more */
		assert_int_equal(deliver(0, at, &e), at == 3);
		assert_int_equal(e.id, at == 3 ? ERR_NONE : ERR_STOPPED_BY_KEY);
		assert_int_equal(medium.named, at == 3);
		assert_int_equal(medium.num, at);
		assert_true(deliver(0, 0, &e));
		assert_true(medium.named);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(a_medium_that_fails_at_each_piece),
		cmocka_unit_test(stopped_after_each_piece),
	};

	return cmocka_run_group_tests(tests, start, end);
}
