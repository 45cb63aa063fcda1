/* policy.c: see policy.h. The record is verified first: a policy of a forged record would be worse than none. */
#include "ceremony/cmd/policy.h"

#include <fcntl.h>
#include <stdio.h>

#include "ceremony/audit/audit.h"
#include "ceremony/base/file.h"
#include "ceremony/cmd/load.h"

static bool parse_options(const char **record, const char **file, int argc, char **argv, struct err *e)
{
	for (int i = 1; i < argc; i += 2) {
		const char **value = strcmp(argv[i], "--record") == 0 ? record : strcmp(argv[i], "-o") == 0 ? file : NULL;
		if (!value || *value || i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s", argv[i]);
		*value = argv[i + 1];
	}
	return *record || err_set(e, ERR_USAGE, "policy --record DIR [-o FILE]");
}

/* On standard output, if no file is named. */
static bool put_text(const char *file, struct bytes text, struct err *e)
{
	if (file)
		return file_write(AT_FDCWD, file, text, 0644, e);
	return (fwrite(text.p, 1, text.len, stdout) == text.len && fflush(stdout) == 0) ||
	       err_set(e, ERR_FILE_WRITE, "standard output");
}

int cmd_policy(int argc, char **argv)
{
	const char  *record = NULL, *file = NULL;
	struct arena room = arena_new(POLICY_MAX_LEN);
	struct buf   text = buf_init(room.p, room.cap);
	struct err   e = { 0 };
	bool         ok = room.cap || err_set(&e, ERR_NO_MEMORY, "the policy");

	ok = ok && parse_options(&record, &file, argc, argv, &e) && audit_policy(&text, record, &e) &&
	     put_text(file, buf_bytes(&text), &e);
	arena_free(&room);
	return ok ? 0 : complain(&e);
}
