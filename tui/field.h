/* field.h: one line of open text that is being typed. */
#pragma once

#include "tui/screen.h"

#define FORM_MAX_TEXT TUI_MAX_LINE /* octets */

struct form_field {
	char   text[FORM_MAX_TEXT]; /* ASK_CHOICE, a long list: what is looked for */
	size_t len, at; /* at: where the cursor is */
	bool   fresh;   /* it stood there before: the first character typed replaces it, a key that moves edits it */
	size_t choice;  /* ASK_CHOICE: the one chosen, or FORM_NOTHING */
	bool   opened;  /* ASK_CHOICE: a key has looked for another one: form_is_folded */
	bool   agreed;  /* ASK_CONFIRM: Enter has been pressed on it */
};

/* field_set: puts text there, to be replaced or edited; too long a text is none. */
void field_set(struct form_field *field, const char *text);

/* field_key: one key. False if it means nothing here. *say is set if it cannot be taken. */
bool field_key(struct form_field *field, wint_t key, bool is_code, const char **say);

/* field_encode: a character as UTF-8: its length. */
size_t field_encode(uint8_t out[4], wint_t c);
