/* steps_vendor.c: what people do with a device's own tools, instruction by instruction as the script says, and what two
 * of them saw: a device that is made ready so, and a backup that only its maker's way can make. What they say is
 * taken down; what is believed is the second token's signature. Step kinds device, backup with method = vendor. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/intake.h"
#include "ceremony/flow/qualified.h"
#include "ceremony/flow/requests.h"
#include "ceremony/flow/restored.h"
#include "ceremony/flow/shares.h"

#define MAX_INSTRUCTIONS 12
#define MAX_COLUMNS      480 /* of an instruction: it must be seen whole */
#define SEEN_MIN         4   /* octets: more than "ok" */

#define LATER_INSTRUCTION(n) { "instruction." #n, PARAM_TEXT, "", 0, 0, NULL, "the next thing" }
#define INSTRUCTION_PARAMS                                                                                          \
	{ "device", PARAM_TEXT, NULL, 0, 0, NULL, "what the device is, and its tool" },                             \
	{ "instruction.1", PARAM_TEXT, NULL, 0, 0, NULL, "the first thing that is done with the device's own tool" }, \
	LATER_INSTRUCTION(2), LATER_INSTRUCTION(3), LATER_INSTRUCTION(4), LATER_INSTRUCTION(5), LATER_INSTRUCTION(6), \
	LATER_INSTRUCTION(7), LATER_INSTRUCTION(8), LATER_INSTRUCTION(9), LATER_INSTRUCTION(10),                    \
	LATER_INSTRUCTION(11), LATER_INSTRUCTION(12)

static const struct param device_params[] = { INSTRUCTION_PARAMS };

static const struct param vendor_params[] = {
	{ "method", PARAM_CHOICE, "vendor", 0, 0, "wrap load vendor clone", "how the key leaves the token" },
	INTAKE_PARAMS,
	QUALIFIED_PARAM,
	{ "medium", PARAM_NAME, "device", 0, 0, NULL, "the label of the medium that holds the files" },
	{ "files", PARAM_TEXT, "", 0, 0, NULL, "files that the tool leaves on it, separated by ', '; public by this declaration" },
	INSTRUCTION_PARAMS,
};

/* ---- the instructions ---------------------------------------------------------------------------- */

static struct bytes instruction(const struct script_step *step, unsigned n)
{
	char key[24];

	if (n >= MAX_INSTRUCTIONS)
		return bytes_of(NULL, 0);
	(void)snprintf(key, sizeof key, "instruction.%u", n + 1);
	return script_param(step, key);
}

static unsigned instructions_of(const struct script_step *step)
{
	unsigned n = 0;

	while (instruction(step, n).len)
		n++;
	return n;
}

static unsigned num_instructions(const struct flow *f)
{
	return instructions_of(now_step(f));
}

static bool instructions_fit(const struct script_step *step, struct err *e)
{
	unsigned num = instructions_of(step);

	if (num == 0)
		return err_set(e, ERR_SCRIPT_ORDER, "line %u: [step %s] says nothing that is to be done: instruction.1", step->line,
		               step->id);
	for (unsigned i = 0; i < MAX_INSTRUCTIONS; i++) {
		struct bytes text = instruction(step, i);
		if (text.len && i >= num)
			return err_set(e, ERR_SCRIPT_ORDER, "line %u: [step %s] has instruction.%u, and no instruction.%u", step->line,
			               step->id, i + 1, num + 1);
		if (!text_is_plain(text) || text_columns(text) > MAX_COLUMNS)
			return err_set(e, ERR_SCRIPT_ORDER, "line %u: [step %s]: instruction.%u: %d columns of plain text at most",
			               step->line, step->id, i + 1, MAX_COLUMNS);
	}
	return true;
}

static bool is_backup(const struct flow *f)
{
	return now_step(f)->kind == &step_kind_backup_vendor;
}

static void prompt_instruction(const struct flow *f, struct prompt *p)
{
	p->text = say(f, "%s\n%s does it, in another window or on the device; two officers watch, and one types what was seen: the "
	              "tool's last lines, a check value.\nIt stands in the record: NO PIN, NO PASSWORD, NO SHARE.",
	              say_bytes(f, instruction(now_step(f), f->round)), flow_person(f, ROLE_ADMINISTRATOR, 0));
	prompt_row(p, "Device", say_bytes(f, script_param(now_step(f), "device")));
	if (is_backup(f)) {
		prompt_row(p, "Key", say(f, "CKA_ID %s, %s", f->root.id, f->root.label));
		prompt_row(p, "From, into", say(f, "%s, %s", f->token[TOKEN_ROOT].serial, f->token[TOKEN_SECOND].serial));
	}
	prompt_ask(p, ASK_TEXT, say(f, "seen.%u", f->round + 1), "What was seen");
	prompt_officers(f, p);
}

static bool take_instruction(const struct flow *f, const struct fields *answer, struct err *e)
{
	char key[24];

	(void)snprintf(key, sizeof key, "seen.%u", f->round + 1);
	return bytes_trim(fields_get(answer, key)).len >= SEEN_MIN || err_set(e, ERR_FLOW_FIELD, "%s: in words, please", key);
}

/* The tool may have reset the device: whatever is asked of it next is asked after a new login, of the same serial. */
static bool apply_instruction(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	for (int i = 0; i < TOKEN_COUNT_; i++)
		f->token[i].open = f->token[i].live = false;
	return true;
}

#define INSTRUCTION_TURN                                                                                            \
	{ .name = "instruction", .role = ROLE_OFFICER, .two = true, .rounds = num_instructions,                     \
	  .title = "The device's own way: instruction {n}", .prompt = prompt_instruction,                   \
	  .take = take_instruction, .apply = apply_instruction }

/* ---- a device that is made ready -------------------------------------------------------------------- */

static bool device_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	(void)s;
	return instructions_fit(step, e);
}

static const struct turn device_turns[] = { INSTRUCTION_TURN };

const struct step_kind step_kind_device = {
	.name = "device",
	.title = "The device's own tool",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_PEOPLE),
	.gives = FACT(FACT_DEVICE),
	.param = device_params,
	.num_params = COUNT_OF(device_params),
	.turn = device_turns,
	.num_turns = COUNT_OF(device_turns),
	.fits = device_fits,
	.what = "The administrator makes the devices ready with their maker's tool, as the script says; what was seen is typed in.",
	.why = "Some devices must be told before a key is made how it may be backed up, and only their own tool can do that.",
	.clause = "BR 6.2.1; WT 4.1",
	.fail = "If an instruction does not work as it says, write an exception (F4), or pause and read the device's manual.",
};

/* ---- a backup by the vendor's way --------------------------------------------------------------------- */

static void prompt_agree(const struct flow *f, struct prompt *p)
{
	p->text = "The root key is copied into the second token by the device's own tool, step by step, as the script says. This program "
	          "cannot see how; it takes down what two people saw, and believes only a signature of the second token.";
	p->irreversible = true;
	prompt_row(p, "Device", say_bytes(f, script_param(now_step(f), "device")));
	prompt_row(p, "First token", f->token[TOKEN_ROOT].serial);
	prompt_row(p, "Second token", f->token[TOKEN_SECOND].serial);
	prompt_officers(f, p);
}

static unsigned num_files(const struct flow *f)
{
	unsigned n = 0;

	while (list_item(script_param(now_step(f), "files"), n).len)
		n++;
	return n;
}

static bool has_files(const struct flow *f)
{
	return num_files(f) > 0;
}

static void prompt_insert(const struct flow *f, struct prompt *p)
{
	p->text = say(f, "Insert the medium that is labelled %s, with what the device's tool has written. Size and SHA-256 of these files "
	                 "are taken down; their content is not read into the record.",
	              say_bytes(f, script_param(now_step(f), "medium")));
	for (unsigned i = 0; i < num_files(f) && i < ROWS_SHOWN; i++)
		prompt_row(p, "File", say_bytes(f, list_item(script_param(now_step(f), "files"), i)));
	prompt_ask(p, ASK_CONFIRM, "inserted", "The medium is in");
}

static bool ask_file(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	fields_put(in, "name", list_item(script_param(now_step(f), "files"), f->round));
	return true;
}

static bool check_file(const struct flow *f, const struct fields *out, struct err *e)
{
	uint8_t    octets[HASH_MAX];
	struct buf b = BUF_ON(octets);
	uint64_t   size = 0;

	if (!bytes_equal(fields_get(out, "name"), list_item(script_param(now_step(f), "files"), f->round)))
		return err_set(e, ERR_FLOW_FIELD, "name");
	if (!fields_get_u64(&size, out, "size", INT64_MAX) || size == 0)
		return err_set(e, ERR_MEDIUM_FILE, "it is empty");
	return (hex_decode(&b, fields_get(out, "sha256")) && b.len == 32) || err_set(e, ERR_FLOW_FIELD, "sha256");
}

/* ---- what is believed ------------------------------------------------------------------------------------ */

static bool ask_find(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	fields_str(in, "label", f->root.label);
	return true;
}

static bool check_find(const struct flow *f, const struct fields *out, struct err *e)
{
	if (!fields_is(out, "found", "yes"))
		return err_set(e, ERR_TOKEN_KEY_NONE, "the second token holds no pair of CKA_ID %s, %s", f->root.id, f->root.label);
	return shares_check_restore(f, out, e);
}

static const struct turn vendor_turns[] = {
	INTAKE_TURNS(TOKEN_SECOND),
	QUALIFIED_TURNS(TOKEN_SECOND),
	{ .name = "agree", .role = ROLE_OFFICER, .title = "Back up the root key by the device's own way", .two = true, .prompt = prompt_agree },
	INSTRUCTION_TURN,
	{ .name = "insert", .role = ROLE_ADMINISTRATOR, .when = has_files, .title = "Files that the device's tool left", .prompt = prompt_insert },
	{ .name = "file", .role = ROLE_ADMINISTRATOR, .rounds = num_files, .op = OP_MEDIA_HASH, .ask = ask_file, .check = check_file },
	{ .name = "find", .role = ROLE_ADMINISTRATOR, .token = TOKEN_SECOND, .op = OP_KEY_FIND, .ask = ask_find, .check = check_find,
	  .apply = shares_apply_restore },
	SHARES_TURN_PROVE(TOKEN_SECOND),
	RESTORED_TURN_LOCK,
};

static bool files_fit(const struct script_step *step, struct err *e)
{
	struct bytes list = script_param(step, "files"), item;
	unsigned     n = 0;

	for (; (item = list_item(list, n)).len; n++)
		if (!script_is_name(item))
			return err_set(e, ERR_SCRIPT_ORDER, "line %u: [step %s]: files: %.*s is no file's name", step->line, step->id,
			               (int)item.len, (const char *)item.p);
	return (n > 0) == (list.len > 0) || err_set(e, ERR_SCRIPT_ORDER, "line %u: [step %s]: files", step->line, step->id);
}

static bool vendor_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	if (s->continues)
		return err_set(e, ERR_SCRIPT_ORDER, "line %u: [step %s]: a key is copied in the ceremony that makes it", step->line,
		               step->id);
	return instructions_fit(step, e) && files_fit(step, e);
}

const struct step_kind step_kind_backup_vendor = {
	.name = "backup",
	.method = "vendor",
	.title = "Backup by the device's own way",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_ROOT_KEY) | FACT(FACT_TOKEN),
	.gives = FACT(FACT_BACKUP) | FACT(FACT_LIVE),
	.param = vendor_params,
	.num_params = COUNT_OF(vendor_params),
	.turn = vendor_turns,
	.num_turns = COUNT_OF(vendor_turns),
	.fits = vendor_fits,
	.lacks = intake_lacks,
	.what = "The device's own tool copies the root key into a second token, as the script says; the copy signs a challenge.",
	.why = "Some devices give a key away only by their maker's way. It is believed when the second token has signed.",
	.clause = "BR 6.2.2, 6.2.4, 6.2.6",
	.fail = "If the copy is not there, the second token says so: do the instructions again, then try again.",
};
