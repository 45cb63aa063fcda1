/* cli.c: the verifier's command line, for `ceremony verify` and for ceremony-verify. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
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

/* Can it be looked at at all? Says why not. */
static bool is_folder(const char *path)
{
	struct stat st;
	const char *why = NULL;

	if (stat(path, &st) != 0)
		why = strerror(errno);
	else if (!S_ISDIR(st.st_mode))
		why = "it is a file; the record is a folder";
	else if (access(path, R_OK | X_OK) != 0)
		why = strerror(errno);
	if (why)
		(void)fprintf(stderr, "ceremony verify: %s: %s\n", path, why);
	return !why;
}

int audit_main(int argc, char **argv)
{
	const struct audit_say say = { print, NULL };
	const char            *dir = NULL, *root = NULL;
	struct err             e = { 0 };
	char                   text[512], fingerprint[65];

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--root") == 0 && i + 1 < argc && !root)
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
	if (root && !take_fingerprint(fingerprint, root))
		return usage("--root wants a SHA-256: 64 hex digits, with or without colons");
	if (!is_folder(dir))
		return 3;
	if (audit_record(dir, root ? fingerprint : NULL, &say, &e)) {
		(void)printf("VERIFIED: every line and every file of this record is as it must be\n");
		return 0;
	}
	(void)err_line(text, sizeof text, &e);
	if (e.id == ERR_NO_MEMORY || e.id == ERR_FILE_READ) { /* this says nothing of the record */
		(void)fprintf(stderr, "ceremony verify: %s\n", text);
		return 3;
	}
	(void)printf("NOT VERIFIED: %s\n", text);
	return 1;
}
