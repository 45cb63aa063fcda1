/* token.c: see token.h. */
#include "ceremony/cmd/token.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/port/spawn.h"

static const char usage[] =
	"usage: ceremony token list [--token URI] [--json]     the tokens of a PKCS #11 module, by serial\n"
	"\n"
	"  --token URI   RFC 7512: its module-path names the module, as in pkcs11:?module-path=/usr/lib/m.so.\n"
	"                Without it: SoftHSM's module, where the distribution puts it\n"
	"  --json        an array of objects\n"
	"\n"
	"One line a token: serial, label, manufacturer, model, initialised or empty, and what is left of the tries\n"
	"for its PIN (ok, low, final, locked), separated by tabs. An empty token has no serial yet.\n";

/* Where Debian puts SoftHSM: the embedded default of a rehearsal. */
static const char *const defaults[] = {
	"/usr/lib/softhsm/libsofthsm2.so",
	"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
	"/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
};

static const char *const columns[] = { "serial", "label", "manufacturer", "model", "state", "tries" };

static int fail(const struct err *e)
{
	char text[768];

	(void)fprintf(stderr, "ceremony token: %s\n", err_line(text, sizeof text, e));
	return e->id == ERR_USAGE || e->id == ERR_TOKEN_URI ? 2 : 3;
}

/* A JSON string of plain text. */
static void put_json(struct bytes s)
{
	(void)putchar('"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			(void)putchar('\\');
		(void)putchar(s.p[i]);
	}
	(void)putchar('"');
}

static void put_object(struct bytes row)
{
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		struct bytes cell = row, rest = bytes_of(NULL, 0);

		if (!bytes_cut(row, '\t', &cell, &rest))
			cell = row;
		(void)printf("%s\"%s\":", i ? "," : "{", columns[i]);
		put_json(cell);
		row = rest;
	}
	(void)putchar('}');
}

static int print(const struct fields *out, bool json)
{
	size_t num = 0;

	for (size_t i = 0; i < out->num; i++) {
		if (!bytes_starts(out->item[i].key, "token."))
			continue;
		if (json) {
			(void)fputs(num ? ",\n" : "[", stdout);
			put_object(out->item[i].value);
		} else {
			(void)printf("%s\n", (const char *)out->item[i].value.p);
		}
		num++;
	}
	if (json)
		(void)fputs(num ? "]\n" : "[]\n", stdout);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		struct err e = { 0 };
		(void)err_set(&e, ERR_FILE_WRITE, "standard output");
		return fail(&e);
	}
	return 0;
}

static int list(const char *uri, bool json)
{
	__attribute__((cleanup(spawn_done))) struct spawned s = { 0 };
	struct err   e = { 0 };
	char         storage[32768];
	struct arena in = ARENA_ON(storage), out = arena_new((size_t)1 << 20);
	struct call  c = { .op = OP_TOKEN_LIST, .in = fields_on(&in), .out = fields_on(&out) };

	if (uri)
		fields_str(&c.in, "uri", uri);
	for (size_t i = 0; i < COUNT_OF(defaults) && !fields_find(&c.in, "uri"); i++)
		if (access(defaults[i], R_OK) == 0)
			fields_fmt(&c.in, "uri", "pkcs11:?module-path=%s", defaults[i]);
	if (!fields_find(&c.in, "uri")) {
		(void)err_set(&e, ERR_TOKEN_MODULE, "no --token, and SoftHSM is not installed");
		return fail(&e);
	}
	if (!spawn_helper(&s, PORT_TOKEN, NULL, &e) || !helper_call(&s.helper, &c, &e))
		return fail(&e);
	int code = print(&c.out, json);
	arena_free(&out);
	return code;
}

int cmd_token(int argc, char **argv)
{
	static const struct option options[] = {
		{ "token", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *uri = NULL;
	bool        json = false;
	int         c;

	if (argc < 2 || strcmp(argv[1], "list") != 0) {
		bool later = argc >= 2 && strcmp(argv[1], "qualify") == 0;
		if (later)
			(void)fputs("ceremony token: qualify does not exist yet\n", stderr);
		(void)fputs(usage, stderr);
		return 2;
	}
	optind = 0; /* the GNU way of starting afresh */
	while ((c = getopt_long(argc - 1, argv + 1, "", options, NULL)) != -1) {
		if (c == 'h') {
			(void)fputs(usage, stdout);
			return 0;
		}
		if (c == 't')
			uri = optarg;
		else if (c == 'j')
			json = true;
		else {
			(void)fputs(usage, stderr);
			return 2;
		}
	}
	if (optind != argc - 1) {
		(void)fputs(usage, stderr);
		return 2;
	}
	return list(uri, json);
}
