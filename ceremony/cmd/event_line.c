/* event_line.c: see event_line.h. */
#include "ceremony/cmd/event_line.h"

#include "ceremony/base/text.h"
#include "ceremony/base/utc.h"
#include "ceremony/flow/engine.h"
#include "ceremony/flow/kinds.h"

/* What the world does, said so that "done" or "failed" can stand behind it. An op that is not here goes by its name. */
static const char *const work[] = {
	[OP_TOKEN_LIST] = "look for tokens",
	[OP_TOKEN_OPEN] = "open the token",
	[OP_TOKEN_INIT] = "initialise the token",
	[OP_TOKEN_SET_PIN] = "set the user PIN",
	[OP_TOKEN_LOGIN] = "log in to the token",
	[OP_TOKEN_QUALIFY] = "examine the token",
	[OP_TOKEN_RANDOM] = "random octets of the token",
	[OP_KEY_GENERATE] = "make a key",
	[OP_KEY_FIND] = "look for a key",
	[OP_KEY_SIGN] = "sign",
	[OP_KEY_LOCK] = "lock the key in the token",
	[OP_BACKUP_WRAP] = "wrap the root key",
	[OP_BACKUP_MAKE] = "make the root key in locked memory",
	[OP_BACKUP_DICE] = "mix in the dice",
	[OP_SHARE_PASSPHRASE] = "take the passphrase",
	[OP_SHARE_SPLIT] = "split the secret into shares",
	[OP_SHARE_SHOW] = "show a share",
	[OP_SHARE_CHECK] = "compare the share",
	[OP_BACKUP_PROVE] = "prove the backup",
	[OP_SHARE_ENTER] = "take a share",
	[OP_SHARE_JOIN] = "join the shares",
	[OP_KEY_RESTORE] = "restore the root key",
	[OP_KEY_PROVE] = "prove the key by a signature",
	[OP_KEY_DESTROY] = "destroy the key",
	[OP_BACKUP_REWRAP] = "wrap the root key anew",
	[OP_TRANSFER_KEY] = "make a transfer key",
	[OP_TRANSFER_SEND] = "send the root key, wrapped",
	[OP_TRANSFER_RECEIVE] = "receive the root key",
	[OP_BACKUP_FORGET] = "forget the backup's secrets",
	[OP_WITNESS_MAKE] = "make the witness's key",
	[OP_WITNESS_SIGN] = "the witness signs",
	[OP_WITNESS_BRING] = "read the witness's key",
	[OP_WITNESS_SIGN_BROUGHT] = "the witness signs",
	[OP_WITNESS_CARD] = "read the witness's card",
	[OP_WITNESS_CARD_SIGN] = "the witness signs",
	[OP_MARK_READ] = "read the token's mark of the record",
	[OP_MARK_WRITE] = "write the token's mark of the record",
	[OP_MEDIA_BURN] = "burn the disc",
	[OP_MEDIA_FIND] = "look for media",
	[OP_MEDIA_RELEASE] = "read the medium back from the device",
	[OP_MEDIA_LIST] = "list the medium",
	[OP_MEDIA_NEWEST] = "look for the newest file",
	[OP_MEDIA_READ] = "read a file",
	[OP_MEDIA_HASH] = "read a file and hash it",
	[OP_MEDIA_WRITE] = "write a file and read it back",
	[OP_MEDIA_WRITE_SECRET] = "write a card's file",
	[OP_MEDIA_READ_PART] = "read a file",
	[OP_MEDIA_WRITE_PART] = "write a file",
	[OP_PARSE_REQUEST] = "read the request",
	[OP_PARSE_LIST] = "read the revocation list",
	[OP_PARSE_CERTIFICATE] = "read the certificate",
	[OP_PARSE_REVOCATIONS] = "read the list of revocations",
	[OP_PARSE_CRL] = "read a revocation list",
	[OP_CRL_LOOK] = "read the lists on the medium",
	[OP_CRL_ADOPT] = "take the last list over",
	[OP_LIST_TAKE] = "take the list of revocations",
	[OP_CRL_BUILD] = "build the revocation list",
	[OP_CRL_WRITE] = "write the revocation list",
	[OP_FILE_DELIVER] = "write a file and read it back",
	[OP_RECORD_DELIVER] = "write the record and read it back",
	[OP_SHARE_CARD] = "write a share's card",
	[OP_QR_SCAN] = "read by camera",
	[OP_CARD_SCAN] = "look for a card by camera",
	[OP_HOST_REPORT] = "write the report",
	[OP_HOST_PRINT] = "print a document",
	[OP_HOST_LOOK] = "look at the machine",
};

/* What happened, where the step says where; and where it says all. */
static const struct {
	const char *after, *alone;
} said[EVENT_COUNT_] = {
	[EVENT_OPEN] = { NULL, "The record is opened" },
	[EVENT_ANSWER] = { "answered", NULL },
	[EVENT_REFUSED] = { "the answer was not taken", NULL },
	[EVENT_INTENT] = { "begins", NULL },
	[EVENT_RESULT] = { "done", NULL },
	[EVENT_FAILED] = { "FAILED", NULL },
	[EVENT_RESOLVED] = { "found out after the interruption", NULL },
	[EVENT_BACK] = { "one prompt back", NULL },
	[EVENT_PAUSE] = { NULL, "Paused" },
	[EVENT_RESUME] = { NULL, "Gone on with after a break" },
	[EVENT_EXCEPTION] = { NULL, "An exception is recorded" },
	[EVENT_ABORT] = { NULL, "ABORTED for good" },
	[EVENT_CLOSE] = { NULL, "The record is closed" },
	[EVENT_ASIDE] = { NULL, "Something is to be recorded out of turn" },
	[EVENT_DISPOSITION] = { NULL, "An exception is decided" },
	[EVENT_LEAVE] = { NULL, "Somebody leaves the room" },
	[EVENT_RETURN] = { NULL, "Somebody comes back into the room" },
	[EVENT_HANDOVER] = { NULL, "A role is handed over" },
	[EVENT_JUMP] = { NULL, "The clock has jumped" },
};

static const char *step_title(const struct flow *f, const struct event *ev)
{
	for (size_t i = 0; i < f->script->num_steps; i++)
		if (bytes_is(ev->step, f->script->step[i].id))
			return f->script->step[i].title;
	return "";
}

static const char *title(const struct flow *f, const struct event *ev, bool past)
{
	const struct turn *t = past ? NULL : flow_turn(f);

	if (!t || !bytes_is(ev->turn, t->name) || (!t->title && !t->title_of))
		return step_title(f, ev);
	return turn_title(f, t);
}

/* What the world was asked to do, if this event is about that. */
static const char *work_of(const struct event *ev)
{
	struct bytes name = fields_get(&ev->data, "op");
	enum op      op = name.len ? op_by_name(name) : OP_NONE;

	if (op == OP_NONE)
		return NULL;
	return (size_t)op < COUNT_OF(work) && work[op] ? work[op] : op_text_of(op)->name;
}

void event_line(struct buf *b, const struct flow *f, const struct event *ev, bool past)
{
	char        now[24];
	const char *w = work_of(ev);

	buf_fmt(b, "%llu  %.8s  ", (unsigned long long)ev->n, utc_str(now, ev->time) + 11);
	if (ev->type == EVENT_RESUME && !past && !f->paused)
		buf_str(b, "Gone on with; what was typed and not answered with is not kept");
	else if (said[ev->type].alone)
		buf_str(b, said[ev->type].alone);
	else if (w)
		buf_fmt(b, "%s - %s - %s", step_title(f, ev), w, said[ev->type].after);
	else
		buf_fmt(b, "%s - %s", title(f, ev, past), said[ev->type].after);
}
