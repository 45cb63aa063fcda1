/* card_file.c: see card_file.h. */
#include "ceremony/cmd/card_file.h"

#include "ceremony/cmd/card_child.h"
#include "ceremony/port/ipc.h"

static struct call call_of(enum op op, const struct call *c)
{
	return (struct call){ .op = op, .in = fields_on(c->out.arena), .out = fields_on(c->out.arena),
		              .progress = c->progress, .progress_ctx = c->progress_ctx };
}

static bool fetch_words(struct secret *words, const struct helper *token, const struct call *c, struct err *e)
{
	static struct call show;

	show = call_of(OP_SHARE_SHOW, c);
	show.secret_out = words;
	fields_put(&show.in, "number", fields_get(&c->in, "number"));
	return helper_call(token, &show, e);
}

static bool write_one(const struct helper *media, const struct call *c, const char *field, const struct secret *card,
                      struct err *e)
{
	static struct call put;

	put = call_of(OP_MEDIA_WRITE_SECRET, c);
	put.secret_in = card;
	fields_put(&put.in, "medium", fields_get(&c->in, "medium"));
	if (fields_find(&c->in, "device"))
		fields_put(&put.in, "device", fields_get(&c->in, "device"));
	fields_put(&put.in, "name", fields_get(&c->in, field));
	return helper_call(media, &put, e);
}

/* A field as a C string; "" where there is no memory for it, or none. */
static const char *text_of(const struct call *c, const char *key)
{
	struct bytes copy = arena_copy(c->out.arena, fields_get(&c->in, key));

	return copy.p ? (const char *)copy.p : "";
}

static bool write_card(const struct helper *token, const struct helper *media, const struct call *c, struct err *e)
{
	static const struct {
		const char *field;
		card_maker *make;
	} kinds[] = { { "pdf", card_pdf }, { "svg", card_svg } };
	struct card card = { .set = text_of(c, "set"), .epoch = text_of(c, "epoch"), .group = text_of(c, "group"),
		             .custodian = text_of(c, "custodian") };
	SECRET      words = { 0 };

	if (!fetch_words(&words, token, c, e))
		return false;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		SECRET octets = { 0 };
		if (!card_in_child(&octets, IPC_MAX_SECRET, &card, kinds[i].make, &words, e) ||
		    !write_one(media, c, kinds[i].field, &octets, e))
			return false;
	}
	return true;
}

bool card_file_call(const struct helper *token, const struct helper *media, struct call *c, struct err *e)
{
	static const char *const told[] = { "custodian", "medium", "pdf", "svg" };
	bool                     wanted = fields_is(&c->in, "wanted", "yes");

	if (wanted && !write_card(token, media, c, e))
		return false;
	fields_put(&c->out, "number", fields_get(&c->in, "number"));
	fields_str(&c->out, "written", wanted ? "yes" : "no");
	for (size_t i = 0; wanted && i < COUNT_OF(told); i++)
		fields_put(&c->out, told[i], fields_get(&c->in, told[i]));
	return true;
}
