/* load.c: see load.h. */
#include "ceremony/cmd/load.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/flow/plans.h"

bool load_profile(void *ctx, const char *name, struct bytes *text, struct err *e)
{
	const struct profile_folder *p = ctx;
	char                         file[80];

	(void)snprintf(file, sizeof file, "%s.ini", name);
	return file_read(text, p->arena, p->dir, file, SCRIPT_MAX_LEN, e);
}

static int open_profiles(const char *script, const char *profiles, struct err *e)
{
	static const char *const places[] = { "../profiles", "profiles", "." };
	char                     path[4096];
	const char              *slash = strrchr(script, '/');

	if (profiles)
		return dir_open(AT_FDCWD, profiles, false, e);
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		(void)snprintf(path, sizeof path, "%.*s%s", slash ? (int)(slash - script) + 1 : 0, script, places[i]);
		int fd = dir_open(AT_FDCWD, path, false, e);
		if (fd >= 0)
			return fd;
	}
	return -1;
}

bool load_script(struct script *out, struct arena *a, const char *path, const char *profiles, struct err *e)
{
	struct bytes          text;
	struct profile_folder p = { .arena = a };
	const char           *slash = strrchr(path, '/');

	if (!file_read(&text, a, AT_FDCWD, path, SCRIPT_MAX_LEN, e))
		return false;
	p.dir = open_profiles(path, profiles, e);
	if (p.dir < 0)
		return false;
	bool ok = script_parse(out, a, slash ? slash + 1 : path, text, load_profile, &p, e) && script_root_could_be(out, e);
	(void)close(p.dir);
	return ok;
}

int complain(const struct err *e)
{
	/* What begins so is a no to what was given; all else is the world's failure. */
	static const char *const no[] = { "ERR_INI_",  "ERR_PROFILE_", "ERR_SCRIPT_",       "ERR_AUDIT_", "ERR_ANSWER_",           "ERR_FLOW_",
		                          "ERR_PIN_",  "ERR_SHARE_",   "ERR_CLOCK_DIFFERS", "ERR_WITNESS_PASSPHRASE", "ERR_WITNESS_SHORT",
		                          "ERR_TOKEN_UNFIT", "ERR_TOKEN_OTHER", "ERR_ROOM_LEFT", "ERR_CHECKPOINT_", "ERR_POLICY_", "ERR_SUMS_",
		                          "ERR_TRANSCRIPT_LINE", "ERR_TRANSCRIPT_CHAIN", "ERR_DICE_", "ERR_PROOF_",
		                          "ERR_LIST_", "ERR_MARK_", "ERR_CRL_", "ERR_ADOPT_", "ERR_CERT_", "ERR_PEM_", "ERR_PERSONAL_", "ERR_NAME_" };
	char        text[512];
	const char *name = err_text_of(e->id)->name;

	(void)fprintf(stderr, "ceremony: %s [%s]\n", err_line(text, sizeof text, e), name);
	if (e->id == ERR_USAGE)
		return 2;
	for (size_t i = 0; i < COUNT_OF(no); i++)
		if (strncmp(name, no[i], strlen(no[i])) == 0)
			return 1;
	return 3;
}
