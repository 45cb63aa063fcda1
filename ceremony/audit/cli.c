/* cli.c: the verifier's command line, for `ceremony verify` and for ceremony-verify. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/audit/audit.h"

static void print(void *ctx, const char *line)
{
	(void)ctx;
	(void)printf("%s\n", line);
}

static int usage(const char *why)
{
	(void)fprintf(stderr, "ceremony verify: %s\nusage: ceremony verify DIR [--root SHA256]\n", why);
	return 2;
}

int audit_main(int argc, char **argv)
{
	const struct audit_say say = { print, NULL };
	const char            *dir = NULL, *root = NULL;
	struct err             e = { 0 };
	char                   text[512];

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--root") == 0 && i + 1 < argc)
			root = argv[++i];
		else if (strcmp(argv[i], "--policy") == 0)
			return usage("--policy does not exist yet in this version");
		else if (argv[i][0] == '-' || dir)
			return usage("the command line is not understood");
		else
			dir = argv[i];
	}
	if (!dir)
		return usage("it needs the record's folder");
	if (access(dir, R_OK | X_OK) != 0) {
		(void)fprintf(stderr, "ceremony verify: %s: %s\n", dir, strerror(errno));
		return 3;
	}
	if (audit_record(dir, root, &say, &e)) {
		(void)printf("VERIFIED: every line and every file of this record is as it must be\n");
		return 0;
	}
	(void)printf("NOT VERIFIED: %s\n", err_line(text, sizeof text, &e));
	return 1;
}
