/* plain_prompt.c: see plain_prompt.h. */
#include "ceremony/cmd/plain_prompt.h"

#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/cmd/plain_line.h"

#define FOLDED 4 /* of more choices, one of which stands there already, that one alone is printed */

/* Long numbers in groups, as on the full screen. */
static const char *grouped(char *room, size_t cap, const char *text)
{
	struct buf b = buf_init(room, cap);

	text_groups(&b, bytes_str(text[0] ? text : "-"));
	return buf_cstr(&b);
}

/* What was asked and what the profile says, where it is something else than what will be signed; else that it is the same. */
static void show_review(struct plain *pl, const struct row *r)
{
	const bool as_asked = strcmp(r->asked, r->value) == 0, as_said = strcmp(r->allowed, r->value) == 0;
	char       text[2560], why[512];
	struct buf b = BUF_ON(why);

	if (r->asked[0] && !as_asked)
		plain_say(pl, 8, "asked: %s", grouped(text, sizeof text, r->asked));
	if (r->allowed[0] && !as_said)
		plain_say(pl, 8, "profile: %s", grouped(text, sizeof text, r->allowed));
	buf_fmt(&b, "%s%s", r->asked[0] && as_asked ? "; as asked" : "", r->allowed[0] && as_said ? "; as the profile says" : "");
	if (r->source[0] && !(as_said && strcmp(r->source, "profile") == 0))
		buf_fmt(&b, "; from %s", r->source);
	const char *said = buf_cstr(&b);
	plain_say(pl, 8, "will be signed: %s%s%s%s", grouped(text, sizeof text, r->value), said[0] ? " (" : "", said[0] ? said + 2 : "",
	          said[0] ? ")" : "");
}

static void show_rows(struct plain *pl, const struct prompt *p)
{
	char text[2560];

	for (size_t i = 0; i < p->num_rows; i++) {
		const struct row *r = &p->row[i];
		const char       *mark = r->mark ? "(!) " : "";
		if (!r->asked[0] && !r->allowed[0]) {
			plain_say(pl, 4, "%s%s: %s", mark, r->label, r->value[0] ? grouped(text, sizeof text, r->value) : "");
			continue;
		}
		plain_say(pl, 4, "%s%s", mark, r->label);
		show_review(pl, r);
	}
}

static void show_aloud(struct plain *pl, const struct prompt *p)
{
	if (!p->aloud[0])
		return;
	plain_say(pl, 0, "READ ALOUD:");
	plain_say(pl, 4, "%s", p->aloud);
}

void plain_show_sheet(struct plain *pl, const struct prompt *given)
{
	struct prompt        storage;
	const struct prompt *p = prompt_filled(&storage, given);

	show_rows(pl, p);
	show_aloud(pl, p);
	plain_say(pl, 0, "\n%s", p->title);
	plain_say(pl, 4, "%s", p->text);
}

/* "Custodian: Dora Dunn. Number 2 of 5." */
static void show_who(struct plain *pl, const struct prompt *p)
{
	char       text[512];
	struct buf b = BUF_ON(text);

	buf_fmt(&b, "%s%s%s.", p->role, p->role[0] && p->who[0] ? ": " : "", p->who);
	if (p->num_rounds > 1)
		buf_fmt(&b, " Number %u of %u.", p->round + 1, p->num_rounds);
	(void)buf_cstr(&b);
	if (text[0] >= 'a' && text[0] <= 'z') /* as it begins a line */
		text[0] = (char)(text[0] + 'A' - 'a');
	if (p->role[0] || p->who[0])
		plain_say(pl, 0, "%s", text);
}

void plain_show_prompt(struct plain *pl, const struct prompt *p)
{
	char line[512];

	if (pl->last_step != p->now + 1 && p->now < p->num_steps) {
		plain_say(pl, 0, "\n%s%s", p->rehearsal ? "REHEARSAL. " : "", p->ceremony);
		plain_say(pl, 0, "Step %zu of %zu: %s", p->now + 1, p->num_steps, p->step[p->now].title);
		pl->last_step = p->now + 1;
	}
	plain_say(pl, 0, "\n--- %s", p->title);
	show_who(pl, p);
	if (p->text[0])
		plain_say(pl, 0, "%s", p->text);
	show_rows(pl, p);
	show_aloud(pl, p);
	if (p->num_exceptions)
		plain_say(pl, 0, "Exceptions so far: %u; open: %u.", p->num_exceptions, p->num_open);
	if (p->irreversible)
		plain_say(pl, 0, "WARNING: this cannot be undone. Nothing happens until you answer.");
	if (p->secret)
		plain_say(pl, 0, "SECRET: one person at a time. DO NOT READ ALOUD.");
	if (p->refused)
		plain_say(pl, 0, "NOT TAKEN: %s", err_line(line, sizeof line, p->refused));
}

/* All of them; else the one that stands there already, and how to come to the others. */
static void show_choices(struct plain *pl, const struct ask *a, bool all)
{
	for (size_t i = 0; i < a->num_choices; i++) {
		const bool preset = strcmp(a->preset, a->choice[2 * i]) == 0;
		if (all || preset)
			plain_say(pl, 4, "%zu. %s%s", i + 1, a->choice[2 * i + 1], preset ? " (Enter takes this)" : "");
	}
	if (!all)
		plain_say(pl, 4, "? lists the other %zu.", a->num_choices - 1);
}

void plain_show_question(struct plain *pl, const struct prompt *p, const struct ask *a, uint8_t hand)
{
	plain_say(pl, 0, "%s%s%s%s", a->label, a->hint[0] ? " (" : "", a->hint, a->hint[0] ? ")" : "");
	if (a->kind == ASK_CHOICE)
		show_choices(pl, a, !a->preset[0] || a->num_choices <= FOLDED);
	if (a->kind == ASK_CONFIRM && p->irreversible)
		plain_say(pl, 4, "To do it, type %s. Or back, pause, abort.", word_of(hand, 0));
	else if (a->kind == ASK_CONFIRM)
		plain_say(pl, 4, "Type yes to confirm.");
	if (a->kind == ASK_TEXT && a->preset[0])
		plain_say(pl, 4, "Enter alone takes: %s", a->preset);
	plain_mark(pl);
}

void plain_show_help(struct plain *pl, const struct prompt *p)
{
	const struct {
		const char *label, *text;
	} part[] = { { "What", p->help_what },
		     { "Why", p->help_why },
		     { "Clause", p->help_clause },
		     { "If it fails", p->help_fail } };

	for (size_t i = 0; i < COUNT_OF(part); i++)
		if (part[i].text[0])
			plain_say(pl, 4, "%s: %s", part[i].label, part[i].text);
	plain_say(pl, 4, "Commands, on a line of their own: ? shows this. %s%s%s%s A \\ before one of these words makes it an answer.",
	          p->outside  ? "back leaves: nothing has begun." :
	          p->can_back ? "back goes back. pause leaves now, to resume later. abort ends the ceremony for good." :
	                        "back goes back to this prompt's first question. pause leaves now, to resume later. abort ends the ceremony for good.",
	          p->can_aside ? " !exception records that something is not as expected." : "",
	          p->can_people ? " !people records that somebody leaves, comes back, or hands over a role." : "",
	          pl->tour ? " tour tries the commands out; nothing is recorded, and this prompt waits." : "");
	for (size_t i = 0; i < p->num_asks; i++) {
		if (p->ask[i].kind != ASK_CHOICE || !p->ask[i].preset[0] || p->ask[i].num_choices <= FOLDED)
			continue;
		plain_say(pl, 0, "%s", p->ask[i].label);
		show_choices(pl, &p->ask[i], true);
	}
}
