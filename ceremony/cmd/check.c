/* check.c: see check.h. Says, before anyone enters the room, whether a script will do. */
#include "ceremony/cmd/check.h"

#include <fcntl.h>
#include <stdio.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/load.h"
#include "ceremony/cmd/paper_script.h"
#include "ceremony/cmd/printed.h"
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

/* What the screen shows of all of it in the ceremony. */
static void print_together(const struct script *s)
{
	struct digest d;
	char          words[512];
	struct buf    b = BUF_ON(words);

	script_digest(&d, s);
	words_put(&b, bytes_first(digest_bytes(&d), SCRIPT_WORDS), 8);
	(void)printf("script and profiles together: %s\n", buf_cstr(&b));
}

/* What the text is, by the name of its first section. */
static bool is_profile(struct bytes text)
{
	struct bytes line;

	while (bytes_cut(text, '\n', &line, &text)) {
		line = bytes_trim(line);
		if (line.len && line.p[0] == '[')
			return bytes_is(line, "[profile]");
	}
	return false;
}

static void print_profile(const struct profile *p, struct bytes text)
{
	struct bytes name = profile_name(p), follows = profile_follows(p);
	uint8_t      shown[256];
	struct buf   b = BUF_ON(shown);

	text_escape(&b, name);
	print_digest(buf_cstr(&b), text);
	(void)printf("  follows %.*s\n", (int)follows.len, (const char *)follows.p);
}

/* A profile by itself, without a script. */
static int check_profile(struct arena *a, const char *path, struct bytes text)
{
	const struct profile *p;
	const char           *slash = strrchr(path, '/');
	struct err            e = { 0 };

	if (!profile_parse(&p, a, slash ? slash + 1 : path, text, &e))
		return complain(&e);
	print_profile(p, text);
	return 0;
}

static int check_script(struct arena *a, const char *path, const char *profiles, const char *paper)
{
	struct script script;
	enum doc_form form = DOC_TEXT;
	struct err    e = { 0 };

	if ((paper && !printed_form(&form, "--paper", paper, false, &e)) || !load_script(&script, a, path, profiles, &e))
		return complain(&e);
	(void)printf("%s%s\n", script.title, script.rehearsal ? " (REHEARSAL)" : "");
	for (size_t i = 0; i < script.num_steps; i++) {
		const struct script_step *s = &script.step[i];
		const char               *risk = s->kind->risk ? s->kind->risk(s) : NULL;
		(void)printf("  %2zu  %-20s %s\n", i + 1, s->id, s->title);
		if (risk)
			(void)printf("      RISK  %s\n", risk);
	}
	print_digest(path, script.text);
	for (size_t i = 0; i < script.num_profiles; i++)
		print_profile(script.profile[i].profile, script.profile[i].text);
	print_together(&script);
	return paper && !paper_script_write(paper, form, &script, &e) ? complain(&e) : 0;
}

int cmd_check(int argc, char **argv)
{
	const char  *path = NULL, *profiles = NULL, *paper = NULL;
	struct bytes text;
	struct err   e = { 0 };

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--profiles") == 0 && i + 1 < argc)
			profiles = argv[++i];
		else if (strcmp(argv[i], "--paper") == 0 && i + 1 < argc && !paper)
			paper = argv[++i];
		else if (argv[i][0] != '-' && !path)
			path = argv[i];
		else
			return (void)err_set(&e, ERR_USAGE, "check: %s", argv[i]), complain(&e);
	}
	if (!path)
		return (void)err_set(&e, ERR_USAGE, "check needs a SCRIPT or a PROFILE"), complain(&e);
	struct arena a = arena_new((size_t)32 << 20);
	int code = 0;
	if (!file_read(&text, &a, AT_FDCWD, path, SCRIPT_MAX_LEN, &e))
		code = complain(&e);
	else if (paper && is_profile(text))
		code = ((void)err_set(&e, ERR_USAGE, "--paper is of a script"), complain(&e));
	else
		code = is_profile(text) ? check_profile(&a, path, text) : check_script(&a, path, profiles, paper);
	arena_free(&a);
	return code;
}
