/* face.h: what a person is shown and asked, apart from how.
 *
 * The flow fills a struct prompt; a face (tui/, or the plain and answers faces in
 * ceremony/cmd/) shows it and brings back a reply. No face holds logic: it neither
 * knows step kinds nor decides what comes next. All text is UTF-8 and already escaped
 * for eyes; all pointers borrow from the flow and hold until the next call. A string that is
 * NULL says the same as "". */
#pragma once

#include "ceremony/base/fields.h"
#include "ceremony/base/secret.h"

#define PROMPT_MAX_ASKS  16
#define PROMPT_MAX_ROWS  48
#define PROMPT_MAX_STEPS 64

enum ask_kind {
	ASK_TEXT,       /* one line; preset may be given */
	ASK_CHOICE,     /* one of choice[]; the reply is the choice's key */
	ASK_CONFIRM,    /* press the key that confirms: the reply is "yes" */
	ASK_TYPE_BACK,  /* type exactly `expect` (case and blanks forgiven). A face shows label and hint,
	                 * never `expect`: the flow says what to type, and the flow compares */
	ASK_PIN,        /* a secret line, not echoed */
	ASK_NEW_PIN,    /* the same, typed twice */
	ASK_WORDS,      /* a secret of num_words SLIP-0039 words, with completion */
	ASK_QR,         /* shows `octets` as QR codes for as long as somebody wants it, or not at all; the reply is
	                 * qr_shown_put's text, or "no" */
};

/* What an answer looks like, so that a face can tell while it is typed. The flow decides all the same. */
enum ask_shape {
	SHAPE_ANY,
	SHAPE_TIME,  /* HH:MM or HH:MM:SS */
	SHAPE_DATE,  /* as utc_parse takes it */
	SHAPE_ROLLS, /* a secret: `least` digits from 1 to 6; blanks do not count */
	SHAPE_SPOKEN, /* ASK_TYPE_BACK: PGP words (words_begun): a passphrase typed there by a slip is not shown */
};

struct ask {
	const char       *key;    /* unique in its step: an answers file names it */
	enum ask_kind     kind;
	const char       *label;  /* "Officer 1" */
	const char       *hint;   /* "" or what is expected: "HH:MM:SS, from your watch" */
	const char       *preset; /* "" or what is filled in already */
	const char       *expect; /* ASK_TYPE_BACK */
	const char *const *choice; /* ASK_CHOICE: pairs key, text */
	size_t            num_choices;
	unsigned          num_words; /* ASK_WORDS */
	enum ask_shape    shape;     /* ASK_TEXT, ASK_PIN */
	unsigned          least;     /* ASK_PIN, ASK_NEW_PIN: characters at least */
	bool              pad;       /* ASK_PIN: nothing typed is an answer too: the token has a PIN pad of its own */
	bool              camera; /* ASK_WORDS: nothing typed is an answer too: a camera looks at what they stand on */
	/* ASK_WORDS: the list that the words come from, sorted, each known by its first four
	 * letters (wordlist.h); NULL: the face takes any word. */
	const char *const *wordlist;
	size_t             num_wordlist;
	/* ASK_QR: a file, not empty, and its name. file: it lies so in the ceremony's folder, has that SHA-256 (hex), and is put
	 * into octets before a face sees it; NULL: octets are there. */
	struct bytes octets;
	const char  *name, *file, *sha256;
};

/* How a file was shown as QR codes: of which version, of how many fragments (each receiver needs that many frames at
 * least), and how many frames were on the screen. */
struct qr_shown {
	unsigned version, fragments;
	uint64_t frames;
};

/* qr_shown_put: appends "version 6, fragments 18, frames 54". qr_shown_parse: reads just that. */
void qr_shown_put(struct buf *b, const struct qr_shown *s);
bool qr_shown_parse(struct qr_shown *out, struct bytes text) __attribute__((warn_unused_result));

/* A fact to look at: "Serial" "a1b2c3"; with `asked` and `allowed` too it is a row of the
 * three-way review. */
struct row {
	const char *label, *value;
	const char *asked, *allowed, *source; /* "" where it is not a review */
	bool        mark; /* differs, or deserves the eye */
};

enum step_state { STEP_LATER, STEP_NOW, STEP_DONE, STEP_SKIPPED };

struct step_line {
	const char     *title, *role; /* role: who acts in it, in short */
	enum step_state state;
};

struct prompt {
	/* where we are */
	const char             *ceremony;   /* title */
	bool                    rehearsal;
	const struct step_line *step;       /* the whole outline */
	size_t                  num_steps, now; /* now: 0-based */
	const char             *step_id, *turn; /* for the answers face and messages */
	unsigned                round, num_rounds; /* 0-based: "share 2 of 5" is round 1 of 5; else 0 of 1 */

	/* what to do */
	const char *role, *who; /* "custodian", "Dora Dunn": who must act */
	const char *title;      /* one line: "Write down your share" */
	const char *text;       /* paragraphs separated by '\n', to be wrapped by the face */
	struct row  row[PROMPT_MAX_ROWS];
	size_t      num_rows;
	const char *aloud;      /* "" or text to be read aloud, in words and groups, lines by '\n' */
	struct ask  ask[PROMPT_MAX_ASKS];
	size_t      num_asks;
	const struct secret *shown; /* a secret to show, words separated by single blanks, or NULL */

	bool irreversible; /* looks different, and says so before */
	bool secret;       /* DO NOT READ ALOUD; one person at a time; vanishes after */
	bool no_clock;     /* people tell the time by their own watches: the screen shows none */
	bool can_back;     /* Esc goes back one prompt */
	bool can_aside;    /* an exception may be recorded now */
	bool can_people;   /* so may people's coming and going */
	bool no_abort;     /* the record is closed: nothing can be ended for good any more */
	bool outside;      /* no ceremony runs: nothing can be paused or ended for good, and Esc leaves */
	bool preset_serves; /* an unattended run that has no answer to it gives the presets */
	unsigned num_exceptions, num_open; /* so far, and those that are not decided yet */

	const struct err *refused; /* why the last answer was not taken, or NULL */
	unsigned wrong_word;       /* refused: which word of an ASK_WORDS was not right, from 1; 0: not known */
	unsigned wrong_ask;        /* refused: which ask it was for, from 1; 0: not known */

	/* help: F1 on every screen */
	const char *help_what, *help_why, *help_clause, *help_fail;
	const char *hint; /* in a rehearsal: what one would do in a real ceremony: a sentence's end */
};

/* prompt_filled: a copy of p in which no string is NULL: what a face works on. Returns out. */
const struct prompt *prompt_filled(struct prompt *out, const struct prompt *p);

/* ask_wrong: what is wrong with what has been typed into an ASK_TEXT, ASK_PIN or ASK_NEW_PIN: whole, or so far. NULL: nothing. */
const char *ask_wrong(const struct ask *a, struct bytes typed, bool whole);
/* ask_rolls: SHAPE_ROLLS: how many rolls have been typed. */
unsigned ask_rolls(struct bytes typed);

enum reply_kind {
	REPLY_ANSWER, /* fields and perhaps a secret */
	REPLY_BACK,
	REPLY_PAUSE,  /* leave now; resume later */
	REPLY_ABORT,  /* end the ceremony for good; asked twice by the face */
	REPLY_EXCEPTION, /* something is not as expected: to be recorded now; only where can_aside */
	REPLY_PEOPLE,    /* somebody leaves, comes back, or hands over; only where can_people */
};

/* A prompt has at most one secret ask (ASK_PIN, ASK_NEW_PIN, ASK_WORDS): its value is
 * `secret`; all other asks stand in `fields` under their keys. */
struct reply {
	enum reply_kind kind;
	struct fields   fields; /* its arena is set by the caller */
	struct secret   secret; /* empty when called; owned by the caller */
	/* REPLY_ANSWER: what was given with Enter is none, and only the face can tell: the word that it picked was not typed, a new PIN was
	 * not typed twice. The detail begins with the ask's label. `fields` has what was given so far, and REPLY_WITHHELD in the place
	 * of what was typed, unless that is an ASK_TEXT. ERR_NONE: the flow decides. */
	struct err wrong;
};

#define REPLY_WITHHELD "withheld"

/* Why, of what is confirmed, and of a new PIN. */
#define REPLY_OTHER "something else was typed"
#define REPLY_TWICE "two that differ"

/* reply_wrong: says that what was given for this ask is no answer; why: NULL, or more than the error says. */
void reply_wrong(struct reply *r, const struct ask *a, enum err_id id, const char *why);

/* A notice: something happened that nobody needs to answer. */
struct notice {
	/* NOTICE_PAST: an event of before a resume: not news, but to be looked back at. */
	enum { NOTICE_EVENT, NOTICE_PAST, NOTICE_PROGRESS, NOTICE_ERROR, NOTICE_END } kind;
	const char       *text;  /* one line; an event's line for the transcript's tail */
	const char       *whole; /* NOTICE_EVENT, NOTICE_PAST: the event as it stands in the transcript, cut where it is long */
	const char       *tree;  /* NOTICE_EVENT: the first words of the root of the tree over all lines so far; or NULL */
	const struct err *err;   /* NOTICE_ERROR */
	uint64_t          done, total; /* NOTICE_PROGRESS; total 0: unknown */
	const struct prompt *where;  /* NOTICE_PROGRESS: the step in which that is done, as it stands in a prompt; NULL: the one shown last */
	const struct prompt *sheet;  /* NOTICE_END: rows, what is read aloud, and under its title the text; nothing is asked. NULL: none */
	bool              good;        /* NOTICE_END: as it was meant to end */
	bool              can_stop;    /* NOTICE_PROGRESS: stop_wanted is asked meanwhile */
	bool              is_short;    /* NOTICE_PROGRESS: it ends by itself within seconds, whatever happens */
};

struct face {
	/* ask: shows the prompt until it is answered. False only if the face is broken (lost
	 * terminal, missing answer): e says so. */
	bool (*ask)(void *ctx, const struct prompt *p, struct reply *r, struct err *e);
	/* tell: shows a notice; never blocks, except NOTICE_END, which may wait for a key. */
	void (*tell)(void *ctx, const struct notice *n);
	/* stop_wanted: whether somebody has asked to stop what is being done (Esc; the line `stop`); never blocks. NULL: nobody can. */
	bool (*stop_wanted)(void *ctx);
	/* close: gives the terminal back. */
	void (*close)(void *ctx);
	void *ctx;
	const char *name; /* "screen", "lines" or "answers": stands on the record */
};

/* face_ask: where nothing is recorded: asks until nothing is wrong with the reply. */
bool face_ask(const struct face *f, const struct prompt *p, struct reply *r, struct err *e) __attribute__((warn_unused_result));
