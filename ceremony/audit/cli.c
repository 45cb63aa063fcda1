/* cli.c: the verifier's command line, for `ceremony verify` and for ceremony-verify. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/audit/prove.h"
#include "ceremony/base/file.h"
#include "ceremony/base/json.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/proof.h"

/* Where the lines go: to people, or, --json, into an array. */
struct output {
	bool   json;
	size_t num;
};

/* "ok  that holds", "--  a remark", "    what goes on". */
static void print(void *ctx, const char *line)
{
	struct output *to = ctx;
	struct bytes   text = bytes_str(line);
	const char    *says = bytes_starts(text, "ok  ") ? "holds" : bytes_starts(text, "--  ") ? "remark" : "more";

	to->num++;
	if (!to->json) {
		(void)printf("%s\n", line);
		return;
	}
	(void)printf("%s{\"says\":\"%s\",\"text\":", to->num > 1 ? ",\n" : "{\"lines\":[\n", says);
	json_print(stdout, text.len > 4 ? bytes_skip(text, 4) : text);
	(void)putchar('}');
}

const char audit_usage[] = "usage: ceremony verify DIR [--policy FILE] [--root SHA256] [--disclosures FILE] [--json]\n"
                           "       ceremony verify --proof FILE --certificate FILE [--policy FILE] [--json]\n";

static int usage(const char *why)
{
	(void)fprintf(stderr, "ceremony verify: %s\n%s", why, audit_usage);
	return 2;
}

/* As this program prints it, or as openssl does: AB:CD:... False if it is no SHA-256. */
static bool take_fingerprint(char out[65], const char *text)
{
	size_t n = 0;

	for (; *text; text++) {
		char c = *text >= 'A' && *text <= 'F' ? (char)(*text + 32) : *text;
		if (c == ':' && n && n % 2 == 0 && text[1] && text[1] != ':')
			continue;
		if (n == 64 || !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		out[n++] = c;
	}
	out[n] = 0;
	return n == 64;
}

/* Can it be looked at at all? ERR_FILE_READ: the world's fault, not the record's. */
static bool is_folder(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return err_set(e, ERR_FILE_READ, "%s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_FILE_READ, "%s: it is a file; the record is a folder", path);
	return access(path, R_OK | X_OK) == 0 || err_set(e, ERR_FILE_READ, "%s: %s", path, strerror(errno));
}

/* The command line. */
struct asked {
	const char *dir, *root, *policy, *proof, *certificate, *disclosures;
	char        fingerprint[65];
	bool        json;
};

/* NULL, or why it is not understood. */
static const char *parse(struct asked *asked, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char **value = strcmp(argv[i], "--root") == 0        ? &asked->root :
		                     strcmp(argv[i], "--policy") == 0      ? &asked->policy :
		                     strcmp(argv[i], "--proof") == 0       ? &asked->proof :
		                     strcmp(argv[i], "--certificate") == 0 ? &asked->certificate :
		                     strcmp(argv[i], "--disclosures") == 0 ? &asked->disclosures :
		                                                             NULL;
		if (strcmp(argv[i], "--json") == 0)
			asked->json = true;
		else if (value && i + 1 < argc && !*value)
			*value = argv[++i];
		else if (argv[i][0] == '-' || asked->dir)
			return "the command line is not understood";
		else
			asked->dir = argv[i];
	}
	if (asked->proof || asked->certificate)
		return asked->proof && asked->certificate && !asked->dir && !asked->root && !asked->disclosures ?
		               NULL : "--proof and --certificate go together, without a record";
	if (!asked->dir)
		return "it needs the record's folder";
	if (asked->root && !take_fingerprint(asked->fingerprint, asked->root))
		return "--root wants a SHA-256: 64 hex digits, with or without colons";
	return NULL;
}

static bool load_policy(struct policy *p, struct arena *a, const char *path, struct err *e)
{
	struct bytes text;
	struct err   why = { 0 };

	*a = arena_new(POLICY_MAX_LEN * 4);
	if (!a->cap)
		return err_set(e, ERR_NO_MEMORY, "the policy");
	if (!file_read(&text, a, AT_FDCWD, path, POLICY_MAX_LEN, &why))
		return err_set(e, ERR_FILE_READ, "%s", path); /* not the record's fault */
	return policy_parse(p, a, text, &why) || err_set(e, why.id, "%s: %s", path, why.detail);
}

/* A fault of the world says nothing of the record. */
static int exit_code(const struct err *e)
{
	return e->id == ERR_NONE ? 0 : e->id == ERR_NO_MEMORY || e->id == ERR_FILE_READ ? 3 : 1;
}

static void print_verdict(const struct asked *asked, const struct err *e)
{
	const char *clause = err_text_of(e->id)->clause;
	char        text[512];
	const int   code = exit_code(e);

	(void)err_line(text, sizeof text, e);
	if (code == 3)
		(void)fprintf(stderr, "ceremony verify: %s\n", text);
	else if (code == 1)
		(void)printf("NOT VERIFIED: %s%s%s%s\n", text, *clause ? " [" : "", clause, *clause ? "]" : "");
	else
		(void)printf("VERIFIED: %s\n", asked->proof ? "the certificate was signed in that ceremony" :
		                                            "every line and every file of this record is as it must be");
}

/* The end of the object that print() began. */
static void print_verdict_json(const struct output *to, const struct err *e)
{
	static const char *const     verdicts[] = { [0] = "verified", [1] = "not verified", [3] = "could not be looked at" };
	const struct err_text *const t = err_text_of(e->id);
	const struct {
		const char *name, *value;
	} why[] = { { "error", t->name }, { "what", t->what }, { "detail", e->detail }, { "todo", t->todo }, { "clause", t->clause } };

	(void)printf("%s],\n\"verdict\":\"%s\"", to->num ? "\n" : "{\"lines\":[", verdicts[exit_code(e)]);
	for (size_t i = 0; e->id != ERR_NONE && i < COUNT_OF(why); i++) {
		(void)printf(",\"%s\":", why[i].name);
		json_print(stdout, bytes_str(why[i].value));
	}
	(void)fputs("}\n", stdout);
}

/* A proof of a single certificate. */
static bool check_proof(const struct asked *asked, const struct policy *policy, const struct audit_say *say, struct err *e)
{
	struct arena a = arena_new(BUNDLE_FILE_MAX + 2 * PROOF_MAX);
	struct bytes proof, certificate;
	bool         ok = a.cap || err_set(e, ERR_NO_MEMORY, "the proof");

	if (ok && !file_read(&proof, &a, AT_FDCWD, asked->proof, PROOF_MAX, e))
		ok = err_set(e, ERR_FILE_READ, "%s", asked->proof);
	if (ok && !file_read(&certificate, &a, AT_FDCWD, asked->certificate, BUNDLE_FILE_MAX, e))
		ok = err_set(e, ERR_FILE_READ, "%s", asked->certificate);
	ok = ok && audit_proof(proof, certificate, policy, say, e);
	arena_free(&a);
	return ok;
}

/* Lines as of personal.jsonl, in a file of their own. */
static bool load_disclosures(struct personal *p, const char *path, struct err *e)
{
	struct bytes text;
	struct err   why = { 0 };

	if (!personal_init(p, e))
		return false;
	p->several = true;
	if (!file_read(&text, &p->room, AT_FDCWD, path, PERSONAL_MAX_LEN, &why))
		return err_set(e, ERR_FILE_READ, "%s", path); /* not the record's fault */
	if (!personal_parse(p, text, &why))
		return err_set(e, why.id, "%s: %s", path, why.detail);
	return !p->torn || err_set(e, ERR_PERSONAL_FORM, "%s ends in the middle of a line", path);
}

static bool check_all(const struct asked *asked, const struct policy *policy, struct output *to, struct err *e)
{
	const struct audit_say say = { print, to };
	struct personal        more = { .fd = -1 };
	struct audit_want      want = { .root = asked->root ? asked->fingerprint : NULL, .policy = policy };

	if (asked->proof)
		return check_proof(asked, policy, &say, e);
	bool ok = !asked->disclosures || load_disclosures(&more, asked->disclosures, e);
	if (asked->disclosures)
		want.more = &more;
	ok = ok && audit_record(asked->dir, &want, &say, e);
	personal_done(&more);
	return ok;
}

int audit_main(int argc, char **argv)
{
	static struct policy policy;
	struct asked         asked = { 0 };
	struct output        to = { 0 };
	struct arena         room = { 0 };
	struct err           e = { 0 };
	const char          *wrong = parse(&asked, argc, argv);

	if (wrong)
		return usage(wrong);
	to.json = asked.json;
	bool ok = (!asked.dir || is_folder(asked.dir, &e)) && (!asked.policy || load_policy(&policy, &room, asked.policy, &e)) &&
	          check_all(&asked, asked.policy ? &policy : NULL, &to, &e);
	MUST(ok || e.id != ERR_NONE);
	if (ok)
		e = (struct err){ 0 }; /* what was tried and did not matter */
	arena_free(&room);
	if (ok && asked.policy && policy.num_logs == 0)
		print(&to, "--  the policy names no log: any record key was taken");
	if (to.json)
		print_verdict_json(&to, &e);
	else
		print_verdict(&asked, &e);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fprintf(stderr, "ceremony verify: standard output cannot be written\n");
		return 3;
	}
	return exit_code(&e);
}
