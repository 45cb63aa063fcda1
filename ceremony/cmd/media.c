/* media.c: see media.h. */
#include "ceremony/cmd/media.h"

#include <getopt.h>
#include <stdio.h>

#include "ceremony/base/json.h"
#include "ceremony/port/spawn.h"

const char media_usage[] =
	"usage: ceremony media list [--loops] [--burners] [--json]     the removable media that are plugged in\n"
	"\n"
	"  --loops     loop devices too, which stand for media in a rehearsal\n"
	"  --burners   the drives in which discs are burned, in place of media\n"
	"  --json      an array of objects\n"
	"\n"
	"One line a medium: serial, label, usable or why it is not, and its identity, separated by tabs. Nothing is mounted and\n"
	"nothing but a superblock is read. A script's [medium NAME] section names a medium by that serial.\n";

static int fail(const struct err *e)
{
	char text[768];

	(void)fprintf(stderr, "ceremony media: %s\n", err_line(text, sizeof text, e));
	return 3;
}

static const char *const columns[] = { "serial", "label", "state", "device" };

static void print_one(const struct fields *out, uint64_t n, bool json)
{
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		char key[32];
		(void)snprintf(key, sizeof key, "%s.%llu", columns[i], (unsigned long long)n);
		struct bytes value = fields_get(out, key);
		(void)fputs(json ? (i ? "," : "{") : i ? "\t" : "", stdout);
		if (json) {
			(void)printf("\"%s\":", columns[i]);
			json_print(stdout, value);
		} else {
			(void)printf("%.*s", (int)value.len, (const char *)value.p);
		}
	}
	if (json)
		(void)putchar('}');
}

static int print(const struct fields *out, bool json)
{
	uint64_t num = 0;

	if (!fields_get_u64(&num, out, "devices", FIELDS_MAX))
		num = 0;
	for (uint64_t n = 1; n <= num; n++) {
		if (json)
			(void)fputs(n > 1 ? ",\n" : "[", stdout);
		print_one(out, n, json);
		if (!json)
			(void)putchar('\n');
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

static int list(bool loops, bool burners, bool json)
{
	__attribute__((cleanup(spawn_done))) struct spawned s = { 0 };
	const char  *args[] = { "--devices", loops ? "--loops" : NULL, NULL };
	struct err   e = { 0 };
	char         storage[256];
	struct arena in = ARENA_ON(storage), out = arena_new((size_t)1 << 20);
	struct call  c = { .op = OP_MEDIA_FIND, .in = fields_on(&in), .out = fields_on(&out) };

	if (burners)
		fields_str(&c.in, "burners", "yes");
	if (!spawn_helper(&s, PORT_MEDIA, args, &e) || !helper_call(&s.helper, &c, &e)) {
		arena_free(&out);
		return fail(&e);
	}
	int code = print(&c.out, json);
	arena_free(&out);
	return code;
}

int cmd_media(int argc, char **argv)
{
	static const struct option options[] = {
		{ "loops", no_argument, NULL, 'l' }, { "burners", no_argument, NULL, 'b' }, { "json", no_argument, NULL, 'j' }, { NULL, 0, NULL, 0 },
	};
	bool loops = false, burners = false, json = false, known = argc >= 2 && strcmp(argv[1], "list") == 0;
	int  c;

	optind = 0; /* the GNU way of starting afresh */
	while (known && (c = getopt_long(argc - 1, argv + 1, "", options, NULL)) != -1) {
		loops |= c == 'l';
		burners |= c == 'b';
		json |= c == 'j';
		known = c != '?';
	}
	if (!known || optind != argc - 1) {
		(void)fputs(media_usage, stderr);
		return 2;
	}
	return list(loops, burners, json);
}
