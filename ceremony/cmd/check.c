/* check.c: see check.h. Says, before anyone enters the room, whether a script will do. */
#include "ceremony/cmd/check.h"

#include <stdio.h>

#include "ceremony/base/hash.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/load.h"
#include "ceremony/flow/kinds.h"

static void print_digest(const char *what, struct bytes text)
{
	struct digest d = hash_of(HASH_SHA256, text);
	char          hex[HASH_MAX * 2 + 1], words[1024];
	struct buf    b = BUF_ON(words);

	words_put(&b, digest_bytes(&d), 8);
	(void)printf("%s\n  sha256 %s\n", what, digest_hex(hex, &d));
	char *line = words;
	(void)buf_cstr(&b);
	for (char *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		(void)printf("  %s\n", line);
	}
}

int cmd_check(int argc, char **argv)
{
	const char   *path = NULL, *profiles = NULL;
	struct script script;
	struct err    e = { 0 };

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--profiles") == 0 && i + 1 < argc)
			profiles = argv[++i];
		else if (argv[i][0] != '-' && !path)
			path = argv[i];
		else
			return (void)err_set(&e, ERR_USAGE, "check: %s", argv[i]), complain(&e);
	}
	if (!path)
		return (void)err_set(&e, ERR_USAGE, "check needs a SCRIPT"), complain(&e);
	struct arena a = arena_new((size_t)32 << 20);
	if (!load_script(&script, &a, path, profiles, &e)) {
		arena_free(&a);
		return complain(&e);
	}
	(void)printf("%s%s\n", script.title, script.rehearsal ? " (REHEARSAL)" : "");
	for (size_t i = 0; i < script.num_steps; i++)
		(void)printf("  %2zu  %-20s %s\n", i + 1, script.step[i].id, script.step[i].title);
	print_digest(path, script.text);
	for (size_t i = 0; i < script.num_profiles; i++)
		print_digest(script.profile[i].name, script.profile[i].text);
	arena_free(&a);
	return 0;
}
