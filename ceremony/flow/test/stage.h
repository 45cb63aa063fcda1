/* stage.h: for tests: whole ceremonies over the world of world.h, process by process, in a folder of their own. */
#pragma once

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/flow/test/world.h"
#include "ceremony/record/bundle.h"

#define STAGE_BOOT "0123456789abcdef0123456789abcdef"

struct stage {
	char                 folder[40]; /* in memory where that can be: every event is synced */
	struct arena         lasting, scripts;
	const struct script *script;
	const struct ledger *before;  /* what the CA has done */
	unsigned             number;  /* of the ceremony */
	bool                 production; /* no rehearsal */
	bool                 devices;    /* media are devices */
	const char          *amiss;      /* when it begins; NULL: nothing */
	struct world        *world;
	/* in place of the world's own, with the world as ctx; NULL: that */
	bool (*ask)(void *ctx, const struct prompt *p, struct reply *r, struct err *e);
	bool (*call)(void *ctx, struct call *c, struct err *e);
};

/* One process: a runner over the folder's transcript. */
struct process {
	struct runner runner;
	struct stage *stage;
	int           dir;
};

static inline bool stage_put(void *ctx, const char *name, struct bytes content, struct err *e)
{
	return bundle_put(*(int *)ctx, name, content, e);
}

static inline bool stage_sync(void *ctx, struct err *e)
{
	return file_sync_all(*(int *)ctx, e);
}

/* process_on: a new one; nothing has run in it. */
static inline void process_on(struct process *p, struct stage *s)
{
	struct err e = { 0 };

	*p = (struct process){ .stage = s, .dir = open(s->folder, O_RDONLY | O_DIRECTORY) };
	p->runner = (struct runner){
		.arena = arena_new((size_t)64 << 20),
		.scratch = arena_new((size_t)32 << 20),
		.face = { .ask = s->ask ? s->ask : world_ask, .tell = world_tell, .close = world_close, .ctx = s->world, .name = "answers" },
		.clock = { world_now, world_mono, s->world, STAGE_BOOT },
		.token_uri = "pkcs11:",
		.put = stage_put,
		.sync = stage_sync,
		.put_ctx = &p->dir,
	};
	for (int i = 0; i < PORT_COUNT_; i++)
		p->runner.helper[i] = (struct helper){ s->call ? s->call : world_call, s->world };
	p->runner.transcript.fd = -1;
	world_forget(s->world);
	OK(flow_init(&p->runner.flow, s->script, s->before, &p->runner.arena, &p->runner.scratch, &e), e);
}

static inline void process_done(struct process *p)
{
	secret_done(&p->runner.secret);
	transcript_done(&p->runner.transcript);
	arena_free(&p->runner.arena);
	arena_free(&p->runner.scratch);
	(void)close(p->dir);
}

static inline bool process_start(struct process *p, struct err *e)
{
	struct fields data = fields_on(&p->runner.scratch);

	fields_u64(&data, "number", p->stage->number);
	fields_str(&data, "format", TRANSCRIPT_FORMAT);
	fields_str(&data, "previous", p->stage->before->previous);
	fields_str(&data, "before", p->stage->before->before);
	fields_str(&data, "rehearsal", p->stage->production ? "no" : "yes");
	fields_str(&data, "media", p->stage->devices ? "devices" : "folders");
	fields_str(&data, "boot", p->runner.clock.boot);
	fields_str(&data, "face", p->runner.face.name);
	fields_u64(&data, "looks", 1);
	if (p->stage->amiss)
		fields_str(&data, "amiss.1", p->stage->amiss);
	return transcript_create(&p->runner.transcript, p->dir, e) && runner_open(&p->runner, &data, e);
}

static inline bool process_replay_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	return runner_replay(ctx, ev, line, e);
}

static inline bool process_resume(struct process *p, struct err *e)
{
	return transcript_open(&p->runner.transcript, p->dir, e) &&
	       transcript_each(p->dir, process_replay_line, &p->runner, e) && runner_resume(&p->runner, 0, e);
}

/* process_run: until the end or the power cut; true if an end was reached. */
static inline bool process_run(struct process *p, bool resumed, enum runner_end *end)
{
	struct err e = { 0 };

	if (setjmp(p->stage->world->power))
		return false;
	OK((resumed ? process_resume(p, &e) : process_start(p, &e)), e);
	OK(runner_run(&p->runner, end, &e), e);
	return true;
}

/* process_run_or_cut: the same, and the end must be that of a whole ceremony. */
static inline bool process_run_or_cut(struct process *p, bool resumed)
{
	enum runner_end end = RUNNER_PAUSED;

	if (!process_run(p, resumed, &end))
		return false;
	assert_int_equal(end, RUNNER_DONE);
	return true;
}

/* process_cut: the power goes after so many more events, and the ceremony is resumed to its end, which is left in p. */
static inline void process_cut(struct process *p, uint64_t events, void (*start)(struct process *p))
{
	start(p);
	struct world *w = p->stage->world;
	w->stop_after = w->num_told + events;
	assert_false(process_run_or_cut(p, false));
	process_done(p);
	w->stop_after = 0;
	start(p);
	assert_true(process_run_or_cut(p, true));
}

/* ---- the stage itself ---- */

static inline int stage_remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	return f->level == 0 ? 0 : remove(path);
}

/* stage_clear: nothing has happened in the folder. */
static inline void stage_clear(struct stage *s)
{
	assert_int_equal(nftw(s->folder, stage_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* stage_fresh: nor in the world. */
static inline void stage_fresh(struct stage *s)
{
	stage_clear(s);
	for (size_t i = 0; i < COUNT_OF(s->world->key); i++)
		if (s->world->id[i][0])
			throwaway_done(&s->world->key[i]);
	*s->world = (struct world){ .arena = s->lasting, .now = THROWAWAY_NOW };
	s->world->arena.len = 0;
}

static inline bool stage_load_profile(void *ctx, const char *name, struct bytes *text, struct err *e)
{
	struct stage *s = ctx;
	char          path[120];

	(void)snprintf(path, sizeof path, "scripts/profiles/%s.ini", name);
	return file_read(text, &s->scripts, AT_FDCWD, path, SCRIPT_MAX_LEN, e);
}

/* stage_script: the shipped script NAME.ini; where `from` is not NULL, with `to` in place of its first occurrence. */
static inline bool stage_script(struct stage *s, struct script *out, const char *name, const char *from, const char *to)
{
	struct err   e = { 0 };
	struct bytes text;
	char         path[120];

	(void)snprintf(path, sizeof path, "scripts/ceremonies/%s.ini", name);
	if (!file_read(&text, &s->scripts, AT_FDCWD, path, SCRIPT_MAX_LEN, &e))
		return false;
	if (from) {
		const char *at = strstr((const char *)text.p, from);
		uint8_t    *p = arena_take(&s->scripts, text.len + strlen(to));
		if (!p || !at)
			return false;
		size_t     head = (size_t)(at - (const char *)text.p);
		struct buf b = buf_init(p, text.len + strlen(to));
		buf_put(&b, bytes_first(text, head));
		buf_str(&b, to);
		buf_put(&b, bytes_skip(text, head + strlen(from)));
		text = buf_bytes(&b);
	}
	return script_parse(out, &s->scripts, name, text, stage_load_profile, s, &e) || !fprintf(stderr, "%s: %s\n", name, e.detail);
}

static inline bool stage_init(struct stage *s, struct world *w, const struct ledger *before)
{
	struct err e = { 0 };

	*s = (struct stage){ .world = w, .lasting = arena_new((size_t)64 << 20), .scripts = arena_new((size_t)32 << 20), .before = before, .number = 1 };
	s->world->arena = s->lasting;
	(void)snprintf(s->folder, sizeof s->folder, "%s/stage-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	return process_harden(&e) && mkdtemp(s->folder);
}

static inline int stage_done(struct stage *s)
{
	stage_fresh(s);
	arena_free(&s->lasting);
	arena_free(&s->scripts);
	return rmdir(s->folder);
}
