/* refused.c: see refused.h. */
#include "ceremony/flow/refused.h"

#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/record/personal.h"

bool ask_is_secret(const struct ask *a)
{
	return a->kind == ASK_PIN || a->kind == ASK_NEW_PIN || a->kind == ASK_WORDS;
}

bool ask_has_choice(const struct ask *a, struct bytes v)
{
	for (size_t i = 0; i < a->num_choices; i++)
		if (bytes_is(v, a->choice[2 * i]))
			return true;
	return false;
}

void error_put(struct fields *data, const struct err *why)
{
	const struct bytes detail = bytes_str(why->detail);
	char               clean[sizeof why->detail];
	struct buf         b = BUF_ON(clean);

	if (personal_is_withheld(detail)) /* a typed text that is quoted */
		buf_str(&b, "'");
	if (text_is_plain(detail))
		buf_put(&b, detail);
	else /* from a helper that lies: what is foreign in a detail is escaped already */
		text_escape(&b, detail);
	fields_str(data, "error", err_text_of(why->id)->name);
	fields_put(data, "detail", buf_bytes(&b));
}

bool error_check(const struct fields *data, struct err *e)
{
	enum err_id id = err_by_name(fields_get(data, "error"));

	return (id != ERR_COUNT_ && id != ERR_NONE) || err_set(e, ERR_FLOW_EVENT, "an error that is not in the catalogue");
}

#define TYPED_MAX 64

static bool are_spoken(struct bytes words)
{
	char       text[TYPED_MAX + 2];
	struct buf b = BUF_ON(text);

	buf_put(&b, words);
	buf_str(&b, " "); /* so that the last one counts as a whole word */
	return buf_ok(&b) && words_begun(buf_bytes(&b));
}

/* May it be told what was typed in the open and not taken? What a field was not meant for may be a secret that was typed in a wrong
 * place: digits alone a PIN, a long line a share, any other word a passphrase. A kind of field that takes but few words tells those alone. */
static bool may_tell(const struct ask *a, struct bytes v)
{
	bool letters = false;

	for (size_t k = 0; k < v.len; k++)
		letters |= v.p[k] != ' ' && v.p[k] != ':' && (v.p[k] < '0' || v.p[k] > '9');
	if (!letters || v.len > TYPED_MAX || !text_is_plain(v) || personal_is_withheld(v))
		return false;
	return a->kind != ASK_CONFIRM && (a->kind != ASK_CHOICE || ask_has_choice(a, v)) && (a->shape != SHAPE_SPOKEN || are_spoken(v));
}

/* What was confirmed as it should be is not told: so common a word would be taken out of what prompts showed (personal.h). */
static bool is_yes(const struct ask *a, struct bytes v)
{
	return a->kind == ASK_CONFIRM && bytes_is(v, "yes");
}

void refused_put(const struct flow *f, const struct prompt *p, const struct err *why, const struct fields *answer, struct fields *data)
{
	error_put(data, why);
	for (size_t i = 0; i < p->num_asks; i++) {
		const struct bytes *v = fields_find(answer, p->ask[i].key);
		const char         *key = say(f, "typed.%s", p->ask[i].key);
		if (!v || v->len == 0 || ask_is_secret(&p->ask[i]) || is_yes(&p->ask[i], *v) || strlen(key) > 64)
			continue;
		fields_put(data, key, may_tell(&p->ask[i], *v) ? *v : BYTES_LIT(REPLY_WITHHELD));
	}
}

static bool check_typed(const struct prompt *p, const struct field *it)
{
	static const char typed[] = "typed.";

	for (size_t i = 0; bytes_starts(it->key, typed) && i < p->num_asks; i++)
		if (bytes_is(bytes_skip(it->key, sizeof typed - 1), p->ask[i].key))
			return !ask_is_secret(&p->ask[i]) && it->value.len <= TYPED_MAX && text_is_plain(it->value);
	return false;
}

bool refused_check(const struct flow *f, const struct fields *data, struct err *e)
{
	static const char *const plain[] = { "error", "detail", "shown" };
	struct step_line         outline[SCRIPT_MAX_STEPS];
	struct prompt            p = { .num_asks = 0 };
	bool                     asked = false;

	if (!error_check(data, e))
		return false;
	for (size_t i = 0; i < data->num; i++) {
		const struct bytes key = data->item[i].key;
		bool               known = false;
		for (size_t k = 0; k < COUNT_OF(plain); k++)
			known |= bytes_is(key, plain[k]);
		if (!known && !asked)
			flow_prompt(f, &p, outline);
		asked |= !known;
		if (!known && !check_typed(&p, &data->item[i]))
			return err_set(e, ERR_FLOW_EVENT, "%s", say_bytes(f, key));
	}
	return true;
}
