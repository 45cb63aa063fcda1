/* media.c: see media.h. */
#include "ceremony/flow/media.h"

#include "ceremony/base/text.h"
#include "ceremony/flow/cards.h"

/* A medium that a turn uses: everybody's (owner 0), or the one that person number `owner` has brought. */
struct use {
	struct bytes name;
	unsigned     owner;
};

/* ---- which medium ---------------------------------------------------------------------- */

static struct bytes param_of(const struct script_step *s, const char *key)
{
	for (size_t i = 0; i < s->kind->num_params; i++)
		if (strcmp(s->kind->param[i].key, key) == 0)
			return s->param[i];
	return bytes_of(NULL, 0);
}

static const struct script_step *step_of(const struct flow *f, const struct step_kind *k)
{
	for (size_t i = 0; i < f->script->num_steps; i++)
		if (f->script->step[i].kind == k)
			return &f->script->step[i];
	bug(__FILE__, __LINE__, "no such step");
}

static bool is_op_of_media(enum op op)
{
	switch (op) {
	case OP_MEDIA_LIST:
	case OP_MEDIA_NEWEST:
	case OP_MEDIA_READ:
	case OP_MEDIA_HASH:
	case OP_MEDIA_WRITE:
	case OP_MEDIA_RELEASE:
	case OP_LIST_TAKE:
	case OP_CRL_LOOK:
	case OP_CRL_ADOPT:
	case OP_FILE_DELIVER:
	case OP_RECORD_DELIVER:
	case OP_MEDIA_BURN:
		return true;
	default:
		return false;
	}
}

static bool use_of(const struct flow *f, const struct turn *t, struct use *out)
{
	static const char *const keys[] = { "medium", "copies-medium", "copy" };

	*out = (struct use){ 0 };
	if (!f->devices)
		return false;
	if (t->op == OP_SHARE_CARD && cards_written(f)) {
		*out = (struct use){ script_param(now_step(f), "cards"), f->round + 1 };
	} else if (t->op == OP_WITNESS_BRING || t->op == OP_WITNESS_SIGN_BROUGHT) {
		*out = (struct use){ script_param(step_of(f, &step_kind_sign_off), "medium"), f->round + 1 };
	} else if (is_op_of_media(t->op) && t->medium) {
		out->name = bytes_str(t->medium(f));
	} else if (is_op_of_media(t->op)) {
		for (size_t i = 0; i < COUNT_OF(keys) && !out->name.len; i++)
			out->name = param_of(now_step(f), keys[i]);
	}
	return out->name.len > 0;
}

static struct flow_medium *find(const struct flow *f, const struct use *use)
{
	struct flow_medium *m = f->media;

	while (m && (!bytes_is(use->name, m->name) || m->owner != use->owner))
		m = m->next;
	return m;
}

const char *media_bound(const struct flow *f, const struct turn *t)
{
	struct use          use;
	struct flow_medium *m = use_of(f, t, &use) ? find(f, &use) : NULL;

	return m ? m->device : NULL;
}

/* A device has one name. */
static const char *name_of(const struct flow *f, struct bytes device)
{
	for (const struct flow_medium *m = f->media; m; m = m->next)
		if (bytes_is(device, m->device))
			return m->name;
	return NULL;
}

static bool bind(struct flow *f, const struct use *use, struct bytes device, struct err *e)
{
	struct flow_medium *m = arena_take(f->arena, sizeof *m);
	struct bytes        name = arena_copy(f->arena, use->name), line = arena_copy(f->arena, device);

	if (!m || !name.p || !line.p)
		return err_set(e, ERR_TOO_LARGE, "a medium");
	*m = (struct flow_medium){ f->media, (const char *)name.p, use->owner, (const char *)line.p };
	f->media = m;
	f->looked = false;
	return true;
}

const struct turn *media_turn(const struct flow *f, const struct turn *t)
{
	struct use use;
	bool       asking = t->prompt && f->phase == PHASE_ASK;

	/* A secret that was typed is not kept waiting: there the medium comes first. */
	if ((asking && !op_text_of(t->op)->secret_in) || !use_of(f, t, &use) || find(f, &use))
		return NULL;
	return f->looked ? &turn_bind_medium : &turn_find_medium;
}

bool media_check(const struct flow *f, const struct turn *t, const struct fields *out, struct err *e)
{
	const char *bound = media_bound(f, t);

	return !bound || fields_is(out, "device", bound) || err_set(e, ERR_MEDIUM_OTHER, "%.180s was bound", bound);
}

bool media_uses(const struct flow *f, const struct turn *t)
{
	struct use use;

	return use_of(f, t, &use);
}

/* ---- looking ---------------------------------------------------------------------------- */

static const struct script_medium *section_of(const struct flow *f, struct use *use)
{
	MUST(use_of(f, script_turn(f), use));
	return script_medium(f->script, use->name);
}

static struct bytes label_of(const struct flow *f)
{
	struct use                  use;
	const struct script_medium *m = section_of(f, &use);

	return m ? bytes_str(m->label) : use.name;
}

static bool is_pinned(const struct flow *f)
{
	struct use                  use;
	const struct script_medium *m = section_of(f, &use);

	return m && m->serial;
}

bool media_is_disc(const struct flow *f, const char *name)
{
	const struct script_medium *m = script_medium(f->script, bytes_str(name));

	return f->devices && m && m->disc;
}

static bool is_disc(const struct flow *f)
{
	struct use use;

	(void)section_of(f, &use);
	return media_is_disc(f, say_bytes(f, use.name));
}

const char *media_volume(const struct flow *f, const char *name)
{
	const struct script_medium *m = script_medium(f->script, bytes_str(name));
	char                        volume[MEDIA_MAX_VOLUME + 1] = "";

	for (size_t i = 0; m && i < MEDIA_MAX_VOLUME && m->label[i]; i++) {
		char c = m->label[i];
		volume[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
	}
	return say(f, "%s", volume);
}

bool media_same_label(struct bytes a, struct bytes b)
{
	bool same = a.len == b.len;

	for (size_t i = 0; same && i < a.len; i++) {
		int x = a.p[i], y = b.p[i];
		x = x >= 'A' && x <= 'Z' ? x + 32 : x;
		y = y >= 'A' && y <= 'Z' ? y + 32 : y;
		same = x == y;
	}
	return same;
}

static struct bytes said(const struct flow *f, const struct fields *in, const char *what, uint64_t n)
{
	return fields_get(in, say(f, "%s.%llu", what, (unsigned long long)n));
}

static uint64_t num_devices(const struct fields *in)
{
	uint64_t n = 0;

	return fields_get_u64(&n, in, "devices", FIELDS_MAX / 4) ? n : 0;
}

static bool ask_find(const struct flow *f, struct fields *in, struct err *e)
{
	struct use                  use;
	const struct script_medium *m = section_of(f, &use);

	(void)e;
	fields_str(in, "wait", "yes");
	if (is_disc(f))
		fields_str(in, "burners", "yes");
	fields_put(in, "label", label_of(f));
	if (m && m->serial)
		fields_str(in, "serial", m->serial);
	return true;
}

/* The one that the script's serial, and its label if it says one, names. */
static bool pick_pinned(const struct flow *f, struct bytes *device, const struct fields *out, struct err *e)
{
	struct use                  use;
	const struct script_medium *m = section_of(f, &use);
	unsigned                    num = 0;
	struct bytes                other = { 0 };

	for (uint64_t i = 1; i <= num_devices(out); i++) {
		struct bytes state = said(f, out, "state", i);
		if (m->disc && !bytes_is(state, "usable") && bytes_is(said(f, out, "serial", i), m->serial))
			return err_set(e, ERR_DISC_NONE, "%s, serial %s: %.*s", m->name, m->serial, (int)bytes_first(state, 80).len, (const char *)state.p);
		if (!bytes_is(state, "usable"))
			continue;
		other = said(f, out, "device", i);
		if (!bytes_is(said(f, out, "serial", i), m->serial) ||
		    (m->labelled && !m->disc && !media_same_label(said(f, out, "label", i), bytes_str(m->label))))
			continue;
		*device = other;
		num++;
	}
	if (num > 1)
		return err_set(e, ERR_MEDIUM_ALIKE, "serial %s", m->serial);
	if (num == 0 && other.len)
		return err_set(e, ERR_MEDIUM_OTHER, "%s is serial %s; there is %.*s", m->name, m->serial, (int)bytes_first(other, 110).len,
		               (const char *)other.p);
	if (num == 0)
		return err_set(e, ERR_MEDIUM_MISSING, "%s, serial %s", m->name, m->serial);
	const char *taken = name_of(f, *device);
	return !taken || m->disc || err_set(e, ERR_MEDIUM_OTHER, "%s is bound as %s", m->name, taken);
}

static bool check_find(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes device;
	uint64_t     n = 0;

	if (!fields_get_u64(&n, out, "devices", FIELDS_MAX / 4))
		return err_set(e, ERR_FLOW_FIELD, "devices");
	for (uint64_t i = 1; i <= n; i++)
		if (!text_is_plain(said(f, out, "device", i)) || !said(f, out, "device", i).len)
			return err_set(e, ERR_FLOW_FIELD, "device.%llu", (unsigned long long)i);
	return !is_pinned(f) || pick_pinned(f, &device, out, e);
}

static bool apply_find(struct flow *f, const struct fields *data, struct err *e)
{
	struct use   use;
	struct bytes device;

	(void)section_of(f, &use);
	if (is_pinned(f))
		return pick_pinned(f, &device, data, e) && bind(f, &use, device, e);
	f->found = fields_on(f->arena);
	fields_add_all(&f->found, data);
	f->looked = true;
	return !f->found.failed || err_set(e, ERR_TOO_LARGE, "media");
}

const struct turn turn_find_medium = {
	.name = "find-medium", .role = ROLE_ADMINISTRATOR, .op = OP_MEDIA_FIND, .ask = ask_find, .check = check_find, .apply = apply_find,
};

/* ---- two people say which ------------------------------------------------------------------ */

static bool may_be(const struct flow *f, uint64_t i)
{
	return bytes_is(said(f, &f->found, "state", i), "usable") && (is_disc(f) || !name_of(f, said(f, &f->found, "device", i)));
}

/* The rows of what is there; those that can be chosen also as choices. Returns how many. */
static size_t put_devices(const struct flow *f, struct prompt *p, const char **choice)
{
	size_t n = 0;

	for (uint64_t i = 1; i <= num_devices(&f->found); i++) {
		struct bytes device = said(f, &f->found, "device", i), state = said(f, &f->found, "state", i);
		const char  *taken = name_of(f, device);
		bool         fits = is_disc(f) || media_same_label(said(f, &f->found, "label", i), label_of(f));
		prompt_row(p, say(f, "Medium %llu", (unsigned long long)i), say(f, "%.*s", (int)device.len, (const char *)device.p))->mark = !fits;
		if (!may_be(f, i)) {
			prompt_row(p, "", taken ? say(f, "it is bound as %s", taken) : say(f, "%.*s", (int)state.len, (const char *)state.p));
			continue;
		}
		choice[2 * n] = say(f, "%llu", (unsigned long long)i);
		choice[2 * n++ + 1] = say(f, "medium %llu%s", (unsigned long long)i, fits ? "" : ", though its label is another");
	}
	return n;
}

/* A witness, or the auditor where there is none. */
static const char *observer(const struct flow *f)
{
	const char *witness = flow_person(f, ROLE_WITNESS, 0);

	return witness[0] ? witness : flow_person(f, ROLE_AUDITOR, 0);
}

static const char *key_of(const struct flow *f, const char *end)
{
	struct use use;

	(void)section_of(f, &use);
	return use.owner ? say(f, "medium.%.*s.%u%s", (int)use.name.len, (const char *)use.name.p, use.owner, end) :
	                   say(f, "medium.%.*s%s", (int)use.name.len, (const char *)use.name.p, end);
}

static const char *title_bind(const struct flow *f)
{
	struct use use;

	(void)section_of(f, &use);
	return say(f, "Which medium is %s?", say_bytes(f, use.name));
}

static void prompt_bind(const struct flow *f, struct prompt *p)
{
	struct use    use;
	const char  **choice = arena_take(f->scratch, (FIELDS_MAX / 4) * 2 * sizeof *choice);
	const char   *administrator = flow_person(f, ROLE_ADMINISTRATOR, 0);

	(void)section_of(f, &use);
	MUST(choice);
	p->step_id = "session";
	p->help_what = "Devices that are plugged in are shown by what they say of themselves; one is bound to this name.";
	p->help_why = "From then on only that device is used under this name; any other one is refused.";
	p->help_clause = "BR 5.4.1";
	p->help_fail = "If the right one is not there, plug it in and go back (Esc): it is looked for again.";
	prompt_row(p, "Wanted", say(f, is_disc(f) ? "%s, a drive that burns the disc %s" : "%s, label %s", say_bytes(f, use.name), say_bytes(f, label_of(f))));
	size_t n = put_devices(f, p, choice);
	if (!n) {
		p->text = say(f, is_disc(f) ? "No drive for %s is there with a blank disc in it. Put one in." : "No medium that can be %s is plugged in. Plug it in.",
		              say_bytes(f, use.name));
		prompt_ask(p, ASK_CONFIRM, key_of(f, ".look"), "Look again");
		return;
	}
	p->text = say(f, "Which of these is %s? Compare maker, serial and size with the device itself, or with the note that came with it. "
	                 "From now on this one alone is used. Esc looks again.", say_bytes(f, use.name));
	prompt_two(f, p, administrator, observer(f));
	struct ask *a = prompt_ask(p, ASK_CHOICE, key_of(f, ""), say_bytes(f, use.name));
	a->choice = choice;
	a->num_choices = n;
	prompt_ask(p, ASK_CONFIRM, key_of(f, ".administrator"), say(f, "%s put it in", administrator));
	prompt_ask(p, ASK_CONFIRM, key_of(f, ".witness"), say(f, "%s has compared it", observer(f)));
}

static struct bytes chosen(const struct flow *f, const struct fields *answer)
{
	uint64_t i = 0;

	return fields_get_u64(&i, answer, key_of(f, ""), FIELDS_MAX / 4) ? said(f, &f->found, "device", i) : bytes_of(NULL, 0);
}

/* The line says by itself what was bound. */
static void more_bind(const struct flow *f, const struct fields *answer, struct fields *data)
{
	struct use   use;
	struct bytes device = chosen(f, answer);

	(void)section_of(f, &use);
	if (!device.len)
		return;
	fields_put(data, "medium", use.name);
	fields_put(data, "device", device);
}

static bool apply_bind(struct flow *f, const struct fields *data, struct err *e)
{
	struct use   use;
	struct bytes device = chosen(f, data);

	(void)section_of(f, &use);
	if (device.len)
		return bind(f, &use, device, e);
	f->looked = false;
	return true;
}

const struct turn turn_bind_medium = {
	.name = "bind-medium", .flags = TURN_BACK, .role = ROLE_ADMINISTRATOR, .title_of = title_bind, .prompt = prompt_bind,
	.more = more_bind, .apply = apply_bind,
};

/* ---- on paper ------------------------------------------------------------------------------------- */

bool media_pretend(struct flow *f, struct err *e)
{
	struct use use;

	(void)section_of(f, &use);
	if (f->looked || is_pinned(f))
		return bind(f, &use, BYTES_LIT("on the day"), e);
	return f->looked = true;
}

/* ---- a medium that fails ------------------------------------------------------------------------- */

bool media_failed(const struct flow *f, const struct turn *t, const struct err *why)
{
	static const enum err_id of_media[] = { ERR_MEDIUM_MISSING, ERR_MEDIUM_OTHER, ERR_MEDIUM_GONE, ERR_MEDIUM_BUSY, ERR_MEDIUM_MOUNT,
		                                ERR_MEDIUM_ALIKE, ERR_MEDIUM_BACK, ERR_MEDIUM_FILE, ERR_FILE_READ, ERR_FILE_WRITE,
		                                ERR_FILE_EXISTS, ERR_DISK_FULL, ERR_DISC_NONE, ERR_DISC_NOT_BLANK, ERR_DISC_BURN,
		                                ERR_DISC_READ, ERR_DISC_PROGRAM };

	if (!media_bound(f, t))
		return false;
	for (size_t i = 0; i < COUNT_OF(of_media); i++)
		if (of_media[i] == why->id)
			return true;
	return false;
}

bool media_is_own(const struct flow *f, const struct turn *t)
{
	struct use use;

	return use_of(f, t, &use) && use.owner;
}

bool media_may_change(const struct flow *f)
{
	const struct turn *t = script_turn(f);
	struct use         use;

	if (!use_of(f, t, &use) || !media_failed(f, t, &f->failure))
		return false;
	const struct script_medium *m = script_medium(f->script, use.name);
	return !m || !m->serial || m->disc; /* another disc in the same drive */
}

static bool writes(const struct turn *t)
{
	return t->op == OP_MEDIA_WRITE || t->op == OP_FILE_DELIVER || t->op == OP_RECORD_DELIVER || t->op == OP_MEDIA_BURN ||
	       t->op == OP_MEDIA_RELEASE;
}

void media_unbind(struct flow *f)
{
	const struct step_kind *k = now_step(f)->kind;
	struct use              use;
	struct flow_medium    **at = &f->media, *it;

	MUST(use_of(f, script_turn(f), &use));
	it = find(f, &use);
	while (it && *at != it)
		at = &(*at)->next;
	if (it)
		*at = it->next;
	f->looked = false;
	if (!writes(script_turn(f)))
		return;
	while (f->turn > 0 && writes(&k->turn[f->turn - 1]) && k->turn[f->turn - 1].medium == k->turn[f->turn].medium)
		f->turn--;
	f->round = 0;
	f->num_staged = 0;
	f->phase = PHASE_ASK;
}
