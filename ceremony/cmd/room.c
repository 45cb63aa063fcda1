/* room.c: see room.h. */
#include "ceremony/base/file.h"
#include "ceremony/cmd/room.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/cmd/card_file.h"
#include "ceremony/cmd/host.h"
#include "ceremony/cmd/plain_echo.h"
#include "ceremony/cmd/print_host.h"
#include "ceremony/cmd/record_host.h"
#include "ceremony/cmd/tour.h"
#include "ceremony/flow/files.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/port/cell.h"

static bool read_options(struct options *o, int argc, char **argv, bool with_script, struct err *e)
{
	const struct {
		const char *name;
		const char **value;
	} valued[] = {
		{ "--record", &o->record }, { "--answers", &o->answers },   { "--token", &o->token },
		{ "--media", &o->media },   { "--profiles", &o->profiles }, { "--token2", &o->token2 },
		{ "--witness-token", &o->witness_token }, { "--camera", &o->camera }, { "--images", &o->images },
	};
	const struct {
		const char *name;
		bool       *flag;
	} flags[] = { { "--plain", &o->plain }, { "--ascii", &o->ascii }, { "--mono", &o->mono }, { "--rehearsal", &o->rehearsal } };

	*o = (struct options){ 0 };
	for (int i = 1; i < argc; i++) {
		bool known = false;
		for (size_t k = 0; k < COUNT_OF(valued); k++) {
			if (strcmp(argv[i], valued[k].name) != 0)
				continue;
			if (i + 1 == argc || *valued[k].value)
				return err_set(e, ERR_USAGE, "%s takes one value, once", argv[i]);
			*valued[k].value = argv[++i];
			known = true;
			break;
		}
		for (size_t k = 0; !known && k < COUNT_OF(flags); k++)
			if (strcmp(argv[i], flags[k].name) == 0)
				known = *flags[k].flag = true;
		if (!known && with_script && argv[i][0] != '-' && !o->script) {
			o->script = argv[i];
			known = true;
		}
		if (!known)
			return err_set(e, ERR_USAGE, "%s", argv[i]);
	}
	return true;
}

bool options_start(struct options *o, int argc, char **argv, struct err *e)
{
	return read_options(o, argc, argv, false, e) &&
	       (!o->answers || err_set(e, ERR_USAGE, "--answers needs a script: ceremony run SCRIPT"));
}

bool options_parse(struct options *o, int argc, char **argv, bool with_script, struct err *e)
{
	if (!read_options(o, argc, argv, with_script, e))
		return false;
	if (!o->record || (with_script && !o->script))
		return err_set(e, ERR_USAGE, with_script ? "run needs a SCRIPT and --record DIR" : "resume needs --record DIR");
	if (o->answers && o->plain)
		return err_set(e, ERR_USAGE, "--answers and --plain exclude each other");
	if (o->camera && o->images)
		return err_set(e, ERR_USAGE, "--camera and --images exclude each other");
	return true;
}

struct room *room_new(const struct options *o, struct err *e)
{
	struct room *r = calloc(1, sizeof *r);

	if (!r) {
		(void)err_set(e, ERR_NO_MEMORY, "a room");
		return NULL;
	}
	r->options = *o;
	r->scan_from = (struct scan_from){ o->camera, o->images };
	r->record = (struct record){ -1, -1 };
	r->bundle.fd = r->runner.transcript.fd = -1;
	lists_init(&r->lists);
	r->runner.arena = arena_new(ROOM_LASTING);
	r->runner.scratch = arena_new(ROOM_SCRATCH);
	r->runner.clock = clock_system();
	r->runner.put = room_put;
	r->runner.sync = room_sync;
	r->runner.get = room_get;
	r->runner.put_ctx = r;
	if (r->runner.arena.p && r->runner.scratch.p)
		return r;
	(void)err_set(e, ERR_NO_MEMORY, "a room");
	room_done(r);
	return NULL;
}

void room_done(struct room *r)
{
	if (!r)
		return;
	if (r->face_open)
		r->runner.face.close(r->runner.face.ctx);
	for (size_t i = 0; i < COUNT_OF(r->spawned); i++)
		spawn_done(&r->spawned[i]);
	secret_done(&r->runner.secret);
	lists_done(&r->lists);
	transcript_done(&r->runner.transcript);
	bundle_done(&r->bundle);
	record_done(&r->record);
	arena_free(&r->runner.arena);
	arena_free(&r->runner.scratch);
	free(r);
}

bool room_put(void *ctx, const char *name, struct bytes content, struct err *e)
{
	struct room *r = ctx;

	if (r->synced && file_is(r->bundle.fd, name, content))
		return true;
	r->synced = false;
	return bundle_put(r->bundle.fd, name, content, e);
}

bool room_sync(void *ctx, struct err *e)
{
	struct room *r = ctx;

	r->synced = r->synced || file_sync_all(r->bundle.fd, e);
	return r->synced;
}

bool room_get(void *ctx, struct bytes *out, struct arena *a, const char *name, size_t max, struct err *e)
{
	const struct room *r = ctx;

	return file_read(out, a, r->bundle.fd, name, max, e);
}

bool room_put_ca(struct room *r, struct err *e)
{
	struct ca    ca;
	struct bytes pem;
	uint8_t      text[CA_MAX_LEN];
	struct buf   b = BUF_ON(text);

	flow_ca(&r->runner.flow, &ca);
	ca_text(&b, &ca);
	if (!flow_root_pem(&r->runner.flow, &pem, e) || !file_renew(r->record.fd, "root.pem", pem, 0644, e))
		return false;
	/* A CA's tokens and record key may change; a first ceremony must not find another CA's file. */
	return r->runner.flow.continued && buf_ok(&b) ? file_renew(r->record.fd, CA_NAME, buf_bytes(&b), 0644, e) :
	                                                ca_write(r->record.fd, &ca, e);
}

/* ---- the throwaway token of a rehearsal ------------------------------------------------ */

static const char *const softhsm_paths[] = {
	"/usr/lib/softhsm/libsofthsm2.so",
	"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
	"/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
	"/usr/lib/riscv64-linux-gnu/softhsm/libsofthsm2.so",
};

const struct script_step *room_token_step(const struct script *s)
{
	for (size_t i = 0; i < s->num_steps; i++)
		if (s->step[i].kind == &step_kind_token || s->step[i].kind == &step_kind_recover)
			return &s->step[i];
	return NULL;
}

/* RECORD.token beside the record: SoftHSM's folder and its configuration. */
static bool make_throwaway(struct room *r, struct err *e)
{
	char        folder[4096], conf[4200], text[4300];
	char       *full = realpath(r->options.record, NULL);
	const char *module = NULL;
	struct buf  b = BUF_ON(text);

	for (size_t i = 0; i < COUNT_OF(softhsm_paths) && !module; i++)
		if (access(softhsm_paths[i], R_OK) == 0)
			module = softhsm_paths[i];
	if (!module || !full) {
		free(full);
		return err_set(e, ERR_TOKEN_MODULE, "SoftHSM is not installed (package softhsm2)");
	}
	bool fits = snprintf(folder, sizeof folder, "%s.token", full) < (int)sizeof folder - 16;
	free(full);
	if (!fits || (mkdir(folder, 0700) != 0 && access(folder, W_OK | X_OK) != 0))
		return err_set(e, ERR_FILE_WRITE, "the folder for the throwaway token");
	buf_fmt(&b, "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", folder);
	(void)snprintf(conf, sizeof conf, "%s/softhsm2.conf", folder);
	if (!file_renew(AT_FDCWD, conf, buf_bytes(&b), 0600, e))
		return false;
	(void)setenv("SOFTHSM2_CONF", conf, 1);
	const struct script_step *s = room_token_step(&r->script);
	struct bytes              label = s ? script_param(s, "label") : bytes_of(NULL, 0);
	(void)snprintf(r->token_uri, sizeof r->token_uri, "pkcs11:token=%.*s?module-path=%s", (int)label.len,
	               label.len ? (const char *)label.p : "", module);
	return true;
}

static bool choose_token(struct room *r, struct err *e)
{
	r->runner.token_uri = r->token_uri;
	r->runner.second_uri = r->options.token2;
	r->runner.witness_uri = r->options.witness_token;
	if (r->options.token)
		return snprintf(r->token_uri, sizeof r->token_uri, "%s", r->options.token) < (int)sizeof r->token_uri ||
		       err_set(e, ERR_TOKEN_URI, "it is too long");
	if (!r->rehearsal)
		return err_set(e, ERR_USAGE, "--token URI is needed: only a rehearsal makes a token of its own");
	return make_throwaway(r, e);
}

/* ---- helpers and the face ---------------------------------------------------------------- */

static bool open_face(struct room *r, struct err *e)
{
	if (r->face_open)
		return true;
	if (r->options.answers) {
		if (!answers_open(&r->answers, r->options.answers, r->cards, r->runner.clock, stderr, e))
			return false;
		r->answers.frames = r->frames;
		r->runner.face = answers_face(&r->answers);
	} else if (r->options.plain) {
		plain_open(&r->plain, STDIN_FILENO, STDOUT_FILENO);
		plain_echo(&r->plain, PLAIN_QUIET);
		r->plain.tour = tour_run;
		r->runner.face = plain_face(&r->plain);
	} else {
		struct tui_options o = { .clock = r->runner.clock, .ascii = r->options.ascii, .mono = r->options.mono, .tour = tour_run };
		if (!tui_open(&r->tui, &o, e))
			return false;
		r->runner.face = tui_face(&r->tui);
	}
	r->face_open = true;
	return true;
}

bool room_open(struct room *r, struct err *e)
{
	char *full = realpath(r->options.record, NULL);

	if (!full)
		return err_set(e, ERR_FILE_OPEN, "%s", r->options.record);
	(void)snprintf(r->cards, sizeof r->cards, "%s.cards", full);
	(void)snprintf(r->frames, sizeof r->frames, "%s.frames", full);
	free(full);
	return choose_token(r, e) && open_face(r, e);
}

/* The conductor's own ops: files too large for the transcript, cards, and the rest. */
static bool own_call(void *ctx, struct call *c, struct err *e)
{
	struct room        *r = ctx;
	const struct helper host = host_helper(&r->bundle.fd);

	if (c->op == OP_QR_SCAN || c->op == OP_CARD_SCAN)
		return scan_host_call(&r->scan_from, c, e);
	if (c->op == OP_SHARE_CARD)
		return card_file_call(&r->runner.helper[PORT_TOKEN], &r->runner.helper[PORT_MEDIA], c, e);
	if (c->op == OP_HOST_PRINT)
		return print_host_call(&r->script, r->bundle.fd, c, e);
	if (c->op == OP_RECORD_DELIVER)
		return room_put_ca(r, e) && record_host_call(&r->record, &r->runner.helper[PORT_MEDIA], c, e);
	if (lists_knows(c->op)) {
		r->synced = false;
		return lists_call(&r->lists, c, e);
	}
	bool ok = host.call(host.ctx, c, e);
	r->synced |= ok && c->op == OP_HOST_REPORT; /* which has put its file, and synced all */
	return ok;
}

static void set_up_lists(struct room *r)
{
	r->lists.dir = r->bundle.fd;
	r->lists.record = &r->record;
	r->lists.before = &r->ledger;
	r->lists.media = &r->runner.helper[PORT_MEDIA];
	r->lists.parse = &r->runner.helper[PORT_PARSE];
}

/* A file of this machine may stand for a disk where all is play. */
void room_media(struct room *r)
{
	r->media_args[0] = r->devices ? "--devices" : "--media";
	size_t num = 1;
	bool   discs = false;

	for (size_t i = 0; i < r->script.num_media; i++)
		discs |= r->script.medium[i].disc;
	if (!r->devices)
		r->media_args[num++] = r->options.media;
	else if (r->rehearsal)
		r->media_args[num++] = "--loops";
	if (r->devices && discs)
		r->media_args[num++] = "--discs";
	r->media_args[num] = NULL;
}

static bool is_ours(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, 0) == 0 && st.st_uid == geteuid();
}

/* ceremony-media has been started: nobody needs root's rights any more. Where the record, or the folder that it lies in (RECORD.cards), is
 * another user's, root writes there by right alone. */
static bool give_up(const struct room *r, struct err *e)
{
	bool ours = is_ours(r->record.fd, "..") && is_ours(r->record.fd, ".") && is_ours(r->record.ceremonies, ".") && is_ours(r->bundle.fd, ".");

	return cell_give_up(ours ? CELL_NO_RIGHT : CELL_ANY_FILE, e);
}

bool room_start(struct room *r, struct err *e)
{
	const char *token_args[] = { "--record", r->path, NULL };
	const char *const *const args[] = { [PORT_TOKEN] = token_args, [PORT_MEDIA] = r->media_args, [PORT_PARSE] = NULL };
	char       *full = realpath(r->options.record, NULL);

	if (!full)
		return err_set(e, ERR_FILE_OPEN, "%s", r->options.record);
	(void)snprintf(r->path, sizeof r->path, "%s/ceremonies/%s", full, r->bundle.name.text);
	free(full);
	room_media(r);
	if (!room_open(r, e))
		return false;
	for (int p = 0; p < PORT_HOST; p++) {
		if (!spawn_helper(&r->spawned[p], (enum port)p, args[p], e))
			return false;
		r->runner.helper[p] = r->spawned[p].helper;
	}
	set_up_lists(r);
	r->runner.helper[PORT_HOST] = (struct helper){ own_call, r };
	return give_up(r, e);
}
