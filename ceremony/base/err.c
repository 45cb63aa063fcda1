/* err.c: see err.h. */
#include "ceremony/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ceremony/base/text.h"

static const struct err_text catalogue[] = {
#define X(id_, kind_, what_, todo_, clause_) \
	[id_] = { .name = #id_, .what = what_, .todo = todo_, .clause = clause_, .kind = kind_ },
#include "ceremony/base/errors.def"
#undef X
};

/* A transcript of many failures asks for many names: most differ in length already. */
static const size_t name_len[] = {
#define X(id_, kind_, what_, todo_, clause_) [id_] = sizeof #id_ - 1,
#include "ceremony/base/errors.def"
#undef X
};

bool err_set(struct err *e, enum err_id id, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return false;
	char text[sizeof e->detail];
	va_start(ap, fmt);
	if (vsnprintf(text, sizeof text, fmt, ap) < 0)
		text[0] = 0;
	va_end(ap);
	(void)text_whole(text);
	e->id = id;
	memcpy(e->detail, text, sizeof text);
	return false;
}

const struct err_text *err_text_of(enum err_id id)
{
	MUST(id >= 0 && id < ERR_COUNT_);
	return &catalogue[id];
}

enum err_id err_by_name(struct bytes name)
{
	for (int i = 0; i < ERR_COUNT_; i++)
		if (name.len == name_len[i] && memcmp(name.p, catalogue[i].name, name.len) == 0)
			return (enum err_id)i;
	return ERR_COUNT_;
}

const char *err_line(char *out, size_t out_len, const struct err *e)
{
	const struct err_text *t = err_text_of(e->id);

	if (e->detail[0])
		(void)snprintf(out, out_len, "%s (%s). %s.", t->what, e->detail, t->todo);
	else
		(void)snprintf(out, out_len, "%s. %s.", t->what, t->todo);
	return text_whole(out);
}

void bug(const char *file, int line, const char *what)
{
	(void)fprintf(stderr, "ceremony: broken invariant at %s:%d: %s\n", file, line, what);
	abort();
}
