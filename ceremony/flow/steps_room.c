/* steps_room.c: the room before anything is made: who is here, what time it is, and what
 * machine this is. Step kinds roll-call, clock, environment. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/aside.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/pki/name.h"

/* ---- roll-call --------------------------------------------------------------- */

static const struct param roll_call_params[] = {
	{ "form", PARAM_CHOICE, "role", 0, 0, "role one", "a form for each role, or one for all" },
};

static const char *const role_titles[] = {
	[ROLE_ADMINISTRATOR] = "Administrator",          [ROLE_OFFICER] = "Security officers",
	[ROLE_CUSTODIAN] = "Share custodians",           [ROLE_WITNESS] = "Witnesses",
	[ROLE_AUDITOR] = "Auditors",
};

static unsigned roles_used(const struct flow *f)
{
	unsigned n = 0;

	for (int r = 0; r < ROLE_COUNT_; r++)
		n += f->script->num_people[r] > 0;
	return n;
}

/* The n-th role of which the script wants people. */
static enum role role_at(const struct flow *f, unsigned n)
{
	for (int r = 0; r < ROLE_COUNT_; r++)
		if (f->script->num_people[r] > 0 && n-- == 0)
			return (enum role)r;
	return ROLE_ADMINISTRATOR;
}

static bool is_one_form(const struct flow *f)
{
	return bytes_is(script_param(now_step(f), "form"), "one");
}

/* The roles that this form asks for: all, or the one of its round. */
static unsigned first_asked(const struct flow *f)
{
	return is_one_form(f) ? 0 : f->round;
}

static unsigned end_asked(const struct flow *f)
{
	return is_one_form(f) ? roles_used(f) : f->round + 1;
}

static unsigned num_forms(const struct flow *f)
{
	return is_one_form(f) ? 1 : roles_used(f);
}

static bool is_by_role(const struct flow *f)
{
	return !is_one_form(f);
}

static const char *person_key(const struct flow *f, enum role r, unsigned i)
{
	return say(f, "%s.%u", role_name(r), i + 1);
}

/* "Officer 2"; without a number where there is but one. */
static const char *person_label(const struct flow *f, enum role r, unsigned i)
{
	const char *name = role_name(r);

	if (f->script->num_people[r] == 1)
		return say(f, "%c%s", name[0] - 'a' + 'A', name + 1);
	return say(f, "%c%s %u", name[0] - 'a' + 'A', name + 1, i + 1);
}

static void ask_names(const struct flow *f, struct prompt *p, enum role r)
{
	for (unsigned i = 0; i < f->script->num_people[r]; i++) {
		struct ask *a = prompt_ask(p, ASK_TEXT, person_key(f, r, i), person_label(f, r, i));
		a->hint = "given name and family name";
		if (f->person[r][i]) /* came back to be corrected */
			a->preset = f->person[r][i];
	}
}

static const char *title_roll_call(const struct flow *f)
{
	return is_one_form(f) ? "Roll call" : say(f, "Roll call: %s", role_titles[role_at(f, f->round)]);
}

static void prompt_roll_call(const struct flow *f, struct prompt *p)
{
	p->text = "Each person says their name and shows their identity document to the others. The administrator "
	          "types the name as the document has it.\nOne person has one role.";
	for (unsigned n = first_asked(f); n < end_asked(f); n++)
		ask_names(f, p, role_at(f, n));
	if (is_one_form(f))
		prompt_ask(p, ASK_CONFIRM, "everyone", "Read aloud: everyone is here; the names are right");
}

bool person_same(struct bytes a, struct bytes b)
{
	return bytes_equal(a, b) || (text_is_plain(a) && text_is_plain(b) && name_value_same(a, b));
}

/* Whether the name was given in an earlier round: a later one may be one that is being corrected. */
static bool is_present(const struct flow *f, struct bytes name)
{
	for (unsigned n = 0; n < f->round; n++) {
		enum role r = role_at(f, n);
		for (unsigned i = 0; i < f->script->num_people[r]; i++)
			if (person_same(name, bytes_str(f->person[r][i])))
				return true;
	}
	return false;
}

/* A time or a number that was typed into the wrong field is no name. */
static bool is_name(struct bytes name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((name.p[i] >= 'A' && name.p[i] <= 'Z') || (name.p[i] >= 'a' && name.p[i] <= 'z') || name.p[i] >= 0x80)
			return true;
	return false;
}

bool person_name_fits(struct bytes name, struct err *e)
{
	static const char *const taken[] = { "everyone", "everybody", "nobody", "none", "new", "hand-over", "withheld" };

	if (text_columns(name) > 40)
		return err_set(e, ERR_FLOW_FIELD, "a name of more than 40 columns");
	for (size_t i = 0; i < COUNT_OF(taken); i++)
		if (bytes_is(name, taken[i]))
			return err_set(e, ERR_FLOW_FIELD, "%s is no name", taken[i]);
	return is_name(name) || err_set(e, ERR_FLOW_FIELD, "%.*s is no name", (int)name.len, (const char *)name.p);
}

static bool take_roll_call(const struct flow *f, const struct fields *answer, struct err *e)
{
	for (size_t i = 0; i < answer->num; i++) {
		struct bytes name = bytes_trim(answer->item[i].value);
		if (bytes_is(answer->item[i].key, "everyone"))
			continue;
		if (!person_name_fits(name, e))
			return false;
		if (is_present(f, name))
			return err_set(e, ERR_FLOW_PERSON_TWICE, "%.*s", (int)name.len, (const char *)name.p);
		for (size_t k = 0; k < i; k++)
			if (person_same(bytes_trim(answer->item[k].value), name))
				return err_set(e, ERR_FLOW_PERSON_TWICE, "%.*s", (int)name.len, (const char *)name.p);
	}
	return true;
}

static bool take_names(struct flow *f, const struct fields *data, enum role r, struct err *e)
{
	for (unsigned i = 0; i < f->script->num_people[r]; i++) {
		char key[40];
		(void)snprintf(key, sizeof key, "%s.%u", role_name(r), i + 1);
		struct bytes name = arena_copy(f->arena, bytes_trim(fields_get(data, key)));
		if (!name.p)
			return err_set(e, ERR_TOO_LARGE, "names");
		f->person[r][i] = (const char *)name.p;
	}
	return true;
}

static bool apply_roll_call(struct flow *f, const struct fields *data, struct err *e)
{
	for (unsigned n = first_asked(f); n < end_asked(f); n++)
		if (!take_names(f, data, role_at(f, n), e))
			return false;
	return true;
}

/* One form holds one name a line, and what confirms them. */
static bool roll_call_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	unsigned people = 0;

	for (int r = 0; r < ROLE_COUNT_; r++)
		people += s->num_people[r];
	return !bytes_is(script_param(step, "form"), "one") || people < PROMPT_MAX_ASKS ||
	       err_set(e, ERR_SCRIPT_ORDER, "[step %s]: form = one holds %d people, [roles] has %u", step->id,
	               PROMPT_MAX_ASKS - 1, people);
}

static void prompt_everyone(const struct flow *f, struct prompt *p)
{
	p->text = "The administrator reads the list aloud. Esc goes back to correct a name.";
	for (unsigned n = 0; n < roles_used(f); n++) {
		enum role   r = role_at(f, n);
		const char *names = f->person[r][0];
		for (unsigned i = 1; i < f->script->num_people[r]; i++)
			names = say(f, "%s, %s", names, f->person[r][i]);
		prompt_row(p, role_titles[r], names);
	}
	prompt_ask(p, ASK_CONFIRM, "everyone", "Everyone is here; the names are right");
}

static const struct turn roll_call_turns[] = {
	{ .name = "people",
	  .role = ROLE_ADMINISTRATOR,
	  .rounds = num_forms,
	  .title_of = title_roll_call, .prompt = prompt_roll_call,
	  .take = take_roll_call,
	  .apply = apply_roll_call },
	{ .name = "everyone", .flags = TURN_BACK, .when = is_by_role, .role = ROLE_ADMINISTRATOR, .title = "Is everyone here, and in the right role?", .prompt = prompt_everyone },
};

const struct step_kind step_kind_roll_call = {
	.name = "roll-call",
	.title = "Roll call",
	.role = ROLE_ADMINISTRATOR,
	.gives = FACT(FACT_PEOPLE),
	.param = roll_call_params,
	.num_params = COUNT_OF(roll_call_params),
	.fits = roll_call_fits,
	.turn = roll_call_turns,
	.num_turns = COUNT_OF(roll_call_turns),
	.what = "The names of all who take part are written down, each in one role.",
	.why = "An auditor must be able to say who was there, and that nobody held two roles.",
	.clause = "BR 6.1.1.1; WebTrust for CAs 4.1; ETSI EN 319 411-1 6.5.1",
	.fail = "If a person is missing, press F2 to pause: nothing irreversible has been done.",
};

/* ---- clock ---------------------------------------------------------------------- */

#define TOLERANCE      120
#define TOLERANCE_TEXT "120"

static const struct param clock_params[] = {
	{ "tolerance", PARAM_NUMBER, TOLERANCE_TEXT, 1, 3600, NULL, "seconds that a watch may differ" },
};

static void prompt_clock(const struct flow *f, struct prompt *p)
{
	p->text = "Every validity date comes from this machine's clock. An officer and a witness read the time in UTC "
	          "from their own watches, without looking at the screen.";
	prompt_watches(f, p);
}

static const char *observer(const struct flow *f)
{
	unsigned n = flow_nth(f, ROLE_WITNESS, 0);

	return f->person[ROLE_WITNESS][n] && !f->away[ROLE_WITNESS][n] ? f->person[ROLE_WITNESS][n] :
	                                                                flow_person(f, ROLE_AUDITOR, 0);
}

/* A watch is compared after the clock has jumped, too: in whatever step that is. */
static uint64_t tolerance(const struct flow *f)
{
	for (size_t i = 0; i < f->script->num_steps; i++)
		if (f->script->step[i].kind == &step_kind_clock)
			return script_number(&f->script->step[i], "tolerance");
	return TOLERANCE;
}

static void prompt_time(const struct flow *f, struct prompt *p, const char *key, const char *who)
{
	struct ask *a = prompt_ask(p, ASK_TEXT, key, say(f, "Watch of %s", who));

	a->hint = "the time in UTC, HH:MM:SS";
	a->shape = SHAPE_TIME;
}

void prompt_watches(const struct flow *f, struct prompt *p)
{
	const char *one = flow_person(f, ROLE_OFFICER, 0), *other = observer(f);
	char        now[24];

	prompt_row(p, "This clock says", say(f, "%.10s; the time is covered", utc_str(now, f->time)));
	prompt_row(p, "May differ", say(f, "%llu seconds", (unsigned long long)tolerance(f)));
	prompt_time(f, p, "watch.1", one);
	prompt_time(f, p, "watch.2", other);
	p->role = "watches";
	p->no_clock = true;
	prompt_two(f, p, one, other);
}

/* Seconds of the day of "HH:MM:SS" or "HH:MM"; -1 if it is neither. */
static int64_t day_seconds(struct bytes text)
{
	char    full[24];
	int64_t t = 0;

	if (text.len != 8 && text.len != 5)
		return -1;
	(void)snprintf(full, sizeof full, "1970-01-01T%.*s%sZ", (int)text.len, (const char *)text.p,
	               text.len == 5 ? ":00" : "");
	return utc_parse(&t, bytes_str(full)) ? t : -1;
}

/* The answer's own time is checked against the event that carries it: the flow's time is that
 * of the event before, at most moments earlier; the verifier sees the same two. */
static int64_t offset(const struct flow *f, int64_t watch)
{
	int64_t now = f->clock_now ? f->clock_now : f->time, off = (watch - now % UTC_DAY + UTC_DAY) % UTC_DAY;

	return off > UTC_DAY / 2 ? off - UTC_DAY : off;
}

static const char *const watches[] = { "watch.1", "watch.2" }, *const offsets[] = { "offset.1", "offset.2" };

/* In hours and minutes: nobody counts 20916 seconds. */
static bool clock_differs(int watch, int64_t off, struct err *e)
{
	long long s = off < 0 ? -off : off;

	return err_set(e, ERR_CLOCK_DIFFERS, "watch %d is %lld:%02lld:%02lld %s", watch, s / 3600, s / 60 % 60, s % 60,
	               off < 0 ? "behind" : "ahead");
}

bool take_watches(const struct flow *f, const struct fields *answer, struct err *e)
{
	int64_t may = (int64_t)tolerance(f);

	for (int i = 0; i < 2; i++) {
		int64_t watch = day_seconds(bytes_trim(fields_get(answer, watches[i])));
		if (watch < 0)
			return err_set(e, ERR_FLOW_FIELD, "watch %d: write HH:MM:SS", i + 1);
		int64_t off = offset(f, watch);
		if ((off > may || off < -may) && !flow_is_waived(f, ERR_CLOCK_DIFFERS))
			return clock_differs(i + 1, off, e);
	}
	return true;
}

void more_watches(const struct flow *f, const struct fields *answer, struct fields *data)
{
	for (int i = 0; i < 2; i++)
		fields_fmt(data, offsets[i], "%+lld", (long long)offset(f, day_seconds(bytes_trim(fields_get(answer, watches[i])))));
}

static const struct turn clock_turns[] = {
	{ .name = "watches", .role = ROLE_OFFICER, .title = "Two people confirm the clock", .prompt = prompt_clock, .take = take_watches, .more = more_watches },
};

const struct step_kind step_kind_clock = {
	.name = "clock",
	.title = "Clock",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_PEOPLE),
	.gives = FACT(FACT_CLOCK),
	.param = clock_params,
	.num_params = COUNT_OF(clock_params),
	.turn = clock_turns,
	.num_turns = COUNT_OF(clock_turns),
	.what = "Two people compare their watches with the machine's clock.",
	.why = "A wrong clock makes certificates that are not yet valid, or live too long.",
	.clause = "RFC 5280 4.1.2.5; BR 7.1.2.1.1 (notBefore)",
	.fail = "If the clock is wrong, press F2 to pause, set it, and resume.",
};

/* ---- environment ------------------------------------------------------------------ */

static const struct param environment_params[] = {
	{ "air-gap", PARAM_CHOICE, "required", 0, 0, "required warn", "what a network interface means" },
	{ "swap", PARAM_CHOICE, "forbidden", 0, 0, "forbidden warn", "what swap space means" },
};

static bool check_host(const struct flow *f, const struct fields *out, struct err *e)
{
	bool strict = !f->rehearsal;

	if (!fields_is(out, "core-dumps", "off"))
		return err_set(e, ERR_HOST_CORE, "core dumps are on");
	if (strict && bytes_is(script_param(now_step(f), "air-gap"), "required") && !fields_is(out, "network", "none") &&
	    !flow_is_waived(f, ERR_HOST_NETWORK)) {
		struct bytes seen = fields_get(out, "network");
		return err_set(e, ERR_HOST_NETWORK, "%.*s", (int)seen.len, (const char *)seen.p);
	}
	if (strict && bytes_is(script_param(now_step(f), "swap"), "forbidden") && !fields_is(out, "swap", "none") &&
	    !flow_is_waived(f, ERR_HOST_SWAP))
		return err_set(e, ERR_HOST_SWAP, "swap is on");
	return true;
}

static bool apply_host(struct flow *f, const struct fields *data, struct err *e)
{
	f->host = fields_on(f->arena);
	fields_add_all(&f->host, data);
	return !f->host.failed || err_set(e, ERR_TOO_LARGE, "what was seen of the machine");
}

/* What the fields of host-look are called in a room. */
static const char *host_label(const struct flow *f, const struct field *it)
{
	static const char *const label[][2] = {
		{ "network", "Network" }, { "swap", "Swap" }, { "core-dumps", "Core dumps" }, { "memory-lock", "Lockable memory" },
		{ "kernel", "Kernel" },
	};

	for (size_t i = 0; i < COUNT_OF(label); i++)
		if (bytes_is(it->key, label[i][0]))
			return label[i][1];
	return say_bytes(f, it->key);
}

/* "8388608 octets" are 8 MiB. */
static const char *host_value(const struct flow *f, const struct field *it)
{
	const struct bytes unit = BYTES_LIT(" octets");
	uint64_t n = 0;

	if (bytes_is(it->key, "memory-lock") && it->value.len > unit.len &&
	    bytes_to_u64(&n, bytes_first(it->value, it->value.len - unit.len), UINT64_MAX) && n >= 1 << 20)
		return say(f, "%llu MiB", (unsigned long long)n >> 20);
	return say_bytes(f, it->value);
}

/* A fact, or "ceremony 0.1.0 c4f1...": a program, with its SHA-256 in groups. */
static struct row *host_row(const struct flow *f, struct prompt *p, const struct field *it)
{
	uint8_t    octets[HASH_MAX];
	struct buf b = BUF_ON(octets);
	size_t     name = it->value.len > 64 ? it->value.len - 64 : 0;

	if (name && hex_decode(&b, bytes_skip(it->value, name)))
		return prompt_row(p, say_bytes(f, bytes_trim(bytes_first(it->value, name))), say_hex(f, buf_bytes(&b)));
	return prompt_row(p, host_label(f, it), host_value(f, it));
}

static void prompt_host(const struct flow *f, struct prompt *p)
{
	struct digest script;

	p->text = "Which script runs, and what the program sees of its machine. The auditor compares the words with the paper script, and the "
	          "programs' SHA-256 with the published ones.";
	script_digest(&script, f->script);
	prompt_row(p, "Script, profiles", say_words(f, digest_bytes(&script), SCRIPT_WORDS))->mark = true;
	for (size_t i = 0; i < f->host.num && p->num_rows < PROMPT_MAX_ROWS; i++) {
		const struct field *it = &f->host.item[i];
		bool odd = (bytes_is(it->key, "network") || bytes_is(it->key, "swap")) && !bytes_is(it->value, "none");
		if (!bytes_is(it->key, "op"))
			host_row(f, p, it)->mark = odd;
	}
	prompt_ask(p, ASK_CONFIRM, "agreed", "We have looked at it and agree to use this script and this machine");
}

static const struct turn environment_turns[] = {
	{ .name = "look", .role = ROLE_ADMINISTRATOR, .op = OP_HOST_LOOK, .check = check_host, .apply = apply_host },
	{ .name = "agree", .role = ROLE_AUDITOR, .title = "Look at the machine", .prompt = prompt_host },
};

const struct step_kind step_kind_environment = {
	.name = "environment",
	.title = "The machine",
	.role = ROLE_AUDITOR,
	.needs = FACT(FACT_PEOPLE),
	.gives = FACT(FACT_ENVIRONMENT),
	.param = environment_params,
	.num_params = COUNT_OF(environment_params),
	.turn = environment_turns,
	.num_turns = COUNT_OF(environment_turns),
	.what = "Network interfaces, swap, core dumps and the programs' own hashes are recorded.",
	.why = "A key that is made on a connected or changed machine is not a root key.",
	.clause = "BR 6.1.1.1, 6.7; ETSI EN 319 411-1 6.5.1",
	.fail = "Unplug what is connected, or take another machine. Press F2 to pause first.",
};
