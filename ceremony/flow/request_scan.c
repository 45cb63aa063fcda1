/* request_scan.c: see request_scan.h. */
#include "ceremony/flow/request_scan.h"

#include "ceremony/flow/requests.h"

bool script_scans(const struct script_step *step)
{
	return step->kind == &step_kind_requests && bytes_is(script_param(step, "source"), "camera");
}

bool request_scan_fits(const struct script_step *step, struct err *e)
{
	const char *but = bytes_is(script_param(step, "files"), "*")        ? "the requests' names: files = *" :
	                  bytes_is(script_param(step, "existing"), "yes") ? "no certificates: existing = yes" :
	                                                                      NULL;

	return !script_scans(step) || !but ||
	       err_set(e, ERR_SCRIPT_ORDER, "[step %s] (line %u): source = camera knows %s", step->id, step->line, but);
}

bool request_scans(const struct flow *f)
{
	return script_scans(now_step(f));
}

bool request_is_on_medium(const struct flow *f)
{
	return !request_scans(f) || f->request[f->round].on_medium;
}

static const char *answer_key(const struct flow *f)
{
	return say(f, "scan.%u", f->round + 1);
}

static bool is_wanted(const struct flow *f)
{
	return fields_is(&f->answer, answer_key(f), "camera");
}

void request_scan_prompt(const struct flow *f, struct prompt *p)
{
	static const char *const choices[] = { "camera", "it is before the camera: read it", "medium", "it comes on the medium after all: that is in" };
	const char              *file = say_bytes(f, request_file(f, f->round));

	p->title = say(f, "Read %s by camera", file);
	p->text = say(f, "The operator shows it on a screen of their own: ceremony qr send %s. The camera looks at that screen. Esc, or the "
	              "line stop, stops the camera.", file);
	prompt_row(p, "Request", file);
	prompt_row(p, "Medium", say_bytes(f, script_param(now_step(f), "medium")));
	struct ask *a = prompt_ask(p, ASK_CHOICE, answer_key(f), "The request");
	a->choice = choices;
	a->num_choices = COUNT_OF(choices) / 2;
}

bool request_scan_ask(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "name", request_file(f, f->round));
	fields_u64(in, "max", REQUEST_MAX_FILE);
	fields_str(in, "wanted", is_wanted(f) ? "yes" : "no");
	return true;
}

bool scan_seen_by(const struct flow *f, const struct fields *out, struct err *e)
{
	bool     camera = fields_is(out, "source", "camera");
	uint64_t pictures = 0;

	if (!camera && !(f->rehearsal && fields_is(out, "source", "images")))
		return err_set(e, ERR_FLOW_FIELD, "source");
	if (camera != (fields_get(out, "device").len > 0))
		return err_set(e, ERR_FLOW_FIELD, "device");
	return (fields_get_u64(&pictures, out, "pictures", UINT32_MAX) && pictures) || err_set(e, ERR_FLOW_FIELD, "pictures");
}

bool request_scan_check(const struct flow *f, const struct fields *out, struct err *e)
{
	uint64_t     fragments, size;
	struct bytes content;

	if (!bytes_equal(fields_get(out, "name"), request_file(f, f->round)))
		return err_set(e, ERR_FLOW_FIELD, "name");
	if (!is_wanted(f))
		return (fields_is(out, "scanned", "no") && !fields_find(out, "content")) || err_set(e, ERR_FLOW_FIELD, "scanned");
	if (!fields_is(out, "scanned", "yes") || !foreign_check(f, out, e))
		return err_set(e, ERR_FLOW_FIELD, "scanned");
	if (!scan_seen_by(f, out, e))
		return false;
	if (!fields_get_u64(&fragments, out, "fragments", UINT16_MAX) || !fields_get_u64(&size, out, "size", REQUEST_MAX_FILE) || !fragments)
		return err_set(e, ERR_FLOW_FIELD, "fragments, size");
	return (fields_get_base64(&content, f->scratch, out, "content") && content.len == size) || err_set(e, ERR_FLOW_FIELD, "size");
}
