/* hints.c: see hints.h. */
#include "ceremony/flow/hints.h"

static const struct {
	const char *kind, *turn, *text;
} hints[] = {
#define X(kind, turn, text) { kind, turn, text },
#include "ceremony/flow/hints.def"
#undef X
};

static const char *find(const char *kind, const char *turn)
{
	for (size_t i = 0; i < COUNT_OF(hints); i++)
		if (strcmp(hints[i].kind, kind) == 0 && strcmp(hints[i].turn, turn) == 0)
			return hints[i].text;
	return NULL;
}

const char *hint_of(const char *kind, const struct turn *t, bool aside)
{
	const char *const found[] = {
		aside ? NULL : find(kind, t->name),
		find("*", t->name),
		aside ? NULL : find(kind, "*"),
		aside ? find("*", "*") : NULL,
	};

	for (size_t i = 0; i < COUNT_OF(found); i++)
		if (found[i])
			return found[i];
	return "";
}
