/* ask.c: puts ops to a ceremony-media process, and says its answers: for the tests with real devices.
 *
 *   ask PROGRAM ARGUMENTS... <OPS
 *
 * A line is OP KEY=VALUE..., separated by tabs; in a value, $N is the answer's device.N that was last heard. The answer is one line a field,
 * then "."; or "! ERROR detail", then ".". A line "sh COMMAND" runs the shell in between. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/port/spawn.h"

static struct spawned helper;
static char           line[1 << 16], device[16][600];
static uint8_t        in_room[1 << 20], out_room[8 << 20];

static void say(const struct fields *f)
{
	for (size_t i = 0; i < f->num; i++) {
		const struct field *it = &f->item[i];
		(void)printf("%.*s=%.*s\n", (int)it->key.len, (const char *)it->key.p, (int)it->value.len,
		             (const char *)it->value.p);
		if (bytes_starts(it->key, "device.") && it->key.len == 8 && it->value.len < sizeof device[0])
			(void)snprintf(device[it->key.p[7] - '0'], sizeof device[0], "%.*s", (int)it->value.len,
			               (const char *)it->value.p);
	}
}

static void ask(char *text)
{
	struct arena      in = ARENA_ON(in_room), out = ARENA_ON(out_room);
	static struct call c;
	struct err        e = { 0 };
	char             *word = strtok(text, "\t\n");

	c = (struct call){ .op = op_by_name(bytes_str(word)), .in = fields_on(&in), .out = fields_on(&out) };
	while ((word = strtok(NULL, "\t\n")) != NULL) {
		char *value = strchr(word, '=');
		if (!value)
			exit(2);
		*value++ = 0;
		fields_str(&c.in, word, value[0] == '$' ? device[value[1] - '0'] : value);
	}
	if (helper_call(&helper.helper, &c, &e))
		say(&c.out);
	else
		(void)printf("! %s %s\n", err_text_of(e.id)->name, e.detail);
	(void)printf(".\n");
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	struct err e = { 0 };

	if (argc < 2 || !process_harden(&e) ||
	    !spawn_program(&helper, PORT_MEDIA, "ceremony-media", argv[1], (const char *const *)&argv[2], &e)) {
		(void)fprintf(stderr, "ask: %s %s\n", err_text_of(e.id)->name, e.detail);
		return 2;
	}
	while (fgets(line, sizeof line, stdin)) {
		if (strncmp(line, "sh ", 3) != 0)
			ask(line);
		else if (system(line + 3) != 0)
			(void)printf("! the shell\n");
	}
	spawn_done(&helper);
	return 0;
}
