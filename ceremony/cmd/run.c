/* run.c: see run.h: starts or resumes a ceremony, runs it, and finishes its record. */
#include "ceremony/base/file.h"
#include "ceremony/cmd/run.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceremony/audit/audit.h"
#include "ceremony/cmd/ending.h"
#include "ceremony/cmd/load.h"
#include "ceremony/cmd/preflight.h"
#include "ceremony/cmd/room.h"
#include "ceremony/cmd/watch.h"
#include "ceremony/record/sums.h"

/* ---- the first line ------------------------------------------------------------------------ */

static void open_fields(const struct room *r, const struct fields *look, struct fields *data)
{
	const struct script *s = &r->script;
	char                 hex[HASH_MAX * 2 + 1], key[64];

	fields_str(data, "format", TRANSCRIPT_FORMAT);
	fields_str(data, "program", "ceremony " CEREMONY_VERSION);
	fields_str(data, "title", s->title);
	fields_u64(data, "number", r->bundle.name.number);
	fields_str(data, "slug", s->slug);
	fields_str(data, "organisation", s->organisation);
	fields_str(data, "origin", s->origin);
	fields_str(data, "rehearsal", r->rehearsal ? "yes" : "no");
	fields_str(data, "script-sha256", sha256_hex(hex, s->text));
	for (size_t i = 0; i < s->num_profiles; i++) {
		(void)snprintf(key, sizeof key, "profile.%s", s->profile[i].name);
		fields_str(data, key, sha256_hex(hex, s->profile[i].text));
	}
	fields_str(data, "media", r->devices ? "devices" : "folders");
	fields_str(data, "previous", r->ledger.previous);
	fields_str(data, "before", r->ledger.before);
	fields_str(data, "boot", r->runner.clock.boot);
	fields_str(data, "face", r->runner.face.name);
	fields_add_all(data, look);
}

static bool put_script(struct room *r, struct err *e)
{
	char name[80];

	if (!bundle_put(r->bundle.fd, "script.ini", r->script.text, e))
		return false;
	for (size_t i = 0; i < r->script.num_profiles; i++) {
		(void)snprintf(name, sizeof name, "profiles/%s.ini", r->script.profile[i].name);
		if (!bundle_put(r->bundle.fd, name, r->script.profile[i].text, e))
			return false;
	}
	return file_sync_all(r->bundle.fd, e); /* before the transcript that goes by it */
}

/* ---- the end ---------------------------------------------------------------------------------- */

static void tell_line(void *ctx, const char *line)
{
	struct room  *r = ctx;
	struct notice n = { .kind = NOTICE_EVENT, .text = line };

	r->runner.face.tell(r->runner.face.ctx, &n);
}

/* The last word. A full screen is given back and leaves nothing: it is said on the terminal too. */
static void say_end(struct room *r, enum ending end, const struct err *bad)
{
	struct prompt sheet;
	struct notice n = { .kind = NOTICE_END, .text = ending_text(end), .sheet = &sheet, .good = end == ENDING_VERIFIED, .err = bad };

	ending_sheet(&sheet, r, end, bad);
	r->runner.face.tell(r->runner.face.ctx, &n);
	if (r->options.answers || r->options.plain)
		return;
	r->runner.face.close(r->runner.face.ctx);
	r->face_open = false;
	plain_open(&r->plain, STDIN_FILENO, STDOUT_FILENO);
	struct face lines = plain_face(&r->plain);
	lines.tell(lines.ctx, &n);
}

/* Nothing stops it: the list is the folder's last file. */
static bool write_sums(struct room *r, struct err *e)
{
	struct watch            w = { .face = &r->runner.face, .clock = r->runner.clock };
	const struct sums_watch watch = watch_sums(&w);

	return sums_write(r->bundle.fd, &watch, e);
}

/* SHA256SUMS comes last: with it, the ceremony's folder is complete. */
static int finish(struct room *r, struct err *e)
{
	const struct audit_say   say = { tell_line, r };
	struct watch             w = { .face = &r->runner.face, .can_stop = true, .clock = r->runner.clock };
	const struct audit_watch watch = watch_audit(&w);

	r->runner.scratch.len = 0;
	if (!room_put_ca(r, e) || !write_sums(r, e))
		return complain(e);
	bool good = audit_record(r->options.record, &(struct audit_want){ .watch = &watch }, &say, e);
	if (!good && e->id == ERR_STOPPED_BY_KEY)
		say_end(r, ENDING_UNVERIFIED, NULL);
	else
		say_end(r, good ? ENDING_VERIFIED : ENDING_NOT_VERIFIED, good ? NULL : e);
	if (good && r->options.answers && !answers_left_over(&r->answers, !r->options.script, e))
		return complain(e); /* the record is whole; the answers are not those of this script */
	return good ? 0 : 1;
}

static int run_to_end(struct room *r, struct err *e)
{
	enum runner_end end = RUNNER_DONE;

	if (!runner_run(&r->runner, &end, e)) {
		r->runner.face.close(r->runner.face.ctx);
		r->face_open = false;
		int code = complain(e);
		(void)fprintf(stderr, "Nothing that was recorded is lost. To go on: ceremony resume --record %s\n",
		              r->options.record);
		return code;
	}
	if (end == RUNNER_DONE)
		return finish(r, e);
	if (end == RUNNER_ABORTED && !write_sums(r, e))
		return complain(e);
	say_end(r, end == RUNNER_PAUSED ? ENDING_PAUSED : ENDING_ABORTED, NULL);
	return 1;
}

/* ---- run ------------------------------------------------------------------------------------------ */

/* Before the face is there, and before anything has begun. */
static bool verify_before(struct room *r, bool skip_last, struct err *e)
{
	struct watch             w = { .can_stop = true, .clock = r->runner.clock };
	const struct audit_watch watch = watch_audit(&w);

	return audit_ledger(&r->ledger, &r->runner.arena, r->options.record, skip_last, &watch, e);
}

/* What the CA has done so far, verified; an unfinished last ceremony must be resumed first, and one
 * that was never begun is used again. */
static bool read_ledger(struct room *r, struct err *e)
{
	struct bundle last = { .fd = -1 };
	struct err    why = { 0 };
	bool          there = bundle_open(&last, &r->record, 0, &why), empty = there && last.state == BUNDLE_EMPTY;

	if (there && (last.state == BUNDLE_BEGUN || last.state == BUNDLE_CLOSED))
		(void)err_set(&why, ERR_RECORD_UNFINISHED, "%s", last.name.text);
	bundle_done(&last);
	if (why.id != ERR_NONE && why.id != ERR_RECORD_NUMBER) {
		*e = why;
		return false;
	}
	return verify_before(r, empty, e);
}

/* What is no room full of people is for rehearsals. */
static bool is_allowed(const struct room *r, struct err *e)
{
	if (r->options.answers && !r->rehearsal)
		return err_set(e, ERR_USAGE, "--answers is for rehearsals: a real ceremony is answered by people");
	return !r->options.images || r->rehearsal ||
	       err_set(e, ERR_USAGE, "--images is for rehearsals: a real ceremony looks through a camera");
}

static bool begin(struct room *r, struct err *e)
{
	struct fields data = fields_on(&r->runner.scratch), look = fields_on(&r->runner.arena);

	if (!load_script(&r->script, &r->runner.arena, r->options.script, r->options.profiles, e))
		return false;
	r->rehearsal = r->script.rehearsal || r->options.rehearsal;
	r->devices = !r->options.media;
	if (!is_allowed(r, e))
		return false;
	if (!record_open(&r->record, AT_FDCWD, r->options.record, true, e) || !read_ledger(r, e) ||
	    !flow_init(&r->runner.flow, &r->script, &r->ledger, &r->runner.arena, &r->runner.scratch, e))
		return false;
	if (r->options.answers)
		fields_u64(&look, "looks", 0); /* nobody is there to mend anything */
	else if (!room_open(r, e) || !preflight(r, &look, e))
		return false;
	if (!bundle_start(&r->bundle, &r->record, r->script.slug, e) || !put_script(r, e) || !room_start(r, e) ||
	    !transcript_create(&r->runner.transcript, r->bundle.fd, e))
		return false;
	open_fields(r, &look, &data);
	return runner_open(&r->runner, &data, e);
}

/* ---- resume ----------------------------------------------------------------------------------------- */

static bool load_bundle_script(struct room *r, struct err *e)
{
	struct bytes          text;
	struct profile_folder p = { .arena = &r->runner.arena, .dir = dir_open(r->bundle.fd, "profiles", true, e) };

	if (p.dir < 0)
		return false;
	bool ok = file_read(&text, &r->runner.arena, r->bundle.fd, "script.ini", SCRIPT_MAX_LEN, e) &&
	          script_parse(&r->script, &r->runner.arena, "script.ini", text, load_profile, &p, e);
	(void)close(p.dir);
	return ok;
}

static bool replay_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct room *r = ctx;

	if (ev->type == EVENT_OPEN)
		r->rehearsal = fields_is(&ev->data, "rehearsal", "yes");
	if (ev->type == EVENT_OPEN && !script_is_opened(&r->script, &ev->data, e)) /* they may have been changed in between */
		return false;
	return runner_replay(&r->runner, ev, line, e);
}

/* A face that looks back shall see what was before the resume, too. */
static bool tell_past(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct room *r = ctx;

	(void)e;
	runner_tell(&r->runner, ev, line, true);
	return true;
}

static bool go_on(struct room *r, struct err *e)
{
	if (!record_open(&r->record, AT_FDCWD, r->options.record, false, e))
		return false;
	if (!bundle_open(&r->bundle, &r->record, 0, e))
		return e->id == ERR_RECORD_NUMBER ? err_set(e, ERR_RECORD_NOTHING, "%s", r->options.record) : false;
	if (r->bundle.state == BUNDLE_EMPTY || r->bundle.state == BUNDLE_ABORTED || r->bundle.state == BUNDLE_SEALED)
		return err_set(e, ERR_RECORD_NOTHING, "%s", r->options.record);
	if (!load_bundle_script(r, e) || !transcript_open(&r->runner.transcript, r->bundle.fd, e) ||
	    !verify_before(r, true, e) ||
	    !flow_init(&r->runner.flow, &r->script, &r->ledger, &r->runner.arena, &r->runner.scratch, e))
		return false;
	r->rehearsal = r->script.rehearsal || r->options.rehearsal;
	if (!transcript_each(r->bundle.fd, replay_line, r, e))
		return false;
	r->devices = r->runner.flow.devices;
	if (r->devices != !r->options.media)
		return err_set(e, ERR_USAGE, r->devices ? "the ceremony was begun with devices: without --media" : "it was begun with --media DIR");
	if (!is_allowed(r, e))
		return false;
	r->runner.scratch.len = 0;
	return room_start(r, e) && (r->options.answers || transcript_each(r->bundle.fd, tell_past, r, e)) &&
	       runner_resume(&r->runner, r->runner.transcript.torn, e);
}

/* ---- the commands ----------------------------------------------------------------------------------- */

int run_options(const struct options *o)
{
	struct err   e = { 0 };
	struct room *r = room_new(o, &e);

	if (!r)
		return complain(&e);
	int code = (o->script ? begin(r, &e) : go_on(r, &e)) ? run_to_end(r, &e) : -1;
	room_done(r);
	return code >= 0 ? code : complain(&e);
}

static int cmd(int argc, char **argv, bool with_script)
{
	struct options o;
	struct err     e = { 0 };

	return options_parse(&o, argc, argv, with_script, &e) ? run_options(&o) : complain(&e);
}

int cmd_run(int argc, char **argv)
{
	return cmd(argc, argv, true);
}

int cmd_resume(int argc, char **argv)
{
	return cmd(argc, argv, false);
}
