/* intent.c: see intent.h. */
#include "ceremony/token/intent.h"

#include <fcntl.h>
#include <unistd.h>

#include "ceremony/base/text.h"
#include "ceremony/record/merkle.h"
#include "ceremony/record/note.h"
#include "ceremony/record/transcript.h"

static bool no(struct err *e, const char *why)
{
	return err_set(e, ERR_TOKEN_NO_INTENT, "%s", why);
}

static bool last_event(struct event *out, struct arena *a, int record, struct err *e)
{
	struct err why = { 0 };

	if (record < 0)
		return no(e, "no record was named");
	int fd = openat(record, "transcript.jsonl", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return no(e, "there is no transcript");
	bool ok = transcript_last(out, a, fd, &why);
	(void)close(fd);
	return ok || err_set(e, ERR_TOKEN_NO_INTENT, "%s: %s", err_text_of(why.id)->what, why.detail);
}

bool intent_matches(int record, struct arena *a, const char *op, const struct fields *wanted,
                    const char *const *keys, struct err *e)
{
	struct event ev;

	if (!last_event(&ev, a, record, e))
		return false;
	if (ev.type != EVENT_INTENT)
		return err_set(e, ERR_TOKEN_NO_INTENT, "its last line is of type %s", event_type_name(ev.type));
	if (!fields_is(&ev.data, "op", op))
		return no(e, "the intent names another op");
	if (!bytes_equal(fields_get(&ev.data, "token"), fields_get(wanted, "token")))
		return no(e, "the intent names another token");
	for (size_t i = 0; keys[i]; i++) {
		const struct bytes *said = fields_find(&ev.data, keys[i]), *want = fields_find(wanted, keys[i]);

		if (!said || !want || !bytes_equal(*said, *want))
			return err_set(e, ERR_TOKEN_NO_INTENT, "the intent names another %s", keys[i]);
	}
	return true;
}

struct count {
	struct merkle tree;
	bool          closed; /* the last line was a close event */
};

static bool count_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct count *c = ctx;

	(void)e;
	merkle_add(&c->tree, line);
	c->closed = ev->type == EVENT_CLOSE;
	return true;
}

bool intent_checkpoint(int record, struct bytes body, struct err *e)
{
	struct count c = { .closed = false };
	struct bytes origin, rest;
	uint8_t      root[32], storage[NOTE_NAME_MAX + 128];
	struct buf   want = BUF_ON(storage);
	struct err   why = { 0 };

	if (record < 0)
		return no(e, "no record was named");
	if (!transcript_each(record, count_line, &c, &why))
		return err_set(e, ERR_TOKEN_NO_INTENT, "%s: %s", err_text_of(why.id)->what, why.detail);
	if (!c.closed)
		return no(e, "the transcript is not closed");
	if (!bytes_cut(body, '\n', &origin, &rest) || !origin.len || origin.len > NOTE_NAME_MAX ||
	    !text_is_plain(origin))
		return no(e, "the message is no checkpoint");
	merkle_root(root, &c.tree);
	checkpoint_body(&want, origin, c.tree.size, root);
	if (!buf_ok(&want) || !bytes_equal(buf_bytes(&want), body))
		return no(e, "the message is not the checkpoint of this transcript");
	return true;
}

bool intent_checkpoint_file(int record, struct bytes file, struct err *e)
{
	struct checkpoint c;
	struct err        why = { 0 };

	if (!checkpoint_parse(&c, file, &why))
		return err_set(e, ERR_TOKEN_NO_INTENT, "the message is no checkpoint: %s", why.detail);
	return intent_checkpoint(record, c.body, e);
}
