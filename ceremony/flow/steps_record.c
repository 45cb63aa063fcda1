/* steps_record.c: the whole record's way out, as one file, to one medium or to two in turn: written, read back; where media are
 * devices, read once more from the device itself before anybody is told to take it out. Step kind record. */
#include "ceremony/base/text.h"
#include "ceremony/flow/engine.h"
#include "ceremony/flow/media.h"
#include "ceremony/flow/record_out.h"
#include "ceremony/record/archive.h"

static const struct param record_params[] = {
	{ "medium", PARAM_NAME, "record", 0, 0, NULL, "the label of the medium that the whole record goes to" },
	{ "copies", PARAM_NUMBER, "1", 1, 2, NULL, "2: the same file to a second medium, whose label ends in -2" },
};

static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	for (size_t i = 0; i < s->num_steps; i++)
		if (s->step[i].kind == step->kind && &s->step[i] != step)
			return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: one step of kind record in a ceremony; copies = 2 makes two", s->step[i].id);
	return true;
}

/* ---- before the close ---------------------------------------------------------------------- */

static const struct script_step *record_step(const struct flow *f)
{
	for (size_t i = 0; i < f->script->num_steps; i++)
		if (f->script->step[i].kind == &step_kind_record)
			return &f->script->step[i];
	return NULL;
}

const char *record_first(const struct flow *f)
{
	const struct script_step *s = record_step(f);

	return s ? media_copy(f, s, false) : "";
}

const char *record_second(const struct flow *f)
{
	const struct script_step *s = record_step(f);

	return s ? media_copy(f, s, true) : "";
}

bool record_is_device(const struct flow *f)
{
	return f->devices && record_first(f)[0];
}

bool record_is_device_twice(const struct flow *f)
{
	return f->devices && record_second(f)[0];
}

void record_prompt_medium(const struct flow *f, struct prompt *p)
{
	bool second = script_turn(f)->medium == record_second;

	p->text = say(f, media_is_disc(f, script_turn(f)->medium(f)) ? "Say which drive burns %s: when the record is closed and signed, a disc gets the whole of it." :
	              "Insert the medium that is labelled %s: when the record is closed and signed, it gets the whole of it. It may then be taken "
	                 "out until it is asked for again.", script_turn(f)->medium(f));
	prompt_ask(p, ASK_CONFIRM, second ? "record-inserted-2" : "record-inserted", "The medium is in");
}

bool record_ask_medium(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "medium", script_turn(f)->medium(f));
	return true;
}

/* ---- after it -------------------------------------------------------------------------------- */

static bool is_second(const struct flow *f)
{
	return script_turn(f)->medium == record_second;
}

static bool is_made(const struct flow *f)
{
	return script_turn(f)->medium(f)[0];
}

static bool is_disc(const struct flow *f)
{
	return is_made(f) && media_is_disc(f, script_turn(f)->medium(f));
}

static bool comes_back(const struct flow *f)
{
	return f->devices && is_made(f);
}

static const char *key_of(const struct flow *f, const char *key)
{
	return is_second(f) ? say(f, "%s-2", key) : key;
}

static const char *name_of(const struct flow *f)
{
	char name[ARCHIVE_NAME_MAX];

	archive_name(name, f->number, f->checkpoint);
	return say(f, "%s", name);
}

static void prompt_insert(const struct flow *f, struct prompt *p)
{
	p->text = say(f, is_disc(f) ? "Put a blank disc for %s into the drive. The whole record, of this ceremony and of all before it, is burned to it as one "
	                              "file, read back from the disc and compared." :
	                              "Insert the medium that is labelled %s. The whole record, of this ceremony and of all before it, is written to it as one "
	                              "file, read back from the medium and compared.", script_turn(f)->medium(f));
	prompt_row(p, "File", name_of(f));
	prompt_ask(p, ASK_CONFIRM, key_of(f, "inserted"), "The medium is in");
}

static bool ask_write(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "medium", script_turn(f)->medium(f));
	fields_str(in, "name", name_of(f));
	return true;
}

/* The record does not change any more: two copies are one file. */
static bool check_write(const struct flow *f, const struct fields *out, struct err *e)
{
	const struct flow_kept *first = &f->kept_record[0];
	struct bytes            sha256 = fields_get(out, "sha256");
	uint64_t                n = 0;

	if (sha256.len != 64 || !fields_get_u64(&n, out, "size", INT64_MAX) || !fields_get_u64(&n, out, "files", INT64_MAX))
		return err_set(e, ERR_FLOW_FIELD, "sha256, size, files");
	return !is_second(f) || bytes_is(sha256, first->sha256) || err_set(e, ERR_FLOW_FIELD, "the second copy is another file");
}

static bool apply_write(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_kept *k = &f->kept_record[is_second(f)];
	struct bytes      name = arena_copy(f->arena, bytes_str(name_of(f)));

	if (!name.p)
		return err_set(e, ERR_TOO_LARGE, "a name");
	*k = (struct flow_kept){ (const char *)name.p, keep(f, data, "sha256"), 0, 0 };
	return fields_get_u64(&k->size, data, "size", INT64_MAX) && fields_get_u64(&k->files, data, "files", INT64_MAX);
}

static bool ask_burn(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "medium", script_turn(f)->medium(f));
	fields_str(in, "label", media_volume(f, script_turn(f)->medium(f)));
	return true;
}

static bool ask_back(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "medium", script_turn(f)->medium(f));
	fields_str(in, "name.1", f->kept_record[is_second(f)].name);
	fields_str(in, "sha256.1", f->kept_record[is_second(f)].sha256);
	return true;
}

static bool check_back(const struct flow *f, const struct fields *out, struct err *e)
{
	return (fields_is(out, "medium", script_turn(f)->medium(f)) && fields_is(out, "files", "1")) || err_set(e, ERR_FLOW_FIELD, "files");
}

static void prompt_out(const struct flow *f, struct prompt *p)
{
	const struct flow_kept *k = &f->kept_record[is_second(f)];
	uint8_t                 digest[32];
	struct buf              b = BUF_ON(digest);

	MUST(hex_decode(&b, bytes_str(k->sha256)) && b.len == sizeof digest);
	p->text = say(f, "%s holds the whole record%s. Write the file's name and these words of its SHA-256 on the medium's envelope: no line of "
	                 "the closed record can tell of it.", script_turn(f)->medium(f),
	              is_disc(f) ? ", burned and read back from the disc itself" : f->devices ? " and is safe to remove: the file was read once more from the device itself, and it is unmounted" : "");
	prompt_row(p, "File", k->name);
	prompt_row(p, "Octets", say(f, "%llu, of %llu files", (unsigned long long)k->size, (unsigned long long)k->files));
	prompt_row(p, "SHA-256", say_hex(f, buf_bytes(&b)));
	prompt_row(p, "Words", say_words(f, buf_bytes(&b), 16));
	prompt_ask(p, ASK_CONFIRM, key_of(f, "removed"), say(f, "%s is out, and labelled", script_turn(f)->medium(f)));
}

#define SEALED .flags = TURN_SEALED, .role = ROLE_ADMINISTRATOR
#define COPY(end, another, which)                                                                                          \
	{ .name = "insert" end, SEALED, .when = is_made, .medium = which, .title = "Insert the " another "medium for the record", .prompt = prompt_insert }, \
	{ .name = "write" end, SEALED, .when = is_made, .medium = which, .op = OP_RECORD_DELIVER, .ask = ask_write, .check = check_write, .apply = apply_write }, \
	{ .name = "burn" end, SEALED, .when = is_disc, .medium = which, .op = OP_MEDIA_BURN, .ask = ask_burn, .check = check_back }, \
	{ .name = "read-back" end, SEALED, .when = comes_back, .medium = which, .op = OP_MEDIA_RELEASE, .ask = ask_back, .check = check_back }, \
	{ .name = "remove" end, SEALED, .when = is_made, .medium = which, .title = "Take the " another "medium out", .prompt = prompt_out }

static const struct turn record_turns[] = { COPY("", "", record_first), COPY("-2", "second ", record_second) };

const struct step_kind step_kind_record = {
	.name = "record",
	.title = "The record out",
	.role = ROLE_ADMINISTRATOR,
	.needs = FACT(FACT_CLOSED),
	.gives = FACT(FACT_KEPT),
	.param = record_params,
	.num_params = COUNT_OF(record_params),
	.fits = fits,
	.turn = record_turns,
	.num_turns = COUNT_OF(record_turns),
	.what = "The whole record, signed, is written to a medium as one file (tar) and read back.",
	.why = "A record that lies in one place is lost with it: in 2014 a ceremony's log went with a stick that was pulled too early.",
	.clause = "BR 5.4.4, 5.5.4",
	.fail = "If the medium fails, take another one and try again: the record stays where it is, and is written anew from its first octet.",
};
