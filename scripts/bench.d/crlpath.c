/* crlpath.c: the path of a CRL and nothing else: list -> sorted entries -> TBS -> digest -> C_Sign -> DER file ->
 * read back and verified, by the functions that a ceremony uses, in one process, without a record.
 *
 *   crlpath LIST|- OUT MODULE LABEL
 *
 * The token holds one P-384 key, as `floor root` makes it. PIN 987654321. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <p11-kit/pkcs11.h>

#include "ceremony/pki/revocations.h"
#include "ceremony/record/crlfile.h"

static CK_FUNCTION_LIST  *p11;
static CK_SESSION_HANDLE  session;
static CK_OBJECT_HANDLE   key;
static struct revocations reader;
static struct sorter      sorted;
static struct err         e;
static clock_t            was;
static bool               talks;
static unsigned char      point[128]; /* of the public key: CKA_EC_POINT */

/* BENCH_TALK=1: what each part took. */
static void took(const char *what)
{
	clock_t now = talks ? clock() : 0;

	if (talks)
		(void)fprintf(stderr, "%-8s %.3f\n", what, (double)(now - was) / CLOCKS_PER_SEC);
	was = now;
}

static _Noreturn void stop(const char *what)
{
	(void)fprintf(stderr, "%s: %s (%s)\n", what, err_text_of(e.id)->what, e.detail);
	exit(1);
}

static void p11_ok(CK_RV rv, const char *what)
{
	if (rv != CKR_OK)
		stop(what);
}

static bool put(void *ctx, const struct revoked *r, struct err *why)
{
	(void)ctx;
	return sorter_put(&sorted, r, why);
}

/* The key pair: the private half's handle, and the public half itself. */
static void find_keys(void)
{
	CK_OBJECT_CLASS  class = 0;
	CK_OBJECT_HANDLE object[4];
	CK_ULONG         n = 0, points = 0;

	p11_ok(p11->C_FindObjectsInit(session, NULL, 0), "C_FindObjectsInit");
	p11_ok(p11->C_FindObjects(session, object, 4, &n), "C_FindObjects");
	p11_ok(p11->C_FindObjectsFinal(session), "C_FindObjectsFinal");
	for (CK_ULONG i = 0; i < n; i++) {
		CK_ATTRIBUTE of = { CKA_CLASS, &class, sizeof class }, at = { CKA_EC_POINT, point, sizeof point };
		p11_ok(p11->C_GetAttributeValue(session, object[i], &of, 1), "CKA_CLASS");
		if (class == CKO_PRIVATE_KEY)
			key = object[i];
		else if (class == CKO_PUBLIC_KEY && ++points)
			p11_ok(p11->C_GetAttributeValue(session, object[i], &at, 1), "CKA_EC_POINT");
	}
	if (n != 2 || !key || points != 1)
		stop("the key");
}

static void log_in(const char *module, const char *label)
{
	static unsigned char pin[] = "987654321";
	CK_SLOT_ID           slot[16];
	CK_ULONG             n = 16;
	CK_TOKEN_INFO        info;
	void                *lib = dlopen(module, RTLD_NOW);
	CK_C_GetFunctionList get;

	if (!lib || !(*(void **)&get = dlsym(lib, "C_GetFunctionList")))
		stop("the module");
	p11_ok(get(&p11), "C_GetFunctionList");
	p11_ok(p11->C_Initialize(NULL), "C_Initialize");
	p11_ok(p11->C_GetSlotList(CK_TRUE, slot, &n), "C_GetSlotList");
	for (CK_ULONG i = 0; i < n; i++) {
		p11_ok(p11->C_GetTokenInfo(slot[i], &info), "C_GetTokenInfo");
		if (memcmp(info.label, label, strlen(label)) != 0)
			continue;
		p11_ok(p11->C_OpenSession(slot[i], CKF_SERIAL_SESSION, NULL, NULL, &session), "C_OpenSession");
		p11_ok(p11->C_Login(session, CKU_USER, pin, sizeof pin - 1), "C_Login");
		find_keys();
		return;
	}
	stop("the key");
}

/* r and s as the token gives them, as X.509 carries them. */
static struct bytes sign(uint8_t *room, size_t len, const struct digest *d)
{
	CK_MECHANISM  m = { CKM_ECDSA, NULL, 0 };
	unsigned char raw[96], digest[64];
	CK_ULONG      raw_len = sizeof raw;
	struct der    out = der_on(room, len);
	size_t        mark = der_mark(&out);

	memcpy(digest, d->p, d->len);
	p11_ok(p11->C_SignInit(session, &m, key), "C_SignInit");
	p11_ok(p11->C_Sign(session, digest, d->len, raw, &raw_len), "C_Sign");
	der_unsigned(&out, bytes_of(raw + 48, 48));
	der_unsigned(&out, bytes_of(raw, 48));
	der_wrap(&out, DER_SEQUENCE, mark);
	return der_bytes(&out);
}

/* A verification under the public half, as the ceremony does before it writes. */
static void verify(const struct digest *d, struct bytes signature)
{
	uint8_t      room[512];
	struct arena a = ARENA_ON(room);
	struct key   k;

	if (!key_build_point(&k, &a, KEY_P384, bytes_of(point + 2, 97), &e) || !sig_verify_digest(&k, SIG_ECDSA_SHA384, d, signature, &e))
		stop("the signature");
}

static void read_list(const char *path)
{
	static uint8_t piece[1 << 16];
	int            fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t        n;

	reader = (struct revocations){ .now = time(NULL), .each = put };
	if (fd < 0 || !sorter_init(&sorted, AT_FDCWD, &e))
		stop(path);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		if (!revocations_feed(&reader, bytes_of(piece, (size_t)n), &e))
			stop(path);
	if (!revocations_end(&reader, &e) || reader.num_bad)
		stop(path);
	(void)close(fd);
}

/* What stands around the entries: taken from a list without any, as the ceremony does. */
static void edges(struct bytes *head, struct bytes *tail, struct arena *a)
{
	static const uint8_t name[] = { 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 'x' };
	struct crl_plan      plan = { .sig = SIG_ECDSA_SHA384, .number = crl_number_of(2), .this_update = time(NULL) };
	struct bytes         tbs;

	plan.next_update = plan.this_update + 30 * UTC_DAY;
	if (!name_parse(&plan.issuer, bytes_of(name, sizeof name), &e) || !crl_tbs(&tbs, a, &plan, &e) || !crl_edges(head, tail, tbs))
		stop("the header");
}

int main(int argc, char **argv)
{
	uint8_t            room[8192], signature[128];
	struct arena       a = ARENA_ON(room);
	struct bytes       head, tail;
	struct crl_sources s = { .shards = 1 };
	struct crl_made    made, again;
	bool               fits = false;

	talks = getenv("BENCH_TALK") != NULL;
	if (argc != 5)
		return 2;
	log_in(argv[3], argv[4]);
	took("login");
	if (strcmp(argv[1], "-") != 0) {
		read_list(argv[1]);
		s.list = &sorted;
	}
	took("list");
	edges(&head, &tail, &a);
	int out = open(argv[2], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out < 0 || !crlfile_tbs(&made, out, head, tail, &s, HASH_SHA384, CRLFILE_ROOM, NULL, &e))
		stop("the TBSCertList");
	took("tbs");
	struct bytes sig = sign(signature, sizeof signature, &made.digest);
	took("sign");
	if (!crlfile_finish(out, &fits, made.len, SIG_ECDSA_SHA384, sig, &e) || !fits)
		stop(argv[2]);
	took("file");
	if (!crlfile_check(&again, NULL, out, head, tail, NULL, SIG_ECDSA_SHA384, sig, NULL, &e) || again.num_entries != made.num_entries ||
	    memcmp(again.digest.p, made.digest.p, made.digest.len) != 0)
		stop(argv[2]);
	verify(&again.digest, sig);
	took("check");
	p11_ok(p11->C_Finalize(NULL), "C_Finalize");
	return 0;
}
