/* form.c: see form.h. Its drawing is in form_paint.c. */
#include "tui/form.h"

#include "ceremony/base/text.h"
#include "ceremony/port/hand.h"

#define CTRL(c) ((c)&0x1f)

#define HAND_MAX 24 /* longer than any word */

static bool is_pin(const struct ask *a)
{
	return a->kind == ASK_PIN || a->kind == ASK_NEW_PIN;
}

const char *form_hand(const struct form *f, size_t i)
{
	return word_of(f->hand[i], 0);
}

const char *form_text(const struct form *f, size_t i)
{
	const struct ask *a = &f->p->ask[i];

	if (a->kind == ASK_CHOICE)
		return f->field[i].choice == FORM_NOTHING ? "" : a->choice[2 * f->field[i].choice];
	return a->kind == ASK_TEXT ? f->field[i].text : "";
}

void form_set_text(struct form *f, size_t i, const char *text)
{
	const struct ask *a = &f->p->ask[i];

	if (a->kind == ASK_TEXT)
		field_set(&f->field[i], text);
	f->field[i].choice = FORM_NOTHING;
	for (size_t c = 0; a->kind == ASK_CHOICE && c < a->num_choices; c++)
		if (strcmp(a->choice[2 * c], text) == 0)
			f->field[i].choice = c;
}

bool form_init(struct form *f, const struct prompt *p, bool steady, struct err *e)
{
	unsigned secrets = 0;

	*f = (struct form){ .p = p };
	for (size_t i = 0; i < p->num_asks; i++) {
		const struct ask *a = &p->ask[i];
		form_set_text(f, i, a->preset);
		f->hand[i] = hand_pick(i, steady);
		if (is_pin(a) && (!secret_new(&f->pin, FORM_MAX_PIN, e) || !secret_new(&f->again, FORM_MAX_PIN, e)))
			return form_done(f), false;
		if (a->kind == ASK_WORDS && !words_init(&f->words, a, e))
			return form_done(f), false;
		secrets += is_pin(a) || a->kind == ASK_WORDS;
		MUST(secrets <= 1); /* face.h */
	}
	if (p->wrong_ask > 0 && p->wrong_ask <= p->num_asks)
		f->focus = p->wrong_ask - 1;
	for (size_t i = 0; i < f->focus; i++) /* who confirmed before it confirms anew */
		if (p->ask[i].kind == ASK_CONFIRM)
			f->focus = i;
	return true;
}

void form_done(struct form *f)
{
	secret_done(&f->pin);
	secret_done(&f->again);
	words_done(&f->words);
	*f = (struct form){ 0 };
}

bool form_untouched(const struct form *f)
{
	const struct ask        *a = &f->p->ask[0];
	const struct form_field *field = &f->field[0];

	if (f->p->num_asks == 0)
		return true;
	if (f->focus || field->agreed || f->on_again || form_has_secret(f))
		return false;
	if (a->kind == ASK_CHOICE)
		return field->len == 0 && (field->choice == FORM_NOTHING || strcmp(a->choice[2 * field->choice], a->preset) == 0);
	return a->kind == ASK_TEXT ? strcmp(field->text, a->preset) == 0 : field->len == 0;
}

bool form_has_secret(const struct form *f)
{
	return f->pin.len || f->again.len || f->words.all.len || f->words.typing.len;
}

bool form_wants_hand(const struct form *f)
{
	if (f->p->num_asks == 0)
		return true;
	enum ask_kind kind = f->p->ask[f->focus].kind;
	return kind == ASK_CONFIRM || kind == ASK_TYPE_BACK;
}

bool form_takes_paste(const struct form *f)
{
	return f->p->num_asks && f->p->ask[f->focus].kind == ASK_TEXT;
}

const char *form_wrong_so_far(const struct form *f)
{
	const struct ask *a = f->p->num_asks ? &f->p->ask[f->focus] : NULL;

	if (!a || (a->kind != ASK_TEXT && !is_pin(a)))
		return NULL;
	return ask_wrong(a, is_pin(a) ? secret_expose(&f->pin) : bytes_str(f->field[f->focus].text), false);
}

static enum form_result text_key(struct form *f, struct form_field *field, wint_t key, bool is_code)
{
	return field_key(field, key, is_code, &f->say) ? FORM_GOES_ON : FORM_NOT_MINE;
}

/* Words of a list and nothing else: at a letter that makes none, the word that was begun goes, so that a passphrase typed into
 * the field by a slip is not shown. */
static enum form_result spoken_key(struct form *f, struct form_field *field, const struct ask *a, wint_t key, bool is_code)
{
	if (!is_code && key == ' ' && (field->at == 0 || field->text[field->at - 1] == ' '))
		return FORM_GOES_ON; /* also of a passphrase whose words are not taken */
	enum form_result r = text_key(f, field, key, is_code);
	const char      *wrong = ask_wrong(a, bytes_str(field->text), false);

	if (!wrong)
		return r;
	while (field->at > 0 && (field->text[field->at - 1] != ' ' || ask_wrong(a, bytes_of(field->text, field->at), false)))
		(void)field_key(field, KEY_BACKSPACE, true, &f->say);
	if (ask_wrong(a, bytes_str(field->text), false)) /* it was changed in its middle */
		field_set(field, "");
	f->say = wrong;
	return r;
}

static enum form_result pin_key(struct form *f, wint_t key, bool is_code)
{
	struct secret *s = f->on_again ? &f->again : &f->pin;
	uint8_t        c[4];

	if (is_code && key != KEY_BACKSPACE)
		return FORM_NOT_MINE;
	if (is_code) { /* a whole character, which may be several octets */
		size_t len = s->len;
		while (len > 0 && (secret_expose(s).p[--len] & 0xc0) == 0x80)
			;
		secret_cut(s, len);
		return FORM_GOES_ON;
	}
	if (key == CTRL('u')) {
		secret_cut(s, 0);
		return FORM_GOES_ON;
	}
	if (key < ' ')
		return FORM_NOT_MINE;
	if (!secret_put(s, bytes_of(c, field_encode(c, key))))
		f->say = "That is too long";
	wipe(c, sizeof c);
	return FORM_GOES_ON;
}

static enum form_result words_key(struct form *f, wint_t key, bool is_code)
{
	if (is_code && (key == KEY_LEFT || key == KEY_RIGHT))
		return words_move(&f->words, key == KEY_RIGHT) ? FORM_GOES_ON : FORM_NOT_MINE;
	if (is_code && key != KEY_BACKSPACE)
		return FORM_NOT_MINE;
	if (is_code)
		words_rub(&f->words);
	else if (key == ' ') {
		if (!words_take(&f->words) && !words_complete(&f->words))
			f->say = "No such word on the list: type that word again";
	} else if (key < ' ')
		return FORM_NOT_MINE;
	else if (key > 0x7f || !words_letter(&f->words, (uint8_t)key))
		f->say = words_complete(&f->words) ? "All words are there" : "Only letters, and Space after each word";
	return FORM_GOES_ON;
}

bool form_is_folded(const struct form_field *field, const struct ask *a)
{
	return a->num_choices > FORM_FOLDED && a->preset[0] && !field->opened && field->choice != FORM_NOTHING;
}

bool form_choice_found(const struct form_field *field, const struct ask *a, size_t i)
{
	return field->len == 0 || strcasestr(a->choice[2 * i + 1], field->text) != NULL;
}

/* The next choice in sight from `from` on, in steps of `by`; FORM_NOTHING if there is none. */
static size_t next_choice(const struct form_field *field, const struct ask *a, size_t from, size_t by)
{
	for (size_t i = from; i < a->num_choices; i += by) /* going up, below 0 is beyond the end */
		if (form_choice_found(field, a, i))
			return i;
	return FORM_NOTHING;
}

/* A letter that is typed into a long list leaves what has it, and the letters before it, in sight. */
static void find_key(struct form *f, struct form_field *field, const struct ask *a, wint_t key, bool is_code)
{
	struct form_field before = *field;

	(void)field_key(field, key, is_code, &f->say);
	if (next_choice(field, a, 0, 1) == FORM_NOTHING) {
		*field = before;
		f->say = "Nothing on the list has that: Backspace takes a letter back";
	} else if (field->choice == FORM_NOTHING || !form_choice_found(field, a, field->choice)) {
		field->choice = next_choice(field, a, 0, 1);
	}
}

static enum form_result choice_key(struct form *f, struct form_field *field, const struct ask *a, wint_t key,
                                   bool is_code)
{
	bool   is_long = a->num_choices > FORM_CHOICES, up = is_code && key == KEY_UP, down = is_code && key == KEY_DOWN;
	size_t from = field->choice == FORM_NOTHING ? (size_t)-1 : field->choice;

	field->opened |= up || down || (!is_code && key >= ' ');
	if (is_long && (is_code ? key == KEY_BACKSPACE : key >= ' ' || key == CTRL('u'))) {
		find_key(f, field, a, key, is_code);
		return FORM_GOES_ON;
	}
	if (!is_code && key >= '1' && key <= '9' && key - '1' < a->num_choices) {
		field->choice = key - '1';
		return FORM_GOES_ON;
	}
	if (!is_code && key >= ' ') {
		f->say = "Choose by its number or with the arrow keys";
		return FORM_GOES_ON;
	}
	size_t to = down               ? next_choice(field, a, from + 1, 1) :
	            up && from + 1 > 0 ? next_choice(field, a, from - 1, (size_t)-1) :
	                                 FORM_NOTHING;
	if (to == FORM_NOTHING)
		return FORM_NOT_MINE;
	field->choice = to;
	return FORM_GOES_ON;
}

/* Shown once, it may be shown again; it may be left out. */
static enum form_result qr_key(struct form *f, wint_t key, bool is_code)
{
	if (is_code || key < ' ')
		return FORM_NOT_MINE;
	if (key == ' ')
		return FORM_SHOW;
	f->say = "Enter or Space shows it; Tab goes on without";
	return FORM_GOES_ON;
}

void form_qr_shown(struct form *f, const struct qr_shown *shown)
{
	struct form_field *field = &f->field[f->focus];
	struct buf         b = BUF_ON(field->text);

	qr_shown_put(&b, shown);
	(void)buf_cstr(&b);
	if (f->focus + 1 < f->p->num_asks)
		f->focus++;
}

/* What was given is no answer: the prompt comes again, and says so. */
static bool is_wrong(struct form *f, size_t i, enum err_id id, const char *why)
{
	f->wrong = i + 1;
	f->wrong_id = id;
	f->say = why;
	return false;
}

/* Whether field i is answered; if not, says what is missing, or that something else was given. */
static bool answered(struct form *f, size_t i)
{
	const struct ask *a = &f->p->ask[i];
	const char       *why = NULL;

	f->say = NULL;
	switch (a->kind) {
	case ASK_CHOICE:
		if (f->field[i].choice == FORM_NOTHING)
			f->say = "Choose one first, by its number or with the arrow keys";
		return f->field[i].choice != FORM_NOTHING;
	case ASK_CONFIRM:
		if (!f->p->irreversible && !f->field[i].agreed)
			f->say = "This one is not confirmed yet: Enter";
		if (!f->p->irreversible)
			return f->field[i].agreed;
		if (f->field[i].len == 0)
			f->say = "This cannot be undone: type the whole word, then Enter";
		else if (!words_match(bytes_str(f->field[i].text), bytes_of(&f->hand[i], 1)))
			return is_wrong(f, i, ERR_FLOW_CONFIRM, REPLY_OTHER);
		return !f->say;
	case ASK_TYPE_BACK:
		if (f->field[i].len == 0)
			f->say = "Type it first";
		return f->field[i].len != 0;
	case ASK_PIN:
	case ASK_NEW_PIN:
		if (f->pin.len || !a->pad)
			why = ask_wrong(a, secret_expose(&f->pin), true);
		if (why && f->pin.len && a->shape == SHAPE_ANY)
			return is_wrong(f, i, ERR_FLOW_FIELD, why);
		f->say = why; /* dice: it is not whole yet */
		return !f->say;
	case ASK_WORDS:
		if (!words_complete(&f->words) && !words_left_to_camera(&f->words))
			f->say = "There are words still to come";
		return words_complete(&f->words) || words_left_to_camera(&f->words);
	case ASK_TEXT:
		why = ask_wrong(a, bytes_str(f->field[i].text), true);
		if (why && bytes_trim(bytes_str(f->field[i].text)).len)
			return is_wrong(f, i, ERR_FLOW_FIELD, why);
		f->say = why;
		return !f->say;
	case ASK_QR:
		break;
	}
	return true;
}

/* Enter in a new PIN: on to the second time, or a comparison. True if both are there and the same, or if it is
 * left to the token's PIN pad. */
static bool pin_twice(struct form *f)
{
	if (!f->on_again && !f->pin.len && f->p->ask[f->focus].pad)
		return true;
	if (!f->on_again) {
		f->on_again = true;
		return false;
	}
	if (!f->again.len) {
		f->say = "Type it a second time";
		return false;
	}
	f->on_again = false;
	if (secret_equal(&f->pin, &f->again))
		return true;
	secret_cut(&f->pin, 0);
	secret_cut(&f->again, 0);
	return is_wrong(f, f->focus, ERR_FLOW_TWICE, REPLY_TWICE);
}

static enum form_result enter(struct form *f)
{
	if (f->p->num_asks == 0)
		return FORM_DONE;
	const enum ask_kind kind = f->p->ask[f->focus].kind;
	if (kind == ASK_QR && !f->field[f->focus].text[0])
		return FORM_SHOW;
	if (f->slip && kind == ASK_CONFIRM) { /* letters were typed before it: it was not meant for this */
		(void)is_wrong(f, f->focus, ERR_FLOW_CONFIRM, REPLY_OTHER);
		return FORM_DONE;
	}
	f->field[f->focus].agreed = true;
	if (kind == ASK_WORDS && !words_complete(&f->words) && !words_left_to_camera(&f->words) && !words_take(&f->words)) {
		f->say = f->words.at < f->words.num ? "Type this word again, or go on to the end with the Right arrow" :
		                                      "No such word on the list: type that word again";
		return FORM_GOES_ON;
	}
	if (!answered(f, f->focus) || (kind == ASK_NEW_PIN && !pin_twice(f)))
		return f->wrong ? FORM_DONE : FORM_GOES_ON;
	if (f->focus + 1 < f->p->num_asks) {
		f->focus++;
		return FORM_GOES_ON;
	}
	for (size_t i = 0; i < f->p->num_asks; i++) { /* a field may have been changed since */
		bool changed = f->p->ask[i].kind == ASK_NEW_PIN && !secret_equal(&f->pin, &f->again);
		if (changed)
			f->say = "The PIN has been changed: type it a second time";
		if (changed || !answered(f, i)) {
			f->focus = i;
			return f->wrong ? FORM_DONE : FORM_GOES_ON;
		}
	}
	return FORM_DONE;
}

/* A letter as it stands in the PGP words: without a case. */
static wint_t small(wint_t key)
{
	return key >= 'A' && key <= 'Z' ? key + 'a' - 'A' : key;
}

/* The field that takes the picked word shows nothing else: in the place of any other letter, and of all behind it, stands *, here
 * and in memory: a PIN typed into it by a slip is nowhere. Enter gives what stands there. */
static enum form_result hand_key(struct form *f, struct form_field *field, wint_t key, bool is_code)
{
	const char *word = form_hand(f, f->focus);

	if (is_code ? key == KEY_BACKSPACE : key == CTRL('u'))
		return text_key(f, field, key, is_code);
	if (is_code || key < ' ')
		return FORM_NOT_MINE;
	if (field->len < strlen(word) && !strchr(field->text, '*') && small(key) == small((wint_t)word[field->len]))
		return text_key(f, field, (wint_t)word[field->len], false);
	f->say = "Only the word before the line is taken here: Backspace, or Ctrl-U and begin it anew";
	if (field->len < HAND_MAX)
		(void)text_key(f, field, '*', false);
	return FORM_GOES_ON;
}

static enum form_result ask_key(struct form *f, wint_t key, bool is_code)
{
	const struct ask  *a = &f->p->ask[f->focus];
	struct form_field *field = &f->field[f->focus];

	switch (a->kind) {
	case ASK_CHOICE:
		return choice_key(f, field, a, key, is_code);
	case ASK_PIN:
	case ASK_NEW_PIN:
		return pin_key(f, key, is_code);
	case ASK_WORDS:
		return words_key(f, key, is_code);
	case ASK_QR:
		return qr_key(f, key, is_code);
	case ASK_CONFIRM:
		if (f->p->irreversible)
			return hand_key(f, field, key, is_code);
		if (!is_code && key >= ' ') { /* meant for a field that is not here: the Enter behind it was, too */
			f->say = "Enter confirms; Esc, F2 and F10 lead elsewhere";
			f->slip = true;
		}
		return FORM_NOT_MINE;
	case ASK_TYPE_BACK:
		if (a->shape == SHAPE_SPOKEN)
			return spoken_key(f, field, a, key, is_code);
		break;
	case ASK_TEXT:
		break;
	}
	return text_key(f, field, key, is_code);
}

enum form_result form_key(struct form *f, wint_t key, bool is_code)
{
	f->say = NULL;
	f->wrong = 0;
	if (!is_code && (key == 0x7f || key == CTRL('h'))) { /* what terminals send for Backspace */
		key = KEY_BACKSPACE;
		is_code = true;
	}
	if ((is_code && key == KEY_ENTER) || (!is_code && (key == '\r' || key == '\n')))
		return enter(f);
	if (f->p->num_asks == 0)
		return FORM_NOT_MINE;
	enum form_result r = ask_key(f, key, is_code);
	if (r != FORM_NOT_MINE)
		return r;
	if ((is_code && key == KEY_DOWN) || (!is_code && key == '\t')) {
		if (f->focus + 1 < f->p->num_asks && !f->on_again)
			f->focus++;
		return FORM_GOES_ON;
	}
	if (is_code && (key == KEY_UP || key == KEY_BTAB)) {
		if (f->on_again) /* the first time may be mended: Enter asks for the second again */
			f->on_again = false;
		else if (f->focus > 0)
			f->focus--;
		return FORM_GOES_ON;
	}
	return FORM_NOT_MINE;
}

/* Up to the one that is wrong: what stands behind it was not given. */
void form_reply(struct form *f, struct reply *r)
{
	const size_t num = f->wrong ? f->wrong : f->p->num_asks;

	r->kind = REPLY_ANSWER;
	if (f->wrong)
		reply_wrong(r, &f->p->ask[f->wrong - 1], f->wrong_id, f->say);
	for (size_t i = 0; i < num; i++) {
		const struct ask *a = &f->p->ask[i];
		if (i + 1 == f->wrong && a->kind != ASK_TEXT) {
			if (!is_pin(a))
				fields_str(&r->fields, a->key, REPLY_WITHHELD);
		} else if (is_pin(a))
			secret_move(&r->secret, &f->pin);
		else if (a->kind == ASK_WORDS)
			secret_move(&r->secret, &f->words.all);
		else if (a->kind == ASK_CHOICE)
			fields_str(&r->fields, a->key, a->choice[2 * f->field[i].choice]);
		else if (a->kind == ASK_CONFIRM)
			fields_str(&r->fields, a->key, "yes");
		else if (a->kind == ASK_QR)
			fields_str(&r->fields, a->key, f->field[i].text[0] ? f->field[i].text : "no");
		else
			fields_str(&r->fields, a->key, f->field[i].text);
	}
}
