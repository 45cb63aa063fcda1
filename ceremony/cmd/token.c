/* token.c: see token.h. */
#include "ceremony/cmd/token.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/json.h"
#include "ceremony/cmd/qualify.h"
#include "ceremony/port/spawn.h"

const char token_usage[] =
	"usage: ceremony token list [--token URI] [--json]     the tokens of a PKCS #11 module, by serial\n"
	"       ceremony token qualify --token URI [--pin-fd FD] [--json]     is it fit to hold a root key?\n"
	"\n"
	"  --token URI   RFC 7512: its module-path names the module, as in pkcs11:?module-path=/usr/lib/m.so;\n"
	"                qualify wants the token's name as well, as in pkcs11:token=LABEL;serial=SERIAL?module-path=...\n"
	"                list without it: SoftHSM's module, where the distribution puts it\n"
	"  --pin-fd FD   read the user PIN from this descriptor, one line, instead of from the terminal\n"
	"  --json        list: an array of objects; qualify: one object\n"
	"\n"
	"list: one line a token: serial, label, manufacturer, model, initialised or empty, and what is left of the tries\n"
	"for its PIN (ok, low, final, locked), separated by tabs. An empty token has no serial yet.\n"
	"qualify: makes keys that pass, tries to get private ones out, looks at random octets, gives one wrong PIN where\n"
	"that is safe, and says what it saw. Exit status 1: the token is not fit.\n";

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

static void put_object(struct bytes row)
{
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		struct bytes cell = row, rest = bytes_of(NULL, 0);

		if (!bytes_cut(row, '\t', &cell, &rest))
			cell = row;
		(void)printf("%s\"%s\":", i ? "," : "{", columns[i]);
		json_print(stdout, cell);
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

/* What follows the subcommand. False: wrong use. */
struct asked {
	const char *uri;
	int         pin_fd;
	bool        json;
};

static bool parse(struct asked *out, int argc, char **argv)
{
	static const struct option options[] = {
		{ "token", required_argument, NULL, 't' }, { "json", no_argument, NULL, 'j' },
		{ "pin-fd", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	struct asked a = { .pin_fd = -1 };
	uint64_t     fd = 0;
	int          c;

	optind = 0; /* the GNU way of starting afresh */
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 't')
			a.uri = optarg;
		else if (c == 'j')
			a.json = true;
		else if (c == 'p' && bytes_to_u64(&fd, bytes_str(optarg), 1023))
			a.pin_fd = (int)fd;
		else
			return false;
	}
	*out = a;
	return optind == argc;
}

int cmd_token(int argc, char **argv)
{
	bool         listing = argc >= 2 && strcmp(argv[1], "list") == 0;
	bool         qualifying = argc >= 2 && strcmp(argv[1], "qualify") == 0;
	struct asked a = { 0 };

	if ((!listing && !qualifying) || !parse(&a, argc - 1, argv + 1) || (listing && a.pin_fd >= 0) ||
	    (qualifying && !a.uri)) {
		(void)fputs(token_usage, stderr);
		return 2;
	}
	return listing ? list(a.uri, a.json) : qualify_command(a.uri, a.pin_fd, a.json);
}
