/* matrix.c: every prompt of recorded ceremonies on real pseudo-terminals, in every size, character set and palette.
 *
 *   matrix RECORD...    replays the records' transcripts, asks the flow for each prompt on the way, and has the face
 *                       paint it. Nothing may be cut or missing; one prompt of each step kind is compared
 *                       with tui/test/golden/flow (ACCEPT=1 rewrites it). See scripts/e2e/screens.t. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/transcript.h"
#include "tui/test/steady.h"
#include "tui/test/vt.h"
#include "tui/tui.h"

#define MAX_SEEN 400
#define MAX_TEXT 65536

static const struct look {
	int  lines, cols;
	bool utf8, mono;
} looks[] = {
	{ 25, 80, true, false },  { 25, 80, true, true },  { 25, 80, false, false },  { 25, 80, false, true },
	{ 37, 100, true, false }, { 37, 100, true, true }, { 37, 100, false, false }, { 37, 100, false, true },
	{ 48, 128, true, false }, { 48, 128, true, true }, { 48, 128, false, false }, { 48, 128, false, true },
};
#define NUM_LOOKS COUNT_OF(looks)

/* Of each kind the first page is kept as a golden text in the three sizes; what it is in ASCII and without colour follows
 * from that (same_as). Of these, another turn or look too. */
static const struct {
	const char *kind, *turn, *suffix;
	size_t      look;
} more[] = {
	{ "review", "review", "-review-100x37", 4 }, { "review", "review", "-review-128x48", 8 },
	{ "root-key", "agree", "-ascii", 3 },        { "backup", NULL, "-128x48-ascii", 11 },
};

static const struct {
	const char *suffix;
	size_t      look;
} sizes[] = { { "", 0 }, { "-100x37", 4 }, { "-128x48", 8 } };

static struct shot {
	struct vt vt;
	char      first[MAX_TEXT]; /* the first page, as it stands */
	char      all[MAX_TEXT];   /* of each page the centre, without blanks */
} shots[NUM_LOOKS];

static char   seen[MAX_SEEN][128]; /* kind/turn/irreversible... */
static size_t num_seen, num_failed, num_goldens;
static bool   has_golden[64];
static struct secret share;

__attribute__((format(printf, 3, 4))) static void fault(const struct prompt *p, size_t look, const char *fmt, ...)
{
	va_list ap;

	num_failed++;
	(void)printf("# %s/%s", p->step_id, p->turn);
	if (look < NUM_LOOKS)
		(void)printf(" at %dx%d, %s, %s", looks[look].cols, looks[look].lines, looks[look].utf8 ? "UTF-8" : "ASCII",
		             looks[look].mono ? "monochrome" : "colour");
	(void)printf(": ");
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	(void)printf("\n");
	if (look < NUM_LOOKS)
		(void)printf("%s\n", shots[look].first);
}

/* ---- painting it ---------------------------------------------------------------------------- */

static int64_t at_nine(void *ctx)
{
	(void)ctx;
	return (int64_t)1795252462; /* 2026-11-21T09:14:22Z */
}

struct job {
	const struct prompt *p;
	bool                 mono;
};

static int child_main(void *ctx)
{
	static uint8_t     room[65536];
	const struct job  *j = ctx;
	struct tui         t = { 0 };
	struct tui_options o = { .clock = { at_nine, clock_system().mono, NULL, "" }, .mono = j->mono, .steady = true };
	struct arena       a = ARENA_ON(room);
	struct reply       r = { .fields = fields_on(&a) };
	struct err         e = { 0 };

	if (!tui_open(&t, &o, &e))
		return 3;
	struct face f = tui_face(&t);
	return f.ask(f.ctx, j->p, &r, &e) ? 0 : 4;
}

static void page_line(const struct vt *v, int y, int from, int to, struct buf *b)
{
	for (int x = from; x < to; x++)
		if (strcmp(v->cell[y][x].text, " ") != 0)
			buf_str(b, v->cell[y][x].text);
}

/* As prompt_is_wide; curses and the keys' names do not go into one file. */
static bool is_wide(const struct prompt *p)
{
	size_t digests = 0;

	for (size_t i = 0; i < p->num_rows; i++) {
		if (p->row[i].asked[0] || p->row[i].allowed[0])
			return true;
		digests += strspn(p->row[i].value, "0123456789abcdef \n") == strlen(p->row[i].value) && strlen(p->row[i].value) >= 64;
	}
	return digests >= 3 || p->num_rows >= 13 || p->num_steps == 0;
}

static void collect(struct shot *s, bool wide)
{
	struct buf b = buf_init(s->all, sizeof s->all);

	b.len = strlen(s->all);
	int from = wide ? 1 : 28;
	for (int y = 2; y < s->vt.lines - 1; y++)
		page_line(&s->vt, y, from, s->vt.cols - 1, &b);
	(void)buf_cstr(&b);
}

/* The number before " more below" and " more above"; -1 if it is not there. */
static int number_before(const struct vt *v, const char *text)
{
	static char storage[MAX_TEXT];
	struct buf  b = BUF_ON(storage);

	vt_text(v, &b);
	const char *at = strstr(buf_cstr(&b), text);
	while (at && at > storage && at[-1] >= '0' && at[-1] <= '9')
		at--;
	return at ? atoi(at) : -1;
}

/* The line that tells how much is above is painted after what is above it: when it is new, all is. */
static bool page_down(struct shot *s)
{
	int above = number_before(&s->vt, " more above");

	if (number_before(&s->vt, " more below") < 0)
		return false;
	vt_type(&s->vt, "\033[6~");
	for (int i = 0; i < 200 && number_before(&s->vt, " more above") == above; i++)
		(void)vt_read(&s->vt, 50);
	while (vt_read(&s->vt, 20))
		;
	return number_before(&s->vt, " more above") != above;
}

static void paint_look(struct prompt *p, size_t i)
{
	struct shot       *s = &shots[i];
	struct job         j = { p, looks[i].mono };
	const struct look *l = &looks[i];
	struct buf         b = BUF_ON(s->first);

	s->all[0] = s->first[0] = 0;
	if (!vt_start(&s->vt, l->lines, l->cols, "xterm-256color", l->utf8 ? "C.UTF-8" : "C", child_main, &j)) {
		fault(p, NUM_LOOKS, "no pseudo-terminal");
		return;
	}
	bool came = vt_wait(&s->vt, "F2 pause"); /* the last line, and curses paints from the top */
	vt_text(&s->vt, &b);
	(void)buf_cstr(&b);
	if (!came)
		fault(p, i, "the keys never came");
	collect(s, is_wide(p));
	for (int pages = 0; pages < 60 && page_down(s); pages++)
		collect(s, is_wide(p));
	for (size_t k = 1; k < p->num_asks; k++) { /* a long form scrolls with the field that is typed into */
		vt_type(&s->vt, "\t");
		(void)vt_read(&s->vt, 200);
		while (vt_read(&s->vt, 10))
			;
		collect(s, is_wide(p));
	}
	(void)kill(s->vt.child, SIGKILL);
	(void)waitpid(s->vt.child, NULL, 0);
	(void)close(s->vt.fd);
}

/* ---- what must be there ------------------------------------------------------------------------- */

static void all_words(const struct prompt *p, size_t look, const char *what, const char *text)
{
	char word[1024];

	for (const char *s = text; *s;) {
		size_t n = strcspn(s, " \n");
		if (n == 0) {
			s++;
			continue;
		}
		(void)snprintf(word, sizeof word, "%.*s", (int)n, s);
		bool ascii = true;
		for (size_t i = 0; i < n; i++)
			ascii &= (uint8_t)s[i] < 0x80;
		if ((ascii || looks[look].utf8) && !strstr(shots[look].all, word)) {
			fault(p, look, "\"%s\" of its %s is nowhere", word, what);
			return;
		}
		s += n;
	}
}

static void all_parts(const struct prompt *p, size_t look)
{
	char who[256];

	all_words(p, look, "title", p->title);
	all_words(p, look, "text", p->text);
	all_words(p, look, "aloud", p->aloud);
	for (size_t i = 0; i < p->num_rows; i++) {
		all_words(p, look, "label", p->row[i].label);
		all_words(p, look, "value", p->row[i].value);
		all_words(p, look, "asked", p->row[i].asked);
		all_words(p, look, "allowed", p->row[i].allowed);
	}
	for (size_t i = 0; !p->shown && i < p->num_asks; i++)
		all_words(p, look, "question", p->ask[i].label);
	(void)snprintf(who, sizeof who, "%s", p->role);
	if (who[0] && !strcasestr(shots[look].first, who))
		fault(p, look, "the role %s is not on the first page", who);
	if (p->who[0] && !strstr(shots[look].first, p->who))
		fault(p, look, "%s is not on the first page", p->who);
	if (!strstr(shots[look].first, p->ceremony))
		fault(p, look, "the ceremony's title is cut");
	if (p->rehearsal && !strstr(shots[look].first, "REHEARSAL"))
		fault(p, look, "it does not say REHEARSAL");
	if (p->irreversible != !!strstr(shots[look].first, "! THIS CANNOT BE UNDONE !"))
		fault(p, look, "the banner of what cannot be undone");
	if (p->secret != !!strstr(shots[look].first, "DO NOT READ ALOUD"))
		fault(p, look, "the banner of what is secret");
	if (p->shown && strstr(shots[look].all, "duckling"))
		fault(p, look, "the secret is shown unasked");
}

/* Other codes fit where there are no half blocks, and the prompt says so. */
static bool has_codes(const struct prompt *p)
{
	return p->num_asks && p->ask[0].kind == ASK_QR;
}

static void check_look(const struct prompt *p, size_t i)
{
	const char *odd = has_codes(p) ? NULL : steady_unlike(shots[i - i % 4].first, shots[i].first, !looks[i].utf8);
	if (odd)
		fault(p, i, "it differs from colour in UTF-8 at: %.20s", odd);
	const struct vt *v = &shots[i].vt;
	size_t           len = v->num_read < sizeof v->log ? (size_t)v->num_read : sizeof v->log;

	all_parts(p, i);
	for (size_t k = 0; !looks[i].utf8 && k < len; k++)
		if ((uint8_t)v->log[k] >= 0x80) {
			fault(p, i, "the octet %02x", (unsigned)(uint8_t)v->log[k]);
			break;
		}
	if (vt_has_colour(v) == looks[i].mono)
		fault(p, i, looks[i].mono ? "a colour" : "no colour");
}

/* What the machine says of itself is each machine's own; the digests of the programs are the same in length. */
static void hide_machine(struct prompt *p)
{
	static const char *const own[] = { "Network", "Swap", "Core dumps", "Lockable memory", "Kernel" };

	for (size_t i = 0; i < p->num_rows; i++)
		for (size_t k = 0; k < COUNT_OF(own); k++)
			if (strcmp(p->row[i].label, own[k]) == 0)
				p->row[i] = (struct row){ .label = own[k], .value = "as it is here", .asked = "", .allowed = "", .source = "" };
	for (size_t k = 0; k < COUNT_OF(sizes); k++)
		paint_look(p, sizes[k].look);
}

static void golden(const struct prompt *p, const char *kind, const char *suffix, size_t look)
{
	static uint8_t room[MAX_TEXT];
	struct arena   a = ARENA_ON(room);
	struct bytes   want = { 0 };
	struct err     e = { 0 };
	char           path[160];

	num_goldens++;
	(void)snprintf(path, sizeof path, "tui/test/golden/flow/%s%s.txt", kind, suffix);
	struct bytes have = bytes_str(shots[look].first);
	if (getenv("ACCEPT") && !file_write(AT_FDCWD, path, have, 0644, &e))
		fault(p, look, "%s cannot be written", path);
	if (!file_read(&want, &a, AT_FDCWD, path, sizeof room / 2, &e) || !bytes_equal(have, want))
		fault(p, look, "it is not as %s (ACCEPT=1 make e2e T=screens rewrites it)", path);
}

static void check_goldens(struct prompt *p, const char *kind, const char *turn)
{
	for (size_t i = 0; i < num_step_kinds; i++) {
		if (strcmp(step_kinds[i]->name, kind) != 0 || has_golden[i])
			continue;
		has_golden[i] = true;
		if (strcmp(kind, "environment") == 0)
			hide_machine(p);
		for (size_t k = 0; k < COUNT_OF(sizes); k++)
			golden(p, kind, sizes[k].suffix, sizes[k].look);
		for (size_t k = 0; k < COUNT_OF(more); k++)
			if (!more[k].turn && strcmp(more[k].kind, kind) == 0)
				golden(p, kind, more[k].suffix, more[k].look);
	}
	for (size_t k = 0; k < COUNT_OF(more); k++)
		if (more[k].turn && strcmp(more[k].kind, kind) == 0 && strcmp(more[k].turn, turn) == 0)
			golden(p, kind, more[k].suffix, more[k].look);
}

/* What one person does although it cannot be undone, and why that is enough. */
static const struct {
	const char *kind, *turn;
} by_one[] = {
	{ "checkpoint", "close" }, /* nothing is lost by it, and every witness signs after it */
};

/* Two people act in what cannot be undone: both are asked, or one types a secret that nobody else may see. */
static void check_two(const struct prompt *p, const char *kind)
{
	bool alone = p->secret;

	for (size_t i = 0; i < COUNT_OF(by_one); i++)
		alone |= strcmp(by_one[i].kind, kind) == 0 && strcmp(by_one[i].turn, p->turn) == 0;
	if (p->irreversible && !alone && (p->num_asks < 2 || !strstr(p->who, " and ")))
		fault(p, NUM_LOOKS, "it cannot be undone, and %s alone does it", p->who);
}

static void check_prompt(struct flow *f, const struct flow_next *next)
{
	static struct step_line outline[SCRIPT_MAX_STEPS];
	struct prompt           p, full;
	char                    name[128];
	const char             *kind = f->script->step[f->step].kind->name;

	flow_prompt(f, &p, outline);
	(void)snprintf(name, sizeof name, "%s/%s/%d%d%d", kind, p.turn, p.irreversible, p.secret, p.refused != NULL);
	for (size_t i = 0; i < num_seen; i++)
		if (strcmp(seen[i], name) == 0)
			return;
	MUST(num_seen < MAX_SEEN);
	(void)snprintf(seen[num_seen++], sizeof seen[0], "%s", name);
	p.shown = next->reveal != OP_NONE ? &share : NULL;
	steady_prompt(f->scratch, &p);
	prompt_filled(&full, &p);
	size_t before = num_failed;
	check_two(&full, kind);
	for (size_t i = 0; i < NUM_LOOKS; i++) {
		paint_look(&full, i);
		check_look(&full, i);
	}
	check_goldens(&full, kind, full.turn);
	(void)printf("%sok %zu - %s\n", num_failed > before ? "not " : "", num_seen, name);
	if (getenv("SHOW"))
		(void)printf("%s\n", shots[atoi(getenv("SHOW"))].first);
}

/* ---- the records --------------------------------------------------------------------------------- */

struct replay {
	struct bundle bundle;
	struct script script;
	struct flow   flow;
	struct arena  arena, scratch;
	struct merkle tree;
	struct ledger *ledger; /* the one before, borrowed; at the close it learns what the next must name */
};

static bool load_profile(void *ctx, const char *name, struct bytes *text, struct err *e)
{
	struct replay *r = ctx;
	char           file[80];

	(void)snprintf(file, sizeof file, "profiles/%s.ini", name);
	return file_read(text, &r->arena, r->bundle.fd, file, SCRIPT_MAX_LEN, e);
}

static bool replay_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct replay   *r = ctx;
	struct flow_next next;

	r->scratch.len = 0;
	r->flow.clock_now = ev->time;
	merkle_add(&r->tree, line);
	if (ev->type == EVENT_CLOSE || ev->type == EVENT_ABORT)
		(void)sha256_hex(r->ledger->before, line);
	if (!flow_check(&r->flow, ev, e) || !flow_apply(&r->flow, ev, e))
		return false;
	merkle_root(r->flow.tree_root, &r->tree);
	flow_next(&r->flow, &next);
	if (next.what == FLOW_ASK)
		check_prompt(&r->flow, &next);
	return true;
}

/* What comes after the close stands in no transcript: the flow is put there. */
static bool after_close(struct replay *r, struct err *e)
{
	struct flow *f = &r->flow;

	if (!f->closed || !file_read(&f->checkpoint, &r->arena, r->bundle.fd, "checkpoint", SCRIPT_MAX_LEN, e))
		return false;
	for (size_t from = f->turn + 1; f->step < f->script->num_steps; f->step++, from = 0) {
		const struct step_kind *k = f->script->step[f->step].kind;
		for (f->turn = from; f->turn < k->num_turns; f->turn++) {
			const struct turn *t = &k->turn[f->turn];
			f->phase = PHASE_ASK;
			f->round = 0;
			if (t->prompt && (!t->when || t->when(f)))
				check_prompt(f, &(struct flow_next){ .what = FLOW_ASK, .reveal = t->reveal });
		}
	}
	return true;
}

static bool replay_one(struct replay *r, const struct record *rec, unsigned number, struct ledger *l, struct arena *la, struct err *e)
{
	struct bytes text;
	char         hex[HASH_MAX * 2 + 1];

	*r = (struct replay){ .ledger = l, .bundle = { .fd = -1 }, .arena = arena_new((size_t)256 << 20), .scratch = arena_new((size_t)64 << 20) };
	bool ok = bundle_open(&r->bundle, rec, number, e) &&
	          file_read(&text, &r->arena, r->bundle.fd, "script.ini", SCRIPT_MAX_LEN, e) &&
	          script_parse(&r->script, &r->arena, "script.ini", text, load_profile, r, e) &&
	          flow_init(&r->flow, &r->script, l, &r->arena, &r->scratch, e) &&
	          transcript_each(r->bundle.fd, replay_line, r, e) &&
	          after_close(r, e) && flow_ledger(&r->flow, l, la, sha256_hex(hex, r->flow.checkpoint), e);
	bundle_done(&r->bundle);
	arena_free(&r->arena);
	arena_free(&r->scratch);
	return ok;
}

static bool replay_record(const char *path, struct err *e)
{
	static struct replay r;
	struct record        rec = { -1, -1 };
	struct bundle_list   list = { 0 };
	struct ledger        l;
	struct arena         la = arena_new((size_t)64 << 20);

	ledger_init(&l);
	bool ok = record_open(&rec, AT_FDCWD, path, false, e) && bundle_list(&list, &la, &rec, e);
	for (size_t i = 0; ok && i < list.num; i++)
		ok = replay_one(&r, &rec, list.item[i].number, &l, &la, e);
	record_done(&rec);
	arena_free(&la);
	return ok;
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	char       line[512];

	(void)setvbuf(stdout, NULL, _IONBF, 0); /* the children must not print it again */
	if (!secret_set(&share, BYTES_LIT("duckling enlarge academic academic agency result length solution fridge kidney"), &e))
		return 3;
	for (int i = 1; i < argc; i++) {
		if (!replay_record(argv[i], &e)) {
			(void)printf("Bail out! %s: %s\n", argv[i], err_line(line, sizeof line, &e));
			return 3;
		}
	}
	for (size_t i = 0; i < num_step_kinds; i++)
		if (!has_golden[i])
			(void)printf("# no prompt of the kind %s\n", step_kinds[i]->name);
	(void)printf("# %zu prompts in %zu looks, %zu golden\n", num_seen, NUM_LOOKS, num_goldens);
	secret_done(&share);
	return num_failed || num_seen == 0;
}
