/* request.c: see request.h. Files are read in this process: they are the operator's own, on
 * the operator's machine, and there may be thousands. In a ceremony, ceremony-parse reads. */
#include "ceremony/cmd/request.h"

#include <getopt.h>
#include <stdio.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/printed.h"
#include "ceremony/cmd/sheet.h"
#include "ceremony/pki/existing.h"
#include "ceremony/pki/ext.h"
#include "ceremony/pki/lint.h"
#include "ceremony/pki/pem.h"
#include "ceremony/pki/profile.h"
#include "ceremony/pki/shard.h"
#include "ceremony/port/clock.h"
#include "keytest/blacklist.h"

#define FILE_MAX   ((size_t)1 << 20) /* octets: a profile, or a certificate as PEM, with text around it */
#define ARENA_SIZE ((size_t)16 << 20)

const char request_usage[] =
	"usage: ceremony request show CSR                                             what is in a request\n"
	"       ceremony request check --profile FILE.ini [--issuer CERT] CSR...      would it be signed?\n"
	"           [--existing CERT]                                a root's own, to be cross-certified\n"
	"           [--sheet FILE.pdf|FILE.txt]                      and of one that is accepted, the sheet to bring\n"
	"\n"
	"Requests are PKCS #10, PEM or DER, one a file. check answers FILE<TAB>accept|refuse<TAB>RULE<TAB>reason;\n"
	"the reason of an accept names what is asked for and will not be signed as asked. Without --issuer, the\n"
	"certificate of the CA that is to sign, the request is judged under a stand-in that forbids nothing.\n"
	"Exit status: 0 all accepted, 1 some refused, 2 wrong use, 3 a file cannot be read.\n";

/* ---- reading ------------------------------------------------------------ */

/* An error of the operator's machine, not of what is in the file. */
static bool is_of_the_world(enum err_id id)
{
	return id == ERR_FILE_OPEN || id == ERR_FILE_READ || id == ERR_NO_MEMORY;
}

static int complain(const struct err *e)
{
	char line[768];

	(void)fprintf(stderr, "ceremony request: %s\n", err_line(line, sizeof line, e));
	return is_of_the_world(e->id) ? 3 : 2;
}

/* Reads a request; whether it proves anything is the caller's to ask. */
static bool load(struct request *r, struct arena *a, const char *path, struct err *e)
{
	struct bytes text, der;

	return file_read_named(&text, a, path, REQUEST_MAX_FILE, e) &&
	       pem_decode(&der, a, "CERTIFICATE REQUEST", text, e) && request_read(r, der, e);
}

/* ---- show --------------------------------------------------------------- */

/* A line of what was built, "Label      text"; labels are as long as the longest. */
static void show_row(const char *label, struct bytes text)
{
	(void)printf("%-12s %.*s\n", label, (int)text.len, (const char *)text.p);
}

static void show_digest(const char *label, struct bytes octets)
{
	char hex[HASH_MAX * 2 + 1];

	show_row(label, bytes_str(sha256_hex(hex, octets)));
}

/* The digest of the whole, to be compared by voice. */
static void show_words(struct bytes der)
{
	uint8_t       text[1024];
	struct buf    b = BUF_ON(text);
	struct digest d = hash_of(HASH_SHA256, der);
	struct bytes  line, rest;

	words_put(&b, digest_bytes(&d), 8);
	buf_str(&b, "\n");
	const char *label = "Words";
	for (rest = buf_bytes(&b); bytes_cut(rest, '\n', &line, &rest); label = "")
		show_row(label, line);
}

static void show_request(const struct request *r, const char *path)
{
	static uint8_t text[4 * NAME_MAX_DER + 16384];
	struct buf     file = BUF_ON(text);
	char           name[16];

	text_escape(&file, bytes_str(path));
	show_row("File", buf_bytes(&file));
	show_digest("SHA-256", r->der);
	show_words(r->der);
	struct buf subject = BUF_ON(text);
	name_put(&subject, &r->subject);
	show_row("Subject", r->subject.num_attrs ? buf_bytes(&subject) : BYTES_LIT("(empty)"));
	show_row("Key", bytes_str(key_name(name, &r->key)));
	show_digest("Key SHA-256", r->key.spki);
	show_row("Signature", bytes_str(sig_name(r->sig)));
	struct buf   asked = BUF_ON(text);
	struct bytes line, rest;
	request_asked(&asked, r);
	const char *label = "Asks for";
	for (rest = buf_bytes(&asked); bytes_cut(rest, '\n', &line, &rest); label = "")
		show_row(label, bytes_starts(line, "asked: ") ? bytes_skip(line, 7) : line);
}

static int show(int argc, char **argv)
{
	struct arena   a = arena_new(ARENA_SIZE);
	struct request r;
	struct err     e = { 0 };
	int            code = 0;

	if (argc != 2 || argv[1][0] == '-') {
		(void)fputs(request_usage, stderr);
		code = 2;
	} else if (!load(&r, &a, argv[1], &e)) {
		code = complain(&e) == 3 ? 3 : 1;
	} else {
		show_request(&r, argv[1]);
		if (!keytest_key(&r.key, &e) || !request_prove(&r, &e)) {
			(void)complain(&e);
			code = 1;
		}
	}
	arena_free(&a);
	return code;
}

/* ---- check -------------------------------------------------------------- */

#define NUM_STAND_INS 5
#define MAX_REFUSALS  64 /* of one request by its profile */

/* A certificate that is to sign, and what it may. */
struct signer {
	struct certificate certificate;
	struct issuer      issuer;
};

struct checker {
	struct arena          arena;
	struct blacklist      lists;
	const struct profile *profile;
	struct bytes          profile_text;
	struct signer         signer[NUM_STAND_INS]; /* the one that is to sign, or stand-ins */
	size_t                num_signers;
	bool                  issuer_known; /* the one is no stand-in */
	struct certificate    existing;     /* that the requests' CA has already */
	bool                  has_existing;
	const char           *sheet;        /* where it goes; NULL: nowhere */
	enum doc_form         form;         /* of the sheet */
	int64_t               now;
};

static bool load_issuer(struct checker *c, const char *path, struct err *e)
{
	struct signer *s = &c->signer[0];
	struct bytes   text, der;

	c->num_signers = 1;
	c->issuer_known = true;
	return file_read_named(&text, &c->arena, path, FILE_MAX, e) &&
	       pem_decode(&der, &c->arena, "CERTIFICATE", text, e) && certificate_parse(&s->certificate, der, e) &&
	       issuer_of(&s->issuer, &s->certificate, e);
}

static bool load_existing(struct checker *c, const char *path, struct err *e)
{
	struct bytes text, der;

	c->has_existing = true;
	return file_read_named(&text, &c->arena, path, REQUEST_MAX_FILE, e) &&
	       pem_decode(&der, &c->arena, "CERTIFICATE", text, e) && certificate_parse(&c->existing, der, e);
}

/* Issuers of every kind of key, valid now and for long: which of them the profile would let
 * sign is tried out. Nothing is ever verified with these keys. */
static bool stand_in(struct checker *c, struct err *e)
{
	static const enum key_alg kind[NUM_STAND_INS] = { KEY_P384, KEY_RSA, KEY_P256, KEY_P521, KEY_ED25519 };
	static const size_t       len[] = { [KEY_P256] = 65, [KEY_P384] = 97, [KEY_P521] = 133, [KEY_ED25519] = 32 };
	static uint8_t            id[NUM_STAND_INS][KEY_ID_LEN];
	uint8_t                   point[256];

	memset(point, 0xff, sizeof point);
	point[0] = 4;
	for (c->num_signers = 0; c->num_signers < NUM_STAND_INS; c->num_signers++) {
		struct signer      *s = &c->signer[c->num_signers];
		struct certificate *i = &s->certificate;
		enum key_alg        k = kind[c->num_signers];
		bool                ok = k == KEY_RSA ? key_build_rsa(&i->key, &c->arena, bytes_of(point, sizeof point),
		                                                      BYTES_LIT("\x01\x00\x01"), e)
		                                      : key_build_point(&i->key, &c->arena, k, bytes_of(point, len[k]), e);
		if (!ok || !name_from_text(&i->subject, &c->arena, BYTES_LIT("CN=The issuing CA"), e))
			return false;
		key_id(id[c->num_signers], &i->key);
		i->subject_key_id = bytes_of(id[c->num_signers], KEY_ID_LEN);
		i->is_ca = true;
		i->key_usage = USAGE_KEY_CERT_SIGN | USAGE_CRL_SIGN;
		i->not_before = c->now;
		i->not_after = INT64_MAX;
		if (!issuer_of(&s->issuer, i, e))
			return false;
	}
	return true;
}

/* The first whose key the profile lets sign, and how. */
static const struct signer *find_signer(const struct checker *c, enum sig_alg *sig, struct err *e)
{
	for (size_t i = 0; i < c->num_signers; i++)
		if (profile_sig(sig, c->profile, &c->signer[i].issuer.key, e))
			return &c->signer[i];
	return NULL;
}

static void put_answer(const char *path, const char *answer, const char *rule, struct bytes reason)
{
	static uint8_t text[8192];
	struct buf     b = BUF_ON(text);

	text_escape(&b, bytes_str(path));
	(void)printf("%.*s\t%s\t%s\t%.*s\n", (int)b.len, (const char *)text, answer, rule, (int)reason.len,
	             (const char *)reason.p);
}

static void put_refusal(const char *path, const struct err *e)
{
	const struct err_text *t = err_text_of(e->id);
	uint8_t                text[2048];
	struct buf             b = BUF_ON(text);

	buf_fmt(&b, "%s%s%s", t->what, e->detail[0] ? ": " : "", e->detail);
	if (t->clause[0])
		buf_fmt(&b, " (%s)", t->clause);
	buf_fmt(&b, ". %s", t->todo);
	put_answer(path, "refuse", t->name, buf_bytes(&b));
}

/* `part`: the profile's URI of a part of the revocation list, which the serial chooses: there is none yet. */
static void put_accept(const char *path, const struct plan *plan, struct bytes part)
{
	uint8_t    text[4096];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < plan->num_rows; i++) {
		if (!plan->row[i].differs)
			continue;
		buf_str(&b, b.len ? ", " : "not as asked: ");
		buf_str(&b, plan->row[i].field);
	}
	if (part.len)
		buf_fmt(&b, "%scrlDistributionPoints will be %.*s, {shard}: the serial mod the script's shards", b.len ? "; " : "",
		        (int)part.len, (const char *)part.p);
	put_answer(path, "accept", "", buf_bytes(&b));
}

/* Says what is refused, and that something was. */
static bool refused(const char *path, bool good, const struct err *e)
{
	if (!good)
		put_refusal(path, e);
	return !good;
}

/* The subject, and all that is asked for, as the record would hold it. */
static bool can_be_shown(const struct request *r, struct err *e)
{
	static uint8_t subject[REQUEST_MAX_SUBJECT], asked[REQUEST_MAX_ASKED];
	struct buf     s = BUF_ON(subject), a = BUF_ON(asked);

	return request_words(&s, &a, r, e);
}

/* What would be signed, linted: whether anything is found. */
static bool is_linted_out(struct checker *c, const char *path, const struct plan *plan, const struct signer *s)
{
	struct lint_finding finding[16];
	struct bytes        tbs;
	struct err          e = { 0 };
	size_t              num = 0;

	if (!certificate_tbs(&tbs, &c->arena, plan, &e) ||
	    !lint_tbs_all(finding, COUNT_OF(finding), &num, &c->arena, tbs, plan, &s->certificate, &e))
		return refused(path, false, &e);
	for (size_t i = 0; i < num && i < COUNT_OF(finding); i++)
		(void)refused(path, lint_refuse(&finding[i], &e), &e);
	return num > 0;
}

/* What the profile and the linter say, each rule on a line: whether they say no. */
static bool is_not_allowed(struct checker *c, const char *path, struct plan *plan, const struct request *r)
{
	static const uint8_t random[SERIAL_MAX]; /* nothing is signed: any serial will do */
	static struct err    refusal[MAX_REFUSALS];
	struct plan_input    in = { .request = r, .random = bytes_of(random, sizeof random), .now = c->now, .shards = SHARDS_MAX };
	struct err           e = { 0 };
	const struct signer *s = find_signer(c, &in.sig, &e);

	if (!s)
		return refused(path, false, &e);
	in.issuer = &s->issuer;
	in.existing = c->has_existing ? &c->existing : NULL;
	if (profile_check(plan, &c->arena, c->profile, &in, &e))
		return is_linted_out(c, path, plan, s);
	size_t num = profile_refusals(refusal, COUNT_OF(refusal), &c->arena, c->profile, &in);
	for (size_t i = 0; i < num && i < COUNT_OF(refusal); i++)
		put_refusal(path, &refusal[i]);
	return true;
}

/* Of a rehearsal's root, the name that was asked for counts, as in the ceremony. */
static bool is_apart(const struct request *r, const struct issuer *issuer, struct err *e)
{
	struct name asked = issuer->name;

	profile_forget_rehearsal(&asked);
	return request_is_apart(r, &asked, &issuer->key, e);
}

/* The exit code that this file asks for. These are the ceremony's own functions; it stops at the first that
 * says no, and here all are asked: each broken rule has a line of its own. */
static int judge(struct checker *c, const char *path)
{
	static struct plan   plan;
	const struct issuer *issuer = c->issuer_known ? &c->signer[0].issuer : NULL;
	struct request       r;
	struct err           e = { 0 };

	if (!load(&r, &c->arena, path, &e)) {
		if (is_of_the_world(e.id))
			return complain(&e);
		put_refusal(path, &e);
		return 1;
	}
	bool no = refused(path, keytest_all(&r.key, &c->lists, &e), &e);
	no |= refused(path, request_prove(&r, &e), &e);
	no |= refused(path, can_be_shown(&r, &e), &e);
	no |= refused(path, !c->has_existing || existing_fits(&c->existing, &r, c->now, &e), &e);
	no |= refused(path, !issuer || is_apart(&r, issuer, &e), &e);
	no |= refused(path, !issuer || keytest_shared(&r.key, &issuer->key, &e), &e);
	no |= is_not_allowed(c, path, &plan, &r);
	if (no)
		return 1;
	put_accept(path, &plan, profile_shard_uri(c->profile));
	const struct sheet_of of = { &r, path, profile_name(c->profile), c->profile_text };
	if (!c->sheet || sheet_write(c->sheet, c->form, &of, &e))
		return 0;
	(void)complain(&e);
	return 3;
}

static bool prepare(struct checker *c, const char *profile, const char *issuer, const char *existing, struct err *e)
{
	const struct clock clock = clock_system();
	struct bytes       text;

	c->now = clock.now(clock.ctx);
	c->arena = arena_new(ARENA_SIZE);
	if (!c->arena.cap)
		return err_set(e, ERR_NO_MEMORY, "%zu octets", ARENA_SIZE);
	(void)blacklist_load(&c->lists, &c->arena, BLACKLIST_FOLDER);
	if (!file_read_named(&text, &c->arena, profile, FILE_MAX, e) ||
	    !profile_parse(&c->profile, &c->arena, profile, text, e))
		return false;
	c->profile_text = text;
	if (existing && !load_existing(c, existing, e))
		return false;
	return issuer ? load_issuer(c, issuer, e) : stand_in(c, e);
}

static int check(int argc, char **argv)
{
	static const struct option options[] = { { "profile", required_argument, NULL, 'p' },
		                                 { "issuer", required_argument, NULL, 'i' },
		                                 { "existing", required_argument, NULL, 'e' },
		                                 { "sheet", required_argument, NULL, 's' },
		                                 { NULL, 0, NULL, 0 } };
	static struct checker      c;
	const char                *profile = NULL, *issuer = NULL, *existing = NULL;
	struct err                 e = { 0 };
	int                        opt, code = 0;

	for (optind = 1; (opt = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		const char **value = opt == 'p' ? &profile : opt == 's' ? &c.sheet : opt == 'e' ? &existing : &issuer;
		if (opt == '?' || *value) {
			(void)fputs(request_usage, stderr);
			return 2;
		}
		*value = optarg;
	}
	if (!profile || optind == argc) {
		(void)fputs(request_usage, stderr);
		return 2;
	}
	if (c.sheet && argc - optind != 1)
		return (void)err_set(&e, ERR_USAGE, "one request, one sheet"), complain(&e);
	if (c.sheet && !printed_form(&c.form, "--sheet", c.sheet, false, &e))
		return complain(&e);
	if (!prepare(&c, profile, issuer, existing, &e)) {
		code = complain(&e);
	} else {
		const size_t mark = c.arena.len;
		for (int i = optind; i < argc; i++, c.arena.len = mark) {
			int one = judge(&c, argv[i]);
			code = one > code ? one : code;
		}
	}
	arena_free(&c.arena);
	return code;
}

int cmd_request(int argc, char **argv)
{
	struct bytes what = bytes_str(argc > 1 ? argv[1] : "");
	int          code = 2;

	if (bytes_is(what, "show"))
		code = show(argc - 1, argv + 1);
	else if (bytes_is(what, "check"))
		code = check(argc - 1, argv + 1);
	else
		(void)fputs(request_usage, stderr);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fprintf(stderr, "ceremony request: standard output cannot be written\n");
		return 3;
	}
	return code;
}
