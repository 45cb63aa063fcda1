/* tour.c: see tour.h. Each station is one prompt with one thing to do; done otherwise, it comes again and says so. */
#include "ceremony/cmd/tour.h"

#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/text.h"
#include "ceremony/cmd/load.h"
#include "ceremony/cmd/plain_echo.h"
#include "ceremony/cmd/printed.h"
#include "ceremony/port/clock.h"
#include "ceremony/share/slip39.h"
#include "tui/keys.h"
#include "tui/tui.h"

#define SECRET_WORDS "academic echo trash husband decision"

static const char *const cities[] = {
	"ams", "Amsterdam", "ath", "Athens", "ber", "Berlin", "bru", "Brussels", "cop", "Copenhagen", "dub", "Dublin",
	"hel", "Helsinki",  "lis", "Lisbon", "mad", "Madrid", "osl", "Oslo",     "par", "Paris",      "rom", "Rome",
};
static const char *const signing[] = { "yes", "sign it", "no", "do not sign it" };

static void names(struct prompt *p)
{
	p->ask[0] = (struct ask){ .key = "name", .kind = ASK_TEXT, .label = "Your name", .hint = "any name will do" };
	p->ask[1] = (struct ask){ .key = "time", .kind = ASK_TEXT, .label = "The time", .shape = SHAPE_TIME,
		                  .hint = "HH:MM:SS; try 25:00 first" };
	p->num_asks = 2;
}

static void confirm(struct prompt *p)
{
	p->ask[0] = (struct ask){ .key = "done", .kind = ASK_CONFIRM, .label = "I have tried it" };
	p->num_asks = 1;
}

static void reading(struct prompt *p)
{
	static const char *const label[] = { "one",   "two",   "three",  "four",    "five",    "six",     "seven",
		                             "eight", "nine",  "ten",    "eleven",  "twelve",  "thirteen", "fourteen",
		                             "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty" };

	for (size_t i = 0; i < COUNT_OF(label); i++)
		p->row[p->num_rows++] = (struct row){ .label = "Line", .value = label[i], .mark = i == 12 };
	confirm(p);
	p->ask[0].label = "I have read every line";
}

static void choice(struct prompt *p)
{
	p->ask[0] = (struct ask){ .key = "sign", .kind = ASK_CHOICE, .label = "Decision", .choice = signing, .num_choices = 2 };
	p->num_asks = 1;
}

static void search(struct prompt *p)
{
	p->ask[0] = (struct ask){ .key = "city", .kind = ASK_CHOICE, .label = "City", .choice = cities,
		                  .num_choices = COUNT_OF(cities) / 2 };
	p->num_asks = 1;
}

static void new_pin(struct prompt *p)
{
	p->secret = true;
	p->ask[0] = (struct ask){ .key = "pin", .kind = ASK_NEW_PIN, .label = "PIN", .least = 4, .hint = "not one of yours: four characters at least" };
	p->num_asks = 1;
}

static void show_words(struct prompt *p)
{
	p->secret = true;
	confirm(p);
	p->ask[0].label = "I have written the five words down";
}

static void words(struct prompt *p)
{
	p->secret = true;
	p->ask[0] = (struct ask){ .key = "words", .kind = ASK_WORDS, .label = "The five words", .num_words = 5,
		                  .wordlist = slip39_words, .num_wordlist = SLIP39_NUM_WORDS };
	p->num_asks = 1;
}

static void danger(struct prompt *p)
{
	p->irreversible = true;
	confirm(p);
	p->ask[0].label = "Go on";
}

static void aside(struct prompt *p)
{
	p->can_aside = p->can_people = true;
	confirm(p);
	p->ask[0].label = "This does not lead on";
}

static void back(struct prompt *p)
{
	p->can_back = true;
	confirm(p);
	p->ask[0].label = "This does not lead on";
}

static const struct station {
	const char     *name, *title, *screen, *plain; /* what to do on the full screen, and line by line */
	enum reply_kind leads_on;
	const char     *want;  /* the answer that leads on; NULL: any */
	void          (*fill)(struct prompt *p); /* NULL: nothing is asked */
} stations[] = {
	{ "welcome", "A tour of the keys",
	  "Nothing here is recorded, and no token is touched. The bottom line always says which keys do something. F2 leaves the tour. Press Enter.",
	  "Nothing here is recorded, and no token is touched. pause leaves the tour. Press Enter.", REPLY_ANSWER, NULL, NULL },
	{ "fields", "Fields",
	  "Type, and press Enter to go on to the next field. What cannot be an answer is told while you type; Backspace and Ctrl-U take it back.",
	  "Type an answer and press Enter. What cannot be an answer is asked for again.", REPLY_ANSWER, NULL, names },
	{ "back", "One prompt back", "Where the bottom line says so, Esc goes back one prompt. Press Esc.",
	  "Where it is possible, back goes to the prompt before. Type back.", REPLY_BACK, NULL, back },
	{ "read", "Reading on",
	  "This is longer than the screen. Enter or PgDn reads on, PgUp goes back. Nothing is confirmed before the end was seen. F7 shows one row at a time.",
	  "What deserves the eye has (!) before it. Read all of it, then confirm.", REPLY_ANSWER, NULL, reading },
	{ "help", "Help, and the record",
	  "Press F1: what happens here, why, and which keys there are. Then F6: all that is on the record, searched by typing. Esc comes back.",
	  "Type ? for help: what happens here, why, and which commands there are.", REPLY_ANSWER, NULL, confirm },
	{ "choice", "A choice", "Press the number, or the arrow keys; then Enter. Choose not to sign.",
	  "Type its number. Choose not to sign.", REPLY_ANSWER, "no", choice },
	{ "search", "A long list", "Type letters of what you look for, then Enter. Find Copenhagen.",
	  "Type its number. Choose Copenhagen.", REPLY_ANSWER, "cop", search },
	{ "exception", "An exception", "Something is not as it should be: F3, at almost any prompt. Press F3.",
	  "Something is not as it should be: !exception, at almost any prompt. Type it.", REPLY_EXCEPTION, NULL, aside },
	{ "people", "People", "Somebody leaves, comes back, or hands over a role: F5. Press F5.",
	  "Somebody leaves, comes back, or hands over a role: !people. Type it.", REPLY_PEOPLE, NULL, aside },
	{ "pin", "A new PIN", "It is not shown, and typed twice. The red banner means that nobody else looks at the keys.",
	  "It is not shown, and typed twice.", REPLY_ANSWER, NULL, new_pin },
	{ "secret", "A secret", "It comes when you alone press Enter, and any key hides it; F4 shows it again. Write the words on a piece of paper.",
	  "It comes when you type alone. Write the words on a piece of paper.", REPLY_ANSWER, NULL, show_words },
	{ "words", "The words, typed back",
	  "Four letters of each word are enough, then Space. Backspace takes back; the Left arrow goes to a word that was wrong.",
	  "One word or more in a line; four letters of each are enough.", REPLY_ANSWER, NULL, words },
	{ "danger", "What cannot be undone", "A red banner and a border of ! mark it. Enter does nothing: the word that it shows is typed, another each time, and nothing pasted counts.",
	  "It says WARNING before. The word that it shows is typed, another each time.", REPLY_ANSWER, NULL, danger },
	{ "abort", "Aborting", "F10 ends a ceremony for good, and asks twice. Press F10, then A, then type the word that it shows and Enter. Here it only leads on.",
	  "abort ends a ceremony for good, and asks twice. Type abort, then yes, then the word that it shows. Here it only leads on.", REPLY_ABORT, NULL, confirm },
	{ "pause", "Pausing", "F2 leaves a ceremony; it goes on later at the same prompt. Press F2, then Enter: the tour ends with it.",
	  "pause leaves a ceremony; it goes on later at the same prompt. Type pause: the tour ends with it.", REPLY_PAUSE, NULL, confirm },
};

/* Which of the words is not right, from 1; 0: all are. */
static unsigned wrong_word(struct bytes typed)
{
	struct bytes want = BYTES_LIT(SECRET_WORDS);
	unsigned     n = 1;

	for (size_t i = 0; i < want.len; i++) {
		if (i >= typed.len || typed.p[i] != want.p[i])
			return n;
		n += want.p[i] == ' ';
	}
	return 0;
}

static bool leads_on(const struct station *s, const struct reply *r, struct err *why, unsigned *wrong)
{
	*wrong = 0;
	if (r->wrong.id != ERR_NONE) {
		*why = r->wrong;
		return false;
	}
	if (r->kind != s->leads_on)
		return err_set(why, ERR_FLOW_CONFIRM, "another key leads on here: read what it says above");
	if (s->want && (!r->fields.num || !bytes_is(r->fields.item[0].value, s->want)))
		return err_set(why, ERR_FLOW_FIELD, "choose what it says above");
	if (s->fill == words)
		*wrong = wrong_word(secret_expose(&r->secret));
	return !*wrong || err_set(why, ERR_SHARE_DIFFERS, "word %u", *wrong);
}

static bool run_station(struct face *face, size_t i, bool plain, struct secret *shown, bool *left, struct err *e)
{
	static struct step_line line[COUNT_OF(stations)];
	const struct station   *s = &stations[i];
	struct err              why = { 0 };
	unsigned                wrong = 0;

	for (size_t k = 0; k < COUNT_OF(stations); k++)
		line[k] = (struct step_line){ stations[k].title, "", k < i ? STEP_DONE : k == i ? STEP_NOW : STEP_LATER };
	for (;;) {
		uint8_t       room[4096];
		struct arena  a = ARENA_ON(room);
		struct reply  r = { .fields = fields_on(&a) };
		struct prompt p = { .ceremony = "A tour of the keys", .rehearsal = true, .step = line, .num_steps = COUNT_OF(stations), .now = i,
			            .step_id = "tour", .turn = s->name, .num_rounds = 1, .role = "you", .title = s->title,
			            .text = plain ? s->plain : s->screen, .wrong_word = wrong, .refused = why.id ? &why : NULL,
			            .help_what = "The keys are tried out. Nothing is recorded.",
			            .help_why = "In a ceremony nobody should have to look for a key.",
			            .help_fail = "F2 leaves the tour. Nothing has happened." };
		if (s->fill)
			s->fill(&p);
		p.shown = s->fill == show_words ? shown : NULL;
		struct err lost = { 0 };
		bool ok = face->ask(face->ctx, &p, &r, &lost);
		if (!ok)
			*e = lost;
		bool on = ok && leads_on(s, &r, &why, &wrong);
		*left = ok && r.kind == REPLY_PAUSE;
		secret_done(&r.secret);
		if (!ok || on || *left)
			return ok;
	}
}

bool tour_run(struct face *face, bool plain, struct err *e)
{
	SECRET shown = { 0 };
	bool   left = false;

	if (!secret_set(&shown, BYTES_LIT(SECRET_WORDS), e))
		return false;
	for (size_t i = 0; i < COUNT_OF(stations); i++) {
		if (!run_station(face, i, plain, &shown, &left, e))
			return false;
		if (left && i + 1 < COUNT_OF(stations))
			return false;
	}
	struct notice end = { .kind = NOTICE_END, .text = "That was the tour. The same keys are on the crib sheet: ceremony tour --paper FILE.pdf" };
	face->tell(face->ctx, &end);
	return true;
}

/* ---- the crib sheet ------------------------------------------------------------------------ */

static bool fill_sheet(struct doc *d, void *ctx, struct err *e)
{
	static const struct paper_column column[] = { { "Key", 0.18F, PAPER_STRONG }, { "or", 0.12F, PAPER_CODE }, { "What it does", 0.70F, PAPER_PLAIN } };

	(void)ctx;
	(void)e;
	doc_title(d, BYTES_LIT("The keys of a ceremony"), BYTES_LIT("The same on every screen. Lies beside the keyboard."));
	doc_table(d, column, COUNT_OF(column), false, 7);
	for (size_t i = 0; i < num_key_lines; i++)
		doc_table_row(d, (struct bytes[]){ bytes_str(key_lines[i].key), bytes_str(key_lines[i].other), bytes_str(key_lines[i].what) });
	doc_table_end(d);
	doc_text(d, PAPER_PLAIN, BYTES_LIT("The second column is for terminals that keep function keys for themselves."));
	doc_notice(d, PAPER_STRONG, BYTES_LIT("THIS CANNOT BE UNDONE: each of the two people types the word that stands there, another each time."));
	doc_notice(d, PAPER_STRONG, BYTES_LIT("DO NOT READ ALOUD: one person looks, all others turn away. Any key hides it."));
	doc_text(d, PAPER_PLAIN, BYTES_LIT("A wrong answer is refused with its reason and can be given again. A wrong PIN uses up a try of the token."));
	doc_heading(d, BYTES_LIT("Line by line (--plain)"));
	doc_text(d, PAPER_PLAIN, BYTES_LIT("?  back  pause  abort  tour  !exception  !people: each on a line of its own; \\ before one of them makes it an answer."));
	return true;
}

static int write_sheet(const char *path)
{
	struct doc_about about = { BYTES_LIT("The keys of a ceremony"), BYTES_LIT("Ceremony " CEREMONY_VERSION), PAPER_NO_DATE };
	struct err       e = { 0 };
	enum doc_form    form;

	return printed_form(&form, "--paper", path, false, &e) && printed_write(path, form, &about, fill_sheet, NULL, &e) ?
	               0 :
	               complain(&e);
}

int cmd_tour(int argc, char **argv)
{
	struct tui_options o = { .clock = clock_system() };
	struct tui         tui = { 0 };
	struct plain       lines;
	struct face        face;
	struct err         e = { 0 };
	bool               plain = false;

	if (argc == 3 && strcmp(argv[1], "--paper") == 0)
		return write_sheet(argv[2]);
	for (int i = 1; i < argc; i++) {
		bool *flag = strcmp(argv[i], "--plain") == 0 ? &plain : strcmp(argv[i], "--mono") == 0 ? &o.mono :
		             strcmp(argv[i], "--ascii") == 0 ? &o.ascii : NULL;
		if (!flag) {
			(void)fprintf(stderr, "ceremony tour [--plain] [--mono] [--ascii] | --paper FILE.pdf|FILE.txt\n");
			return 2;
		}
		*flag = true;
	}
	if (plain) {
		plain_open(&lines, STDIN_FILENO, STDOUT_FILENO);
		plain_echo(&lines, PLAIN_QUIET);
		face = plain_face(&lines);
	} else if (!tui_open(&tui, &o, &e)) {
		return complain(&e);
	} else {
		face = tui_face(&tui);
	}
	bool done = tour_run(&face, plain, &e);
	face.close(face.ctx);
	return done ? 0 : e.id != ERR_NONE ? complain(&e) : 1;
}
