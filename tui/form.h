/* form.h: what is being typed in answer to a prompt, and its keys.
 *
 * One field an ask. Open text lies in plain arrays; PINs and words go into struct secret character by
 * character and are shown as bullets. The form compares nothing with what is expected: the flow does. */
#pragma once

#include "tui/field.h"
#include "tui/words.h"

#define FORM_MAX_PIN  128
#define FORM_CHOICES  9 /* a list of more is scrolled, and searched by typing */
#define FORM_FOLDED   4 /* a list of more, of which one stands there already, is folded */
#define FORM_FEWEST   3 /* of a long list, where there is little room */
#define FORM_NOTHING  ((size_t)-1)

struct form {
	const struct prompt *p;
	struct form_field    field[PROMPT_MAX_ASKS];
	size_t               focus;
	size_t               window; /* choices of a long list that are in sight at once; 0: FORM_CHOICES */
	bool                 slip; /* letters were typed where nothing but Enter is asked for */
	struct secret        pin, again; /* ASK_PIN, ASK_NEW_PIN */
	bool                 on_again;   /* ASK_NEW_PIN: the second time is being typed */
	struct words         words;      /* ASK_WORDS */
	uint8_t              hand[PROMPT_MAX_ASKS]; /* ASK_CONFIRM of what cannot be undone: hand.h */
	size_t               wrong;      /* the ask, from 1, to which something else was given than an answer; 0: none */
	enum err_id          wrong_id;   /* in what way */
	const char          *say;        /* why the last key did not do what was wanted, or NULL */
};

/* FORM_SHOW: the file of the field that is typed into is to be shown as QR codes. */
enum form_result { FORM_GOES_ON, FORM_DONE, FORM_NOT_MINE, FORM_SHOW };

/* form_init: fields with their presets. The prompt is borrowed. steady: as hand_pick has it. form_done wipes. */
bool form_init(struct form *f, const struct prompt *p, bool steady, struct err *e) __attribute__((warn_unused_result));
void form_done(struct form *f);

/* form_hand: the word that confirms ask i. */
const char *form_hand(const struct form *f, size_t i);

/* form_text: what stands in an ASK_TEXT field, what is chosen in an ASK_CHOICE; "" in any other. form_set_text: puts it there. */
const char *form_text(const struct form *f, size_t i);
void        form_set_text(struct form *f, size_t i, const char *text);

/* form_qr_shown: how the file of the field that is typed into was shown; on to the next field. */
void form_qr_shown(struct form *f, const struct qr_shown *shown);

/* form_untouched: true if nothing has been typed or chosen yet, and the first field is in focus. */
bool form_untouched(const struct form *f);

/* form_has_secret: true if something of a PIN or of words has been typed. form_wants_hand: the field in focus confirms, or is typed
 * back: what is pasted does not count. form_takes_paste: the field in focus is open text. */
bool form_has_secret(const struct form *f);
bool form_wants_hand(const struct form *f);
bool form_takes_paste(const struct form *f);

/* form_wrong_so_far: what is wrong with what has been typed into the field in focus; NULL: nothing. */
const char *form_wrong_so_far(const struct form *f);

/* form_is_folded: a list of which one is chosen beforehand shows that one alone, until a key looks for another. */
bool form_is_folded(const struct form_field *field, const struct ask *a);

/* form_choice_found: whether choice i has what is looked for. */
bool form_choice_found(const struct form_field *field, const struct ask *a, size_t i);

/* form_key: one key as curses gives it (is_code: a KEY_ value, else a character). FORM_DONE: everything is
 * answered, or something that is no answer was given. FORM_NOT_MINE: it means nothing here. */
enum form_result form_key(struct form *f, wint_t key, bool is_code);

/* form_reply: gives the answers to r, and the secret away. */
void form_reply(struct form *f, struct reply *r);

/* form_paint: paints it, and tells where the cursor goes: page line and column, or -1. *focus_y: the page
 * line of the field that is typed into; of choices, of the one that is chosen. */
void form_paint(const struct form *f, struct page *p, int *focus_y, int *cursor_x);
/* form_paint_said: what stands under the form, however long that is: what the last key could not do; else what is wrong with
 * what was typed so far, or what is expected. */
void form_paint_said(const struct form *f, struct page *p);
