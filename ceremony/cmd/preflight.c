/* preflight.c: see preflight.h. */
#include "ceremony/cmd/preflight.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "ceremony/base/text.h"
#include "ceremony/cmd/due.h"
#include "ceremony/cmd/host.h"
#include "ceremony/cmd/printer.h"
#include "ceremony/flow/media.h"
#include "ceremony/flow/request_scan.h"
#include "ceremony/paper/paper.h"

#define DISK_LEAST ((uint64_t)64 << 20)
#define MENDED_MAX 16
#define WORK       ((size_t)4 << 20) /* for one answer of a helper */

/* Where the next row goes: what is amiss displaces what is not. */
static struct preflight_row *place(struct preflight *p, bool amiss)
{
	if (p->num < PREFLIGHT_MAX)
		return &p->row[p->num++];
	for (size_t i = PREFLIGHT_MAX; amiss && i > 0; i--)
		if (!p->row[i - 1].amiss)
			return &p->row[i - 1];
	return NULL;
}

__attribute__((format(printf, 4, 5))) static void put(struct preflight *p, bool amiss, const char *label, const char *fmt, ...)
{
	va_list ap;

	p->num_amiss += amiss;
	struct preflight_row *row = place(p, amiss);
	if (!row)
		return;
	row->amiss = amiss;
	(void)snprintf(row->label, sizeof row->label, "%s", label);
	va_start(ap, fmt);
	(void)vsnprintf(row->value, sizeof row->value, fmt, ap);
	va_end(ap);
	(void)text_whole(row->label); /* what is amiss stands on the record */
	(void)text_whole(row->value);
}

static void put_err(struct preflight *p, const char *label, const struct err *e)
{
	char text[200];

	put(p, true, label, "%s", err_line(text, sizeof text, e));
}

/* ---- this machine and what it holds ------------------------------------------------------ */

static void look_at_record(struct preflight *p, const struct room *r)
{
	struct due    due[16];
	char          at[24];
	int64_t       now = r->runner.clock.now(r->runner.clock.ctx);
	size_t        num = due_list(due, COUNT_OF(due), &r->ledger, now);
	struct statvfs disk;

	put(p, false, "Script", "%s: %zu steps, %zu profiles", r->script.title, r->script.num_steps, r->script.num_profiles);
	if (r->ledger.num_ceremonies)
		put(p, false, "Record", "%u ceremonies, verified", r->ledger.num_ceremonies);
	else
		put(p, false, "Record", "new");
	for (size_t i = 0; i < num; i++)
		if (due[i].state == DUE_SOON || due[i].state == DUE_OVERDUE)
			put(p, false, due_state_name(due[i].state), "%.10s %s %s", utc_str(at, due[i].at), due[i].what, due[i].of);
	if (now < r->ledger.time)
		put(p, true, "Clock", "%s, before the last ceremony's end: set it", utc_str(at, now));
	else
		put(p, false, "Clock", "%s", utc_str(at, now));
	if (fstatvfs(r->record.fd, &disk) != 0)
		put(p, true, "Disk", "its free space cannot be asked for");
	else
		put(p, (uint64_t)disk.f_bavail * disk.f_frsize < DISK_LEAST, "Disk", "%llu MiB free",
		    (unsigned long long)((uint64_t)disk.f_bavail * disk.f_frsize >> 20));
}

/* Asks a helper; false with the reason as a row. The answer lives until the next. */
static bool ask(struct preflight *p, struct arena *work, const struct helper *h, struct call *c, const char *label)
{
	struct err e = { 0 };

	c->out = fields_on(work);
	if (helper_call(h, c, &e))
		return true;
	put_err(p, label, &e);
	return false;
}

static void look_at_machine(struct preflight *p, const struct room *r, struct arena *work)
{
	const struct helper host = host_helper(&r->record.fd);
	struct call         c = { .op = OP_HOST_LOOK };

	for (size_t i = 0; i < r->script.num_steps; i++) {
		const struct script_step *s = &r->script.step[i];
		if (s->kind != &step_kind_environment)
			continue;
		if (!ask(p, work, &host, &c, "Machine"))
			return;
		bool net = fields_is(&c.out, "network", "none"), swap = fields_is(&c.out, "swap", "none");
		put(p, !net && !r->rehearsal && bytes_is(script_param(s, "air-gap"), "required"), "Network", "%.*s",
		    (int)fields_get(&c.out, "network").len, (const char *)fields_get(&c.out, "network").p);
		put(p, !swap && !r->rehearsal && bytes_is(script_param(s, "swap"), "forbidden"), "Swap space", "%.*s",
		    (int)fields_get(&c.out, "swap").len, (const char *)fields_get(&c.out, "swap").p);
		return;
	}
}

/* The head of a list, which is taken off it; the last one has no separator behind it. */
static struct bytes take(struct bytes *list, uint8_t separator)
{
	struct bytes head;

	if (!bytes_cut(*list, separator, &head, list)) {
		head = *list;
		*list = bytes_of(NULL, 0);
	}
	return head;
}

/* ---- the token -------------------------------------------------------------------------------- */

/* One token of the list, "serial\tlabel\tmanufacturer\tmodel\tinitialised|empty\ttries", as fields. */
static void cut_token(struct bytes field[6], struct bytes line)
{
	for (size_t i = 0; i < 6; i++)
		field[i] = take(&line, '\t');
}

static void look_at_token(struct preflight *p, const struct room *r, struct arena *work)
{
	const struct script_step *s = room_token_step(&r->script);
	struct call               c = { .op = OP_TOKEN_LIST, .in = fields_on(work) };
	struct bytes              field[6];
	bool                      found = false, empty = false;
	uint64_t                  num = 0;

	if (!s)
		return;
	struct bytes label = script_param(s, "label");
	bool         init = bytes_is(script_param(s, "initialise"), "yes");
	fields_str(&c.in, "uri", r->token_uri);
	if (!ask(p, work, &p->token.helper, &c, "Token") || !fields_get_u64(&num, &c.out, "tokens", 1000))
		return;
	for (uint64_t i = 1; i <= num; i++) {
		char key[24];
		(void)snprintf(key, sizeof key, "token.%llu", (unsigned long long)i);
		cut_token(field, fields_get(&c.out, key));
		empty |= bytes_is(field[4], "empty");
		if (!bytes_equal(field[1], label))
			continue;
		found = true;
		bool stuck = bytes_is(field[5], "locked") || bytes_is(field[5], "final");
		put(p, stuck, "Token", "%.*s, serial %.*s%s%.*s", (int)field[1].len, (const char *)field[1].p, (int)field[0].len,
		    (const char *)field[0].p, stuck ? ", PIN tries: " : "", stuck ? (int)field[5].len : 0, (const char *)field[5].p);
	}
	if (found)
		return;
	put(p, !init || !empty, "Token", init && empty ? "an empty one, to be initialised as %.*s" :
	                                 init          ? "none is empty, to be initialised as %.*s: plug one in" :
	                                                 "%.*s is not plugged in",
	    (int)label.len, (const char *)label.p);
}

/* ---- the media ---------------------------------------------------------------------------------- */

/* Is the file on the medium? The list comes in pages. */
static bool has_file(struct preflight *p, struct arena *work, struct bytes medium, struct bytes name)
{
	uint64_t files = 1, from = 0;
	char     key[24];

	while (from < files) {
		struct call c = { .op = OP_MEDIA_LIST, .in = fields_on(work) };
		fields_put(&c.in, "medium", medium);
		fields_u64(&c.in, "from", from);
		c.out = fields_on(work);
		struct err e = { 0 };
		if (!helper_call(&p->media.helper, &c, &e) || !fields_get_u64(&files, &c.out, "files", 1u << 20))
			return false;
		uint64_t n = 1;
		for (;; n++) {
			(void)snprintf(key, sizeof key, "name.%llu", (unsigned long long)n);
			struct bytes it = fields_get(&c.out, key);
			if (!it.len)
				break;
			if (bytes_equal(it, name))
				return true;
		}
		if (n == 1)
			return false;
		from += n - 1;
	}
	return false;
}

static void look_at_files(struct preflight *p, struct arena *work, const struct script_step *s, struct bytes medium)
{
	struct bytes list = script_param(s, "files");
	size_t       len = work->len;

	if (bytes_is(list, "*"))
		return;
	while (list.len) {
		struct bytes name = bytes_trim(take(&list, ','));
		if (!has_file(p, work, medium, name))
			put(p, true, "File", "%.*s is not on the medium %.*s", (int)name.len, (const char *)name.p, (int)medium.len,
			    (const char *)medium.p);
		work->len = len;
	}
}

/* Devices are looked at, and none is mounted: nobody has said yet which is which. */
static void look_at_device(struct preflight *p, struct arena *work, const struct room *r, struct bytes medium)
{
	const struct script_medium *m = script_medium(&r->script, medium);
	struct call                 c = { .op = OP_MEDIA_FIND, .in = fields_on(work) };
	const bool                  disc = m && m->disc;
	char                        label[32], key[24];
	uint64_t                    num = 0, at = 0;

	(void)snprintf(label, sizeof label, "Medium %.*s", (int)medium.len, (const char *)medium.p);
	if (disc)
		fields_str(&c.in, "burners", "yes");
	if (!ask(p, work, &p->media.helper, &c, label) || !fields_get_u64(&num, &c.out, "devices", FIELDS_MAX))
		return;
	for (uint64_t i = 1; i <= num && !at; i++) {
		(void)snprintf(key, sizeof key, "%s.%llu", m && m->serial ? "serial" : "label", (unsigned long long)i);
		struct bytes is = fields_get(&c.out, key), state;
		(void)snprintf(key, sizeof key, "state.%llu", (unsigned long long)i);
		state = fields_get(&c.out, key);
		if (bytes_is(state, "usable") && (m && m->serial ? bytes_is(is, m->serial) : disc || media_same_label(is, m ? bytes_str(m->label) : medium)))
			at = i;
	}
	(void)snprintf(key, sizeof key, "device.%llu", (unsigned long long)at);
	if (at)
		put(p, false, label, "%.*s", (int)fields_get(&c.out, key).len, (const char *)fields_get(&c.out, key).p);
	else if (disc)
		put(p, true, label, "no drive%s%s with a blank disc in it", m->serial ? " of the serial " : "", m->serial ? m->serial : "");
	else
		put(p, true, label, "not plugged in: none has the %s %.*s", m && m->serial ? "serial" : "label",
		    m && m->serial ? (int)strlen(m->serial) : m ? (int)strlen(m->label) : (int)medium.len,
		    m && m->serial ? m->serial : m ? m->label : (const char *)medium.p);
}

static void look_at_medium(struct preflight *p, struct arena *work, const struct room *r, const struct script_step *s, struct bytes medium)
{
	struct call c = { .op = OP_MEDIA_LIST, .in = fields_on(work) };
	char        label[32];
	size_t      before = p->num;

	(void)snprintf(label, sizeof label, "Medium %.*s", (int)medium.len, (const char *)medium.p);
	for (size_t i = 0; i < before; i++) /* two steps may use one medium */
		if (strcmp(p->row[i].label, label) == 0)
			return;
	if (r->devices) {
		look_at_device(p, work, r, medium);
		return;
	}
	fields_put(&c.in, "medium", medium);
	if (!ask(p, work, &p->media.helper, &c, label))
		return;
	put(p, false, label, "%.*s files", (int)fields_get(&c.out, "files").len, (const char *)fields_get(&c.out, "files").p);
	if (s->kind == &step_kind_requests)
		look_at_files(p, work, s, medium);
}

/* A medium that a witness may bring a key on, and need not. */
static bool is_offer(const struct script_step *s)
{
	bool offer = s->kind == &step_kind_sign_off;

	for (size_t k = 0; k < s->kind->num_params; k++)
		offer &= strcmp(s->kind->param[k].key, "witness-keys") != 0 || !bytes_is(s->param[k], "minisign");
	return offer;
}

static void look_at_media(struct preflight *p, const struct room *r, struct arena *work)
{
	for (size_t i = 0; i < r->script.num_steps; i++) {
		const struct script_step *s = &r->script.step[i];
		for (size_t k = 0; k < s->kind->num_params; k++) {
			const char *key = s->kind->param[k].key;
			size_t      len = strlen(key);
			if (strcmp(key, "medium") == 0 || (strcmp(key, "copy") == 0 && !bytes_is(s->param[k], "none")) || (len > 7 && strcmp(key + len - 7, "-medium") == 0))
				if (s->param[k].len && !is_offer(s) && !script_scans(s))
					look_at_medium(p, work, r, s, s->param[k]);
			work->len = 0;
		}
		char       text[80];
		struct buf second = BUF_ON(text);
		if (media_second(&second, s))
			look_at_medium(p, work, r, s, buf_bytes(&second));
		work->len = 0;
	}
}

/* ---- paper and printers ------------------------------------------------------------------------------------ */

static void look_at_paper(struct preflight *p, const struct room *r)
{
	if (!paper_has_letters())
		put(p, false, "Paper", "names beyond Latin-1 are printed as \\u{HEX}: the package fonts-dejavu-core is not installed");
	for (size_t i = 0; i < r->script.num_steps; i++) {
		char         name[80], label[96], said[PRINTER_SAID];
		struct err   e = { 0 };
		struct bytes printer;
		if (r->script.step[i].kind != &step_kind_print)
			continue;
		printer = script_param(&r->script.step[i], "printer");
		(void)snprintf(name, sizeof name, "%.*s", (int)printer.len, (const char *)printer.p);
		(void)snprintf(label, sizeof label, "Printer %s", name);
		if (printer_state(said, name, &e))
			put(p, false, label, "%s", said);
		else
			put(p, true, label, "%s", e.detail);
	}
}

/* ---- all of it -------------------------------------------------------------------------------------- */

bool preflight_look(struct preflight *p, struct room *r, struct err *e)
{
	const char  *token_args[] = { "--record", r->options.record, NULL };
	struct arena work = arena_new(WORK);

	room_media(r);
	*p = (struct preflight){ 0 };
	bool ok = work.p != NULL || err_set(e, ERR_NO_MEMORY, "a look around");
	ok = ok && spawn_helper(&p->token, PORT_TOKEN, token_args, e) && spawn_helper(&p->media, PORT_MEDIA, r->media_args, e);
	if (ok) {
		look_at_record(p, r);
		look_at_machine(p, r, &work);
		work.len = 0;
		look_at_token(p, r, &work);
		work.len = 0;
		look_at_media(p, r, &work);
		look_at_paper(p, r);
	}
	spawn_done(&p->token);
	spawn_done(&p->media);
	arena_free(&work);
	return ok;
}

static void show(struct prompt *q, const struct preflight *p, const struct room *r)
{
	static const char *const choices[] = { "again", "Look again",
		                               "begin", "Begin nonetheless: each step looks again itself",
		                               "leave", "Leave: nothing has begun" };

	*q = (struct prompt){ .ceremony = r->script.title,
		              .rehearsal = r->rehearsal,
		              .num_rounds = 1,
		              .step_id = "preflight",
		              .turn = "preflight",
		              .role = "administrator",
		              .who = "",
		              .outside = true,
		              .can_back = true, /* which leaves */
		              .title = "Before it begins: something is amiss",
		              .text = "This is all that the ceremony will want, looked at now, while nothing has begun. What is marked needs a "
		                      "hand. To begin nonetheless is the ceremony's first exception: why is asked, and two approve it.",
		              .help_what = "The script, the record, the clock, the disk, the machine, the token and the media are looked at.",
		              .help_why = "What is missing in the tenth step is found before the first.",
		              .help_clause = "",
		              .help_fail = "Mend what is marked and look again. A medium that somebody brings later may be missing now." };
	for (int amiss = 1; amiss >= 0; amiss--) /* what needs a hand comes first */
		for (size_t i = 0; i < p->num; i++)
			if (p->row[i].amiss == (amiss == 1))
				q->row[q->num_rows++] = (struct row){ .label = p->row[i].label, .value = p->row[i].value, .mark = amiss == 1 };
	q->ask[0] = (struct ask){ .key = "preflight", .kind = ASK_CHOICE, .label = "What now?", .choice = choices, .num_choices = 3 };
	q->num_asks = 1;
}
_Static_assert(PREFLIGHT_MAX <= PROMPT_MAX_ROWS, "all rows fit one prompt");

/* What was answered: 'a'gain, 'b'egin, 'l'eave; 0 if the face is gone. */
static char ask_what_now(const struct room *r, const struct preflight *p, struct err *e)
{
	uint8_t       room[512];
	struct arena  a = ARENA_ON(room);
	struct prompt q;
	struct reply  reply = { .fields = fields_on(&a) };

	show(&q, p, r);
	if (!face_ask(&r->runner.face, &q, &reply, e))
		return 0;
	struct bytes what = fields_get(&reply.fields, "preflight");
	return reply.kind != REPLY_ANSWER ? 'l' : what.len ? (char)what.p[0] : 'a';
}

/* Everything that was amiss in any look so far. */
struct history {
	struct preflight now;
	unsigned         looks;
	char             seen[PREFLIGHT_MAX + MENDED_MAX][sizeof(struct preflight_row)];
	size_t           num;
};

static const char *row_text(char out[sizeof(struct preflight_row)], const struct preflight_row *row)
{
	(void)snprintf(out, sizeof(struct preflight_row), "%s: %s", row->label, row->value);
	return out;
}

static bool is_amiss(const struct preflight *p, const char *text)
{
	char one[sizeof(struct preflight_row)];

	for (size_t i = 0; i < p->num; i++)
		if (p->row[i].amiss && strcmp(row_text(one, &p->row[i]), text) == 0)
			return true;
	return false;
}

static void remember(struct history *h)
{
	h->looks++;
	for (size_t i = 0; i < h->now.num && h->num < COUNT_OF(h->seen); i++) {
		size_t k = 0;
		if (!h->now.row[i].amiss)
			continue;
		(void)row_text(h->seen[h->num], &h->now.row[i]);
		while (k < h->num && strcmp(h->seen[k], h->seen[h->num]) != 0)
			k++;
		h->num += k == h->num;
	}
}

/* What the open event says of it. Of what was mended the first MENDED_MAX are named. */
static void tell_looks(const struct history *h, struct fields *data)
{
	char     text[sizeof(struct preflight_row)], key[24];
	unsigned num_amiss = 0, num_mended = 0;

	fields_u64(data, "looks", h->looks);
	for (size_t i = 0; i < h->now.num; i++) {
		(void)snprintf(key, sizeof key, "amiss.%u", num_amiss + 1);
		if (!h->now.row[i].amiss)
			continue;
		fields_str(data, key, row_text(text, &h->now.row[i]));
		num_amiss++;
	}
	for (size_t i = 0; i < h->num && num_mended < MENDED_MAX; i++) {
		(void)snprintf(key, sizeof key, "mended.%u", num_mended + 1);
		if (is_amiss(&h->now, h->seen[i]))
			continue;
		fields_str(data, key, h->seen[i]);
		num_mended++;
	}
}
_Static_assert(PREFLIGHT_MAX + MENDED_MAX + SCRIPT_MAX_PROFILES + 16 <= FIELDS_MAX, "the open event has room for all of it");

bool preflight(struct room *r, struct fields *data, struct err *e)
{
	struct history *h = calloc(1, sizeof *h);
	char            what = 'a';

	if (!h)
		return err_set(e, ERR_NO_MEMORY, "a look around");
	while (what == 'a') {
		if (!preflight_look(&h->now, r, e)) {
			free(h);
			return false;
		}
		remember(h);
		what = h->now.num_amiss ? ask_what_now(r, &h->now, e) : 'b';
	}
	tell_looks(h, data);
	free(h);
	return what == 'b' || (what == 'l' && err_set(e, ERR_ROOM_LEFT, "%s", r->script.title));
}
