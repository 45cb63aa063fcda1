/* scanner.c: see scanner.h. */
#include "ceremony/cmd/scanner.h"

#include <stdio.h>

#include "ceremony/base/text.h"

#define ROOM (IPC_MAX_BODY / 2)

static bool start(struct scanner *s, struct err *e)
{
	const char *args[SPAWN_MAX_ARGS + 1] = { s->option, s->from };

	for (unsigned i = 0; i < s->deaths; i++) {
		args[2 + 2 * i] = "--skip";
		args[3 + 2 * i] = s->skip[i];
	}
	if (s->public_key) {
		args[2 + 2 * s->deaths] = "--secret";
		args[3 + 2 * s->deaths] = "yes";
	}
	s->pictures = 0;
	return spawn_beside(&s->parser, PORT_PARSE, "ceremony-scan", args, e);
}

bool scanner_open_card(struct scanner *s, const char *camera, const char *images, const char *public_key, struct err *e)
{
	*s = (struct scanner){ .option = images ? "--images" : "--camera", .from = images ? images : camera,
		               .public_key = public_key, .room = arena_new(ROOM) };
	if (!s->room.cap)
		return err_set(e, ERR_NO_MEMORY, "%zu octets", ROOM);
	return start(s, e);
}

bool scanner_open(struct scanner *s, const char *camera, const char *images, struct err *e)
{
	return scanner_open_card(s, camera, images, NULL, e);
}

void scanner_done(struct scanner *s)
{
	spawn_done(&s->parser);
	arena_free(&s->room);
	*s = (struct scanner){ 0 };
}

static bool ask(struct scanner *s, enum op op, size_t max, struct err *e)
{
	s->room.len = 0;
	s->call = (struct call){ .op = op, .in = fields_on(&s->room), .out = fields_on(&s->room) };
	if (max)
		fields_u64(&s->call.in, "max", max);
	if (op == OP_SCAN_CARD)
		fields_str(&s->call.in, "public", s->public_key);
	return helper_call(&s->parser.helper, &s->call, e);
}

/* Without the picture that killed it, from the first one on. */
static bool start_again(struct scanner *s, struct scanned *out, const struct err *died, struct err *e)
{
	if (s->deaths == SCANNER_DEATHS) {
		*e = *died;
		return false;
	}
	(void)snprintf(s->skip[s->deaths++], sizeof s->skip[0], "%llu", (unsigned long long)s->pictures + 1);
	(void)snprintf(s->name, sizeof s->name, "picture %llu", (unsigned long long)s->pictures + 1);
	*out = (struct scanned){ .name = s->name, .why = *died };
	spawn_done(&s->parser);
	return start(s, e);
}

static bool read_answer(struct scanner *s, struct scanned *out)
{
	const struct fields *f = &s->call.out;
	struct bytes         why = fields_get(f, "why"), detail = fields_get(f, "detail"), name = fields_get(f, "name");
	struct scanned       r = { .name = s->name, .done = fields_is(f, "done", "yes"), .end = fields_is(f, "end", "yes"),
		                     .again = fields_is(f, "again", "yes") };
	struct buf           b = BUF_ON(s->name);

	if (!fields_get_u64(&r.pictures, f, "pictures", UINT32_MAX) || !fields_get_u64(&r.codes, f, "codes", UINT32_MAX) ||
	    (!s->public_key &&
	     (!fields_get_u64(&r.fragments, f, "fragments", UINT16_MAX) || !fields_get_u64(&r.of, f, "of", UINT16_MAX))))
		return false;
	text_escape(&b, bytes_first(name, 64));
	(void)buf_cstr(&b);
	if (why.len && err_by_name(why) != ERR_COUNT_)
		(void)err_set(&r.why, err_by_name(why), "%.*s", (int)detail.len, detail.len ? (const char *)detail.p : "");
	s->pictures = r.pictures;
	*out = r;
	return true;
}

bool scanner_next(struct scanner *s, struct scanned *out, struct err *e)
{
	struct err why = { 0 };

	if (!ask(s, s->public_key ? OP_SCAN_CARD : OP_SCAN_NEXT, 0, &why)) {
		if (why.id == ERR_HELPER_DIED || why.id == ERR_IPC_FORM)
			return start_again(s, out, &why, e);
		*e = why;
		return false;
	}
	return read_answer(s, out) || err_set(e, ERR_OP_FIELD, "scan-next");
}

bool scanner_take(struct scanner *s, size_t max, struct err *e)
{
	return ask(s, OP_SCAN_TAKE, max, e);
}
