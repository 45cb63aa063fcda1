/* script_test.c: what a script may say, and that every mistake in one is named with its line. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/flow/kinds.h"

static struct arena arena;

static bool load(void *ctx, const char *name, struct bytes *text, struct err *e)
{
	char path[120];

	(void)ctx;
	(void)snprintf(path, sizeof path, "scripts/profiles/%s.ini", name);
	return file_read(text, &arena, AT_FDCWD, path, SCRIPT_MAX_LEN, e);
}

static char *rehearsal(void)
{
	struct bytes text;
	struct err   e = { 0 };

	assert_true(file_read(&text, &arena, AT_FDCWD, "scripts/ceremonies/rehearsal.ini", SCRIPT_MAX_LEN, &e));
	return strndup((const char *)text.p, text.len);
}

/* The rehearsal with the first `from` replaced by `to`. */
static char *changed(const char *from, const char *to)
{
	char *text = rehearsal(), *at = strstr(text, from);

	assert_non_null(at);
	size_t len = strlen(text) + strlen(to) + 1;
	char  *out = malloc(len);
	(void)snprintf(out, len, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	free(text);
	return out;
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new((size_t)64 << 20);
	return arena.p ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void test_rehearsal_is_read(void **state)
{
	struct script *s = arena_take(&arena, sizeof *s);
	struct err     e = { 0 };
	char          *text = rehearsal();

	(void)state;
	assert_true(script_parse(s, &arena, "rehearsal.ini", bytes_str(text), load, NULL, &e));
	assert_true(s->rehearsal);
	assert_true(s->num_steps >= 15);
	assert_int_equal(s->num_profiles, 3);
	assert_int_equal(s->num_people[ROLE_CUSTODIAN], 5);
	assert_int_equal(script_number(&s->step[1], "tolerance"), 120);
	free(text);
}

static const struct {
	const char *from, *to;
	enum err_id id;
	const char *says; /* part of the detail */
} mistakes[] = {
	{ "format = 1", "format = 2", ERR_INI_VALUE, "rehearsal.ini:5" },
	{ "format = 1\n", "", ERR_INI_MISSING, "format" },
	{ "slug = root-generation", "slug = Root", ERR_INI_VALUE, "rehearsal.ini:7" },
	{ "slug = root-generation", "slug = ../up", ERR_INI_VALUE, "rehearsal.ini:7" },
	{ "origin = rehearsal", "origin = https:+x ", ERR_INI_VALUE, "rehearsal.ini:9" },
	{ "rehearsal = yes", "rehearsal = maybe", ERR_INI_VALUE, "rehearsal.ini:10" },
	{ "rehearsal = yes", "rehearsal = yes\ncontinues = perhaps", ERR_INI_VALUE, "rehearsal.ini:11" },
	{ "rehearsal = yes", "rehearsal = yes\ncontinues = yes", ERR_SCRIPT_ORDER, "gives again" },
	{ "rehearsal = yes", "rehearsal = yes\nskip-checks = yes", ERR_INI_UNKNOWN, "rehearsal.ini:11" },
	{ "rehearsal = yes", "rehearsal = yes\nrehearsal = no", ERR_INI_DUPLICATE, "rehearsal.ini:11" },
	{ "administrator = 1", "administrator = 2", ERR_INI_VALUE, "one administrator" },
	{ "officer = 2", "officer = 1", ERR_INI_VALUE, "two officers" },
	{ "witness = 2\nauditor = 1", "", ERR_INI_VALUE, "witnesses" },
	{ "custodian = 5", "custodian = 17", ERR_INI_VALUE, "custodian" },
	{ "kind = clock", "kind = clocks", ERR_INI_VALUE, "no such kind" },
	{ "tolerance = 120", "tolerance = 0", ERR_INI_VALUE, "tolerance" },
	{ "tolerance = 120", "tolerance = 3601", ERR_INI_VALUE, "tolerance" },
	{ "tolerance = 120", "tolerance = 12x", ERR_INI_VALUE, "tolerance" },
	{ "tolerance = 120", "tolerances = 120", ERR_INI_UNKNOWN, "tolerances" },
	{ "air-gap = required", "air-gap = no", ERR_INI_VALUE, "air-gap" },
	{ "label = rehearsal-root", "label = a/b", ERR_INI_VALUE, "label" },
	{ "label = rehearsal-root\n", "", ERR_INI_MISSING, "label" },
	{ "algorithm = P-384", "algorithm = P-192", ERR_INI_VALUE, "algorithm" },
	{ "algorithm = P-384", "algorithm = Ed25519", ERR_PROFILE_KEY, "[step root-certificate] under tls-root: Ed25519" },
	{ "algorithm = P-384", "algorithm = P-521", ERR_PROFILE_KEY, "[step root-certificate] under tls-root: P-521" },
	{ "extractable = until-backup", "extractable = never", ERR_SCRIPT_ORDER, "[step root-key]: extractable = never" },
	{ "[step backup]\nkind = backup\nmethod = wrap\nset = example-root-e1\nthreshold = 3\nshares = 5\n", "",
	  ERR_SCRIPT_ORDER, "no backup step" },
	{ "kind = restore\nlabel = rehearsal-second\ninitialise = yes", "kind = restore\nlabel = a/b", ERR_INI_VALUE, "label" },
	{ "kind = restore\nlabel = rehearsal-second\ninitialise = yes", "kind = restore", ERR_INI_MISSING, "label" },
	{ "kind = restore\nlabel = rehearsal-second\ninitialise = yes", "kind = waive-restore\nlabel = x", ERR_INI_UNKNOWN, "label" },
	{ "[step restore]\nkind = restore\nlabel = rehearsal-second\ninitialise = yes", "", ERR_SCRIPT_ORDER, "no restore step" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = waive-restore\n", ERR_SCRIPT_ORDER, "gives again" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = reshare\nset = x\n", ERR_SCRIPT_ORDER, "continues = yes" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = destroy\n", ERR_SCRIPT_ORDER, "continues = yes" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = drill\nlabel = x\n", ERR_SCRIPT_ORDER, "continues = yes" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = drill\n", ERR_INI_MISSING, "label" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = recover\nlabel = x\n", ERR_SCRIPT_ORDER, "gives again" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = sign\n[medium requests]\nserial = 4C53\nlabel = IN\n[medium output]\n", ERR_NONE, "" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = sign\n[medium inbox]\nlabel = X\n", ERR_SCRIPT_ORDER, "no step uses that medium" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = sign\n[medium output]\nmake = X\n", ERR_INI_UNKNOWN, "make" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = sign\n[medium output]\nserial =\n", ERR_INI_VALUE, "1 to 128" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = sign\n[medium output]\nserial = a\n[medium requests]\nserial = a\n", ERR_INI_VALUE, "another medium has" },
	{ "[step sign]\nkind = sign\n", "[step sign]\nkind = sign\n[medium witnesses]\nserial = a\n", ERR_INI_VALUE, "each person" },
	{ "threshold = 3", "threshold = 1", ERR_INI_VALUE, "threshold" },
	{ "threshold = 3\nshares = 5", "groups = officers 2/2, trustees 2/3", ERR_NONE, "" },
	{ "threshold = 3\nshares = 5", "groups = 3/5", ERR_NONE, "" },
	{ "threshold = 3\nshares = 5", "groups = officers 2/2, trustees 2/3\ngroup-threshold = 1\npassphrase = yes\ndice = 100", ERR_NONE, "" },
	{ "threshold = 3\nshares = 5", "groups = officers 2/3, trustees 3/5", ERR_SCRIPT_ORDER, "makes 8 shares for 5 custodians" },
	{ "threshold = 3\nshares = 5", "groups = officers 2/2, trustees 2/3\ngroup-threshold = 3", ERR_SCRIPT_ORDER, "3 of 2 groups" },
	{ "threshold = 3\nshares = 5", "groups = officers 2/2, trustees 2/3\ngroup-threshold = 0", ERR_INI_VALUE, "group-threshold" },
	{ "threshold = 3\nshares = 5", "groups = officers 2/2, trustees 1/3", ERR_SCRIPT_ORDER, "each share would be the whole" },
	{ "threshold = 3\nshares = 5", "groups = officers 2/2, officers 2/3", ERR_SCRIPT_ORDER, "two groups of one name" },
	{ "threshold = 3\nshares = 5", "groups = 2/2, 2/3", ERR_SCRIPT_ORDER, "has a name" },
	{ "threshold = 3\nshares = 5", "groups = Officers 2/2, trustees 2/3", ERR_SCRIPT_ORDER, "group 1: its name" },
	{ "threshold = 3\nshares = 5", "groups = officers 2 of 2", ERR_SCRIPT_ORDER, "K/N is wanted" },
	{ "threshold = 3\nshares = 5", "groups = officers 2/2,", ERR_SCRIPT_ORDER, "group 2: K/N" },
	{ "threshold = 3\nshares = 5", "groups = officers 2/2, trustees 2/3\nthreshold = 3", ERR_SCRIPT_ORDER, "not both" },
	{ "threshold = 3\nshares = 5", "threshold = 3\ngroup-threshold = 1", ERR_SCRIPT_ORDER, "goes with groups" },
	{ "threshold = 3\nshares = 5", "threshold =", ERR_INI_VALUE, "threshold" },
	{ "threshold = 3\nshares = 5", "threshold = 3\nshares = 5\npassphrase = perhaps", ERR_INI_VALUE, "passphrase" },
	{ "threshold = 3\nshares = 5", "threshold = 3\nshares = 5\npassphrase = geheim", ERR_INI_VALUE, "passphrase" },
	{ "threshold = 3\nshares = 5", "threshold = 3\nshares = 5\ndice = 49", ERR_INI_VALUE, "dice" },
	{ "[step crl]\nkind = crl", "[step crl]\nkind = revoke\n[step crl2]\nkind = crl", ERR_NONE, "" },
	{ "[step verify]\nkind = verify", "[step late]\nkind = revoke", ERR_SCRIPT_ORDER, "not followed" },
	{ "threshold = 3", "threshold = 6", ERR_SCRIPT_ORDER, "6 of 5" },
	{ "custodian = 5", "custodian = 4", ERR_SCRIPT_ORDER, "4 custodians" },
	{ "intermediate-2.csr", "intermediate-1.csr", ERR_SCRIPT_ORDER, "none twice" },
	{ "intermediate-2.csr", "../intermediate-2.csr", ERR_SCRIPT_ORDER, "no name" },
	{ "intermediate-2.csr", "root.csr", ERR_SCRIPT_ORDER, "no name" },
	{ "profile = tls-root", "profile = ../tls-root", ERR_INI_VALUE, "profile" },
	{ "profile = tls-root", "profile = nowhere", ERR_FILE_OPEN, "nowhere" },
	{ "[step clock]", "[steps clock]", ERR_INI_UNKNOWN, "steps clock" },
	{ "[step clock]", "[step Clock]", ERR_INI_VALUE, "a step's id" },
	{ "[step clock]", "[step token]", ERR_INI_DUPLICATE, "step token" },
	{ "[step clock]\nkind = clock\ntolerance = 120", "", ERR_SCRIPT_ORDER, "root-key" },
	{ "[step roll-call]\nkind = roll-call", "", ERR_SCRIPT_ORDER, "people in their roles" },
	{ "[step sign-off]\nkind = sign-off", "", ERR_SCRIPT_ORDER, "statements" },
	{ "[step verify]\nkind = verify", "[step verify]\nkind = roll-call", ERR_SCRIPT_ORDER, "gives again" },
	{ "[step checkpoint]\nkind = checkpoint\ncopy = output\n\n[step verify]\nkind = verify", "", ERR_SCRIPT_ORDER, "closes" },
};

static void test_mistakes_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
		struct script *s = arena_take(&arena, sizeof *s);
		struct err     e = { 0 };
		char          *text = changed(mistakes[i].from, mistakes[i].to);
		if (script_parse(s, &arena, "rehearsal.ini", bytes_str(text), load, NULL, &e) && mistakes[i].id != ERR_NONE)
			fail_msg("taken: %s", mistakes[i].to);
		if (e.id != mistakes[i].id || !strstr(e.detail, mistakes[i].says))
			fail_msg("%s: %s (%s)", mistakes[i].to, err_text_of(e.id)->name, e.detail);
		free(text);
	}
}

static bool load_narrow(void *ctx, const char *name, struct bytes *text, struct err *e)
{
	static const char allowed[] = "allowed = ecdsa-with-SHA384, ";
	char             *at;

	if (!load(NULL, name, text, e))
		return false;
	if (strcmp(name, ctx) == 0) { /* what the P-384 key signs with is taken away */
		at = strstr((char *)(uintptr_t)text->p, allowed);
		assert_non_null(at);
		memset(at + strlen("allowed = "), ' ', strlen("ecdsa-with-SHA384, "));
	}
	return true;
}

/* Everything that the root key will have to sign is allowed by the profile of the step that makes it. */
static void test_every_signature_is_foreseen(void **state)
{
	static const struct {
		const char *profile, *says;
	} narrow[] = { { "tls-root", "[step root-certificate] under tls-root: ecdsa-with-SHA384" },
		       { "tls-subca", "[step review] under tls-subca: ecdsa-with-SHA384" },
		       { "crl-ca", "[step crl] under crl-ca: ecdsa-with-SHA384" } };
	char *text = rehearsal();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(narrow); i++) {
		struct script *s = arena_take(&arena, sizeof *s);
		struct err     e = { 0 };
		assert_false(script_parse(s, &arena, "rehearsal.ini", bytes_str(text), load_narrow,
		                          (void *)(uintptr_t)narrow[i].profile, &e));
		assert_int_equal(e.id, ERR_PROFILE_SIGNATURE);
		assert_non_null(strstr(e.detail, narrow[i].says));
	}
	free(text);
}

/* The table of step kinds: whole, unlike, helpful, and on its page. */
static void test_kinds_are_whole(void **state)
{
	struct bytes page;
	struct err   e = { 0 };

	(void)state;
	assert_true(file_read(&page, &arena, AT_FDCWD, "docs/formats/script.md", SCRIPT_MAX_LEN, &e));
	for (size_t i = 0; i < num_step_kinds; i++) {
		const struct step_kind *k = step_kinds[i];
		char                    quoted[80];
		assert_true(k->num_turns > 0 && (k->gives != 0 || k == &step_kind_print) && /* no step needs paper */
		            k->num_params <= SCRIPT_MAX_PARAMS);
		assert_true(k->what[0] && k->why[0] && k->fail[0]);
		(void)snprintf(quoted, sizeof quoted, "| `%s` |", k->name);
		assert_non_null(strstr((const char *)page.p, quoted));
		for (size_t p = 0; p < k->num_params; p++) {
			(void)snprintf(quoted, sizeof quoted, "`%s`", k->param[p].key);
			assert_non_null(strstr((const char *)page.p, quoted));
		}
		for (size_t other = 0; other < i; other++)
			assert_true(strcmp(k->name, step_kinds[other]->name) != 0 || k->method);
	}
}

static void test_turns_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < num_step_kinds; i++) {
		bool two = false;
		for (size_t n = 0; n < step_kinds[i]->num_turns; n++) {
			const struct turn *t = &step_kinds[i]->turn[n];
			assert_true(t->prompt || t->op != OP_NONE);
			two |= t->two;
			assert_true(two || !(t->flags & TURN_ONCE)); /* two people agreed to it */
			if (t->flags & TURN_ONCE) /* an intent names a key that resolve can look for */
				assert_true(t->ask && (t->op == OP_KEY_GENERATE || t->op == OP_KEY_SIGN || t->op == OP_KEY_LOCK ||
				                      t->op == OP_KEY_RESTORE || t->op == OP_KEY_DESTROY || t->op == OP_TRANSFER_RECEIVE));
			if (t->op != OP_NONE && op_text_of(t->op)->secret_in)
				assert_non_null(t->prompt); /* somebody must give the secret */
			if (t->flags & TURN_VERDICT)
				assert_non_null(t->refuse);
			if (t->flags & TURN_BACK)
				/* within a round, or to the first one; or out of all rounds, to what only shows */
				assert_true(n > 0 && (!t->rounds || step_kinds[i]->turn[n - 1].rounds == t->rounds ||
				                      (!step_kinds[i]->turn[n - 1].rounds && !step_kinds[i]->turn[n - 1].apply &&
				                       step_kinds[i]->turn[n - 1].op == OP_NONE)));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rehearsal_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mistakes_are_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_signature_is_foreseen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kinds_are_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_turns_are_whole, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
