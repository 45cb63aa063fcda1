/* lint.c: see lint.h. */
#include "ceremony/cmd/lint.h"

#include <stdio.h>
#include <stdlib.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/pki/lint.h"
#include "ceremony/pki/pem.h"
#include "keytest/keytest.h"

#define FILE_MAX     ((size_t)128 << 20) /* octets: a list of a million entries, as PEM */
#define ARENA_SIZE   ((size_t)512 << 20) /* of one file's octets, and what comes of them */
#define MAX_FILES    256
#define MAX_FINDINGS 64

const char lint_usage[] =
	"usage: ceremony lint FILE...\n"
	"\n"
	"Certificates and revocation lists, PEM or DER, one a file. Each line of the answer is\n"
	"FILE<TAB>accept|refuse<TAB>RULE<TAB>reason. Where the issuer's certificate is among the files, its key\n"
	"verifies the signature, and name, key identifier and validity are compared with it. A certificate's key\n"
	"is looked at as a request's is.\n";

enum kind { UNREADABLE, MALFORMED, CERTIFICATE, CRL };

/* One file. What it holds borrows its arena. */
struct item {
	const char        *path;
	enum kind          kind;
	struct arena       arena;
	struct certificate certificate;
	struct crl         crl;
	struct err         err;
};

/* A list has its times among the parts of what is signed; a certificate wraps them. */
static bool is_crl(struct bytes der)
{
	struct bytes in, tbs, content;
	unsigned     tag;

	if (!der_get(&der, DER_SEQUENCE, &in) || !der_get(&in, DER_SEQUENCE, &tbs))
		return false;
	while (der_get_any(&tbs, &tag, &content, NULL))
		if (tag == DER_UTC_TIME || tag == DER_GENERALIZED_TIME)
			return true;
	return false;
}

static bool says_crl(struct bytes text)
{
	static const char line[] = "-----BEGIN X509 CRL-----";

	return memmem(text.p, text.len, line, sizeof line - 1) != NULL;
}

static bool load(struct item *x, struct bytes text)
{
	struct bytes der;

	x->kind = MALFORMED;
	if (!pem_decode(&der, &x->arena, says_crl(text) ? "X509 CRL" : "CERTIFICATE", text, &x->err))
		return false;
	if (is_crl(der)) {
		if (!crl_parse(&x->crl, der, &x->err))
			return false;
		x->kind = CRL;
		return true;
	}
	if (!certificate_parse(&x->certificate, der, &x->err))
		return false;
	x->kind = CERTIFICATE;
	return true;
}

static void open_item(struct item *x, const char *path)
{
	struct bytes text;

	x->path = path;
	x->arena = arena_new(ARENA_SIZE);
	if (!x->arena.cap)
		(void)err_set(&x->err, ERR_NO_MEMORY, "%s", path);
	else if (file_read_named(&text, &x->arena, path, FILE_MAX, &x->err))
		(void)load(x, text);
}

/* The issuer among the files: by name, and by key identifier where one is named. */
static const struct certificate *issuer_among(const struct item *items, size_t num, const struct name *name,
                                              struct bytes key_id)
{
	for (size_t i = 0; i < num; i++) {
		const struct certificate *c = &items[i].certificate;
		if (items[i].kind == CERTIFICATE && c->is_ca && bytes_equal(c->subject.der, name->der) &&
		    (key_id.len == 0 || bytes_equal(key_id, c->subject_key_id)))
			return c;
	}
	return NULL;
}

static void print_line(const char *path, const char *answer, const char *rule, const char *reason, const char *clause)
{
	uint8_t    text[8192];
	struct buf b = BUF_ON(text);

	text_escape(&b, bytes_str(path));
	(void)printf("%.*s\t%s\t%s\t%s%s%s%s\n", (int)b.len, (const char *)b.p, answer, rule, reason, *clause ? " (" : "", clause,
	             *clause ? ")" : "");
}

static void print_refusal(const char *path, const struct err *e)
{
	const struct err_text *t = err_text_of(e->id);
	char                   line[768];

	(void)snprintf(line, sizeof line, "%s%s%s", t->what, e->detail[0] ? ": " : "", e->detail);
	print_line(path, "refuse", t->name, line, t->clause);
}

/* The exit code that this file asks for. */
static int judge(const struct item *x, const struct item *items, size_t num_items)
{
	struct lint_finding       f[MAX_FINDINGS];
	const struct certificate *c = &x->certificate;
	struct err                e = { 0 };
	size_t                    num = 0;
	bool                      weak = false;
	char                      line[768];

	switch (x->kind) {
	case UNREADABLE:
		(void)fprintf(stderr, "ceremony lint: %s\n", err_line(line, sizeof line, &x->err));
		return 3;
	case MALFORMED:
		print_refusal(x->path, &x->err);
		return 1;
	case CERTIFICATE:
		weak = !keytest_key(&c->key, &e);
		num = lint_certificate(f, MAX_FINDINGS, c, issuer_among(items, num_items, &c->issuer, c->authority_key_id));
		break;
	case CRL:
		num = lint_crl(f, MAX_FINDINGS, &x->crl,
		               issuer_among(items, num_items, &x->crl.issuer, x->crl.authority_key_id));
		break;
	}
	for (size_t i = 0; i < num && i < MAX_FINDINGS; i++)
		print_line(x->path, "refuse", f[i].rule, f[i].reason, f[i].clause);
	if (weak)
		print_refusal(x->path, &e);
	else if (num == 0)
		print_line(x->path, "accept", "", "", "");
	return num || weak ? 1 : 0;
}

int cmd_lint(int argc, char **argv)
{
	int exit_code = 0;

	if (argc < 2 || argv[1][0] == '-' || argc - 1 > MAX_FILES) {
		(void)fputs(lint_usage, stderr);
		return 2;
	}
	size_t       num = (size_t)(argc - 1);
	struct item *items = calloc(num, sizeof *items);
	if (!items) {
		(void)fputs("ceremony lint: the machine has no memory left\n", stderr);
		return 3;
	}
	for (size_t i = 0; i < num; i++)
		open_item(&items[i], argv[i + 1]);
	for (size_t i = 0; i < num; i++) {
		int code = judge(&items[i], items, num);
		exit_code = code > exit_code ? code : exit_code;
	}
	for (size_t i = 0; i < num; i++)
		arena_free(&items[i].arena);
	free(items);
	return fflush(stdout) == 0 ? exit_code : 3;
}
