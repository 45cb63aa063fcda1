/* scan.c: see scan.h. */
#include "ceremony/parse/scan.h"

#include "ceremony/base/hash.h"
#include "ceremony/parse/picture.h"

#define OTHERS_BEFORE 8 /* codes of another file in a row: that one is meant */

bool scan_open(struct scan *s, int argc, char **argv, struct err *e)
{
	bool ok = argc >= 3 && argc % 2 == 1;

	for (int i = 3; ok && i < argc; i += 2) {
		if (strcmp(argv[i], "--secret") == 0) {
			s->secret = true;
			continue;
		}
		ok = s->num_skip < COUNT_OF(s->skip) && bytes_is(bytes_str(argv[i]), "--skip") &&
		     bytes_to_u64(&s->skip[s->num_skip], bytes_str(argv[i + 1]), UINT32_MAX);
		s->num_skip++;
	}
	if (!ok || (strcmp(argv[1], "--camera") != 0 && strcmp(argv[1], "--images") != 0))
		return err_set(e, ERR_USAGE, "--camera DEV or --images DIR");
	s->joining = arena_new(UR_ARENA);
	if (!s->joining.cap)
		return err_set(e, ERR_NO_MEMORY, "%zu octets", UR_ARENA);
	ur_receiver_init(&s->receiver, &s->joining, ur_types);
	if (strcmp(argv[1], "--camera") == 0 ? source_camera(&s->source, argv[2], &s->why) : source_images(&s->source, argv[2], &s->why))
		s->why = (struct err){ 0 };
	return true;
}

void scan_done(struct scan *s)
{
	source_done(&s->source);
	arena_free(&s->joining);
	*s = (struct scan){ 0 };
}

static bool is_skipped(const struct scan *s)
{
	for (size_t i = 0; i < s->num_skip; i++)
		if (s->skip[i] == s->pictures)
			return true;
	return false;
}

/* A frame that does not fit is left out; who means another file shows it long enough. *why is what the last bad one is. */
static void take_text(struct scan *s, struct bytes text, bool *again, struct err *why)
{
	struct err   e = { 0 };
	enum ur_news news;

	s->codes++;
	bool ok = ur_receiver_put(&s->receiver, &news, text, &e);
	if (!ok && e.id == ERR_QR_OTHER && ++s->others >= OTHERS_BEFORE) {
		ur_receiver_restart(&s->receiver);
		*why = e;
		*again = true;
		ok = ur_receiver_put(&s->receiver, &news, text, &e);
		s->others = 0;
	} else if (!ok) {
		*why = e;
	}
	if (ok)
		s->others = 0;
}

static void look(struct scan *s, const struct camera_frame *f, struct arena *a, bool *again, struct err *why)
{
	static struct picture p;

	if (!picture_read(&p, a, f, why))
		return;
	for (size_t i = 0; i < p.num && !s->receiver.done; i++)
		take_text(s, p.code[i], again, why);
}

bool scan_look(struct scan_picture *t, struct scan *s, struct arena *a, struct err *e)
{
	*t = (struct scan_picture){ .name = "" };
	if (s->why.id != ERR_NONE) {
		*e = s->why;
		return false;
	}
	if (!source_next(&s->source, &t->frame, &t->name, &t->got, &t->end, a, &t->why)) {
		if (s->source.is_camera) {
			*e = t->why;
			return false;
		}
		s->pictures++;
	}
	s->pictures += t->got;
	t->got = t->got && !is_skipped(s);
	return true;
}

bool scan_next(struct fields *out, struct scan *s, struct arena *a, struct err *e)
{
	struct scan_picture       t = { .name = "" };
	const struct ur_receiver *u = &s->receiver;
	bool                      again = false;

	if (s->secret)
		return err_set(e, ERR_OP_FIELD, "this process looks for a card");
	if (!u->done && !scan_look(&t, s, a, e))
		return false;
	if (t.got)
		look(s, &t.frame, a, &again, &t.why);
	fields_str(out, "name", t.name);
	fields_u64(out, "pictures", s->pictures);
	fields_u64(out, "codes", s->codes);
	fields_u64(out, "fragments", u->done ? (u->num ? u->num : 1) : u->rows.rank);
	fields_u64(out, "of", u->done && !u->num ? 1 : u->num);
	fields_str(out, "done", u->done ? "yes" : "no");
	fields_str(out, "end", t.end ? "yes" : "no");
	fields_str(out, "again", again ? "yes" : "no");
	if (t.why.id != ERR_NONE) {
		fields_str(out, "why", err_text_of(t.why.id)->name);
		fields_str(out, "detail", t.why.detail);
	}
	return true;
}

bool scan_take(struct fields *out, struct scan *s, const struct fields *in, struct err *e)
{
	const struct ur_receiver *u = &s->receiver;
	uint64_t                  max = 0;
	char                      hex[HASH_MAX * 2 + 1];

	if (!fields_get_u64(&max, in, "max", UR_MAX_CONTENT))
		return err_set(e, ERR_OP_FIELD, "max");
	if (!u->done)
		return err_set(e, ERR_QR_INCOMPLETE, "%zu of %u fragments", u->rows.rank, (unsigned)u->num);
	if (u->content.len > max)
		return err_set(e, ERR_TOO_LARGE, "%zu octets", u->content.len);
	fields_base64(out, "content", u->content);
	fields_u64(out, "size", u->content.len);
	fields_str(out, "sha256", sha256_hex(hex, u->content));
	fields_u64(out, "pictures", s->pictures);
	fields_u64(out, "fragments", u->num ? u->num : 1);
	return true;
}
