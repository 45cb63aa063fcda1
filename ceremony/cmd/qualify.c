/* qualify.c: see qualify.h. The token process measures; the verdict is keytest's, made here. */
#include "ceremony/cmd/qualify.h"

#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/json.h"
#include "ceremony/cmd/hidden.h"
#include "ceremony/port/spawn.h"
#include "ceremony/port/tries.h"
#include "keytest/qualify.h"

static int fail(const struct err *e)
{
	char text[768];

	(void)fprintf(stderr, "ceremony token qualify: %s\n", err_line(text, sizeof text, e));
	return e->id == ERR_USAGE || e->id == ERR_TOKEN_URI ? 2 : 3;
}

/* ---- what is printed ---- */

static void put_json(const char *name, struct bytes value)
{
	(void)printf("\"%s\": ", name);
	json_print(stdout, value);
}

static void put_list(const char *name, const char list[][200], size_t num)
{
	(void)printf(",\n \"%s\": [", name);
	for (size_t i = 0; i < num; i++) {
		(void)fputs(i ? ",\n  {" : "\n  {", stdout);
		put_json("text", bytes_str(list[i]));
		(void)putchar('}');
	}
	(void)putchar(']');
}

static void print_json(const struct fields *out, const struct qualify *q)
{
	(void)fputs("{", stdout);
	put_json("verdict", bytes_str(q->fit ? "fit" : "unfit"));
	(void)fputs(",\n ", stdout);
	put_json("words", bytes_str(qualify_words(q)));
	put_list("reasons", q->reason, q->num_reasons);
	put_list("remarks", q->remark, q->num_remarks);
	(void)fputs(",\n \"findings\": {", stdout);
	for (size_t i = 0; i < out->num; i++) {
		(void)fputs(i ? ",\n  " : "\n  ", stdout);
		put_json((const char *)out->item[i].key.p, out->item[i].value);
	}
	(void)fputs("}}\n", stdout);
}

static void print_text(const struct fields *out, const struct qualify *q)
{
	for (size_t i = 0; i < out->num; i++)
		if (!bytes_starts(out->item[i].key, "spki."))
			(void)printf("%-26s %s\n", (const char *)out->item[i].key.p, (const char *)out->item[i].value.p);
	if (q->num_remarks)
		(void)fputs("\nOnly claimed, or not measured:\n", stdout);
	for (size_t i = 0; i < q->num_remarks; i++)
		(void)printf("  %s\n", q->remark[i]);
	if (q->num_reasons)
		(void)fputs("\nWhy not:\n", stdout);
	for (size_t i = 0; i < q->num_reasons; i++)
		(void)printf("  %s\n", q->reason[i]);
	(void)printf("\nVerdict: %s\n", qualify_words(q));
}

/* ---- asking ---- */

static void say_progress(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	(void)ctx;
	(void)fprintf(stderr, "  %llu of %llu: %s\n", (unsigned long long)done + 1, (unsigned long long)total, what);
}

static bool ask_pin(struct secret *pin, int fd, const struct fields *token, struct err *e)
{
	__attribute__((cleanup(hidden_done))) struct hidden h = { 0 };
	bool end = false;
	char prompt[256];
	bool pad = fields_is(token, "pin-pad", "yes");
	const enum tries tries = tries_by_name(fields_get(token, "tries"));

	(void)snprintf(prompt, sizeof prompt, "User PIN of %s, serial %s (tries left: %s)%s: ",
	               (const char *)fields_get(token, "label").p, (const char *)fields_get(token, "serial").p,
	               tries < TRIES_COUNT_ ? tries_left(tries) : "it does not tell", pad ? ", or Enter to type it on the token" : "");
	if (!hidden_init(&h, fd < 0 ? STDIN_FILENO : fd, e))
		return false;
	if (fd < 0 && !h.is_terminal)
		return err_set(e, ERR_USAGE, "a PIN is asked for on a terminal, or read with --pin-fd");
	if (!hidden_line(&h, pin, &end, prompt, e))
		return false;
	return !end || err_set(e, ERR_PIN_FORM, "there is none to be read");
}

/* A wrong PIN here must not cost the token: with few tries left, nothing is tried. */
static bool may_be_tried(const struct fields *token, struct err *e)
{
	if (!fields_is(token, "initialised", "yes"))
		return err_set(e, ERR_TOKEN_STATE, "it is empty: initialise it first");
	if (fields_is(token, "tries", "locked"))
		return err_set(e, ERR_PIN_LOCKED, "as the token says");
	if (fields_is(token, "tries", "final"))
		return err_set(e, ERR_PIN_FINAL, "a qualification is not worth it");
	return true;
}

static bool measure(struct call *c, struct spawned *s, struct arena *in, const char *uri, int pin_fd, struct err *e)
{
	SECRET       pin = { 0 };
	char         storage[8192];
	struct arena a = ARENA_ON(storage);
	struct call  open = { .op = OP_TOKEN_OPEN, .in = fields_on(in), .out = fields_on(&a) };

	fields_str(&open.in, "uri", uri);
	if (!helper_call(&s->helper, &open, e) || !may_be_tried(&open.out, e) || !ask_pin(&pin, pin_fd, &open.out, e))
		return false;
	fields_put(&c->in, "serial", fields_get(&open.out, "serial"));
	c->secret_in = &pin;
	bool ok = helper_call(&s->helper, c, e);
	c->secret_in = NULL;
	return ok;
}

int qualify_command(const char *uri, int pin_fd, bool json)
{
	static struct spawned s;
	static struct qualify q;
	struct err            e = { 0 };
	char                  storage[8192];
	struct arena          in = ARENA_ON(storage), out = arena_new((size_t)1 << 20);
	struct call c = { .op = OP_TOKEN_QUALIFY, .in = fields_on(&in), .out = fields_on(&out), .progress = say_progress };

	bool ok = spawn_helper(&s, PORT_TOKEN, NULL, &e) && measure(&c, &s, &in, uri, pin_fd, &e);
	spawn_done(&s);
	if (ok) {
		qualify_judge(&q, &out, &c.out);
		if (json)
			print_json(&c.out, &q);
		else
			print_text(&c.out, &q);
		if (fflush(stdout) != 0 || ferror(stdout))
			ok = err_set(&e, ERR_FILE_WRITE, "standard output");
	}
	arena_free(&out);
	return !ok ? fail(&e) : q.fit ? 0 : 1;
}
