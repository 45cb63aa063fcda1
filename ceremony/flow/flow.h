/* flow.h: the ceremony as a state machine, without any input or output.
 *
 * The state is nothing but a replay of the transcript's events. flow_next says what comes
 * next; flow_prompt what to show; flow_decide turns what came back (an answer, the
 * world's result, a failure) into one event and changes nothing; flow_check says whether
 * an event may come now; flow_apply, the only writer of state, takes it. The runner, the
 * resume, the report and the verifier all use these same five. */
#pragma once

#include "ceremony/flow/script.h"
#include "ceremony/pki/certificate.h"
#include "ceremony/pki/crl.h"
#include "ceremony/port/face.h"
#include "ceremony/port/helper.h"
#include "ceremony/port/tries.h"
#include "ceremony/record/event.h"
#include "ceremony/record/ledger.h"
#include "ceremony/record/note.h"

#define FLOW_MAX_SHARES   16
#define FLOW_MAX_WITNESSES 16
#define FLOW_MAX_LISTS   12 /* that one ceremony signs, each for a time of its own */

/* A key in the token. */
struct flow_key {
	const char *id, *label, *algorithm;
	struct key  key; /* key.spki.len == 0: not made */
	bool        loose; /* the root of a CA that was taken over: its token would give it away (loose.h) */
};

/* The tokens of a ceremony: the one that holds the root key, and a second one, into which a
 * backup is restored. */
enum flow_token_use { TOKEN_ROOT, TOKEN_SECOND, TOKEN_COUNT_ };

struct flow_token {
	bool          empty_pad; /* of one that is to be initialised: it has a PIN pad */
	struct fields intake; /* as token-open said it; num 0: not taken in */
	const char   *serial; /* NULL: not known */
	struct fields findings; /* of token-qualify; num 0: it was not asked */
	enum tries      tries; /* left for the user's PIN, as it says */
	bool          open, live, pin_given; /* in this process */
	bool          was_live;              /* in one before it */
};

struct flow_request {
	const char  *file;
	struct bytes content; /* as it came */
	struct bytes der;
	const struct request *parsed; /* of der; its proof of possession is checked; in the arena */
	const char  *sha256, *subject;
	uint8_t      pick[32]; /* picks the words of its sheet that are typed back */
	struct bytes existing; /* the file of the certificate that its CA has, as it came; empty: none was asked for */
	const struct certificate *existing_cert; /* of that, in the arena; it goes with the request */
	bool         on_medium; /* although a camera was to read it */
	bool         refused, compared;
	enum err_id  why; /* refused */
	const char  *detail;
	/* after the review */
	struct bytes random;
	int64_t      time;
	struct bytes tbs; /* what is signed if it is approved: the profile's plan, linted */
	enum sig_alg sig;
	bool         approved, rejected;
	struct bytes cert; /* DER */
};

/* A certificate that this ceremony revokes. */
struct flow_revocation {
	const struct ledger_cert *cert; /* of the ledger */
	uint8_t                   reason;
	int64_t                   date;
	bool                      confirmed;
};

/* A revocation list that was imported. */
struct flow_list {
	const char *file, *sha256; /* file: NULL: none */
	const char *kind, *now, *reason, *reasons, *known; /* as list-take was asked, and said */
	uint64_t    entries;
	const struct fields *said; /* all that list-take said */
	bool        confirmed; /* by two people */
};

/* A CRL that lies as a file in the ceremony's folder: a list, or a part of one. */
struct flow_shard {
	const char   *file; /* "root.crl", "root-0.crl" */
	int64_t       this_update, next_update;
	uint64_t      entries, size; /* size: of what is signed */
	const char   *sha256;        /* of the same */
	struct digest digest;        /* by the signature's hash */
	struct bytes  signature;     /* empty: not signed */
	uint64_t      file_size;
	const char   *file_sha256; /* NULL: not written */
	struct fields counts;      /* as crl-build said */
};

struct flow_share {
	const char *commitment;
	bool        shown, entered;
};

/* The key that a witness signs with: made here, or the witness's own, on a medium or a card. */
enum witness_kind { WITNESS_ROOM, WITNESS_MINISIGN, WITNESS_CARD };

struct flow_witness {
	enum witness_kind kind;
	const char *name;      /* the person's */
	const char *slug;      /* "witness-1": file names and key name */
	uint8_t     public_key[32];
	bool        made;
	struct bytes sealed;            /* WITNESS_ROOM */
	const char  *file;              /* WITNESS_MINISIGN */
	uint8_t      number[8];         /* WITNESS_MINISIGN: that of the key, as minisign has it */
	const char  *serial, *key_id;   /* WITNESS_CARD: of the card; hex of CKA_ID */
	struct key   key;               /* WITNESS_CARD */
	/* after the close */
	bool    signed_;
	int64_t time;
	uint8_t signature[64], global[64];
	struct bytes detached, heard; /* in place of both, where the key is not of Ed25519 */
};


enum flow_phase { PHASE_ASK, PHASE_DO, PHASE_INTENT };

/* What is being recorded out of turn (aside.h). */
enum flow_aside { ASIDE_NONE, ASIDE_WHICH, ASIDE_EXCEPTION, ASIDE_DECIDE, ASIDE_PEOPLE, ASIDE_HANDOVER, ASIDE_ABORT };

/* Something that was not as expected, in the order of their numbers; in the arena. */
struct flow_exception {
	struct flow_exception *next;
	unsigned               number; /* from 1 */
	const char            *expected, *happened;
	enum err_id            failed; /* the check that failed, if it may be waived; ERR_NONE */
	bool                   open, look; /* look: it began although something was amiss (look.c) */
};

/* Who had a role and handed it over: nobody has two. */
struct flow_former {
	struct flow_former *next;
	const char         *name;
};

#define FLOW_JUMP_MS 5000 /* how far the two clocks may drift apart before it is a jump */

/* A device that is bound to a medium's name (media.h). */
struct flow_medium {
	struct flow_medium *next;
	const char         *name;
	unsigned            owner;  /* 0: everybody's; N: what person N has brought */
	const char         *device; /* its identity, as media-find said it */
};

struct adoption; /* adopt.h */

struct flow {
	const struct script *script;
	struct arena        *arena;   /* what lasts */
	struct arena        *scratch; /* what one prompt or plan needs; emptied by the caller */

	/* where we are */
	size_t          step, turn;
	unsigned        round;
	enum flow_phase phase;
	struct fields   answer;      /* of this turn, while its op is due */
	bool            unresolved;  /* an intent whose outcome nobody saw */
	const char     *intent_sha256; /* of the message whose signature was lost, or NULL */
	struct err      failure;     /* the world failed: ask what to do (ERR_NONE: no) */
	struct err      refused;     /* why the last answer was not taken (ERR_NONE: no) */
	bool            tells_prompts; /* the transcript is of a format that says what each prompt showed */
	bool            opened, paused, aborted, closed, ended;
	bool            was_cut; /* it was gone on with after a break that nobody had asked for */
	uint64_t        num_events;
	uint8_t         chain[32]; /* prev of the last event: nobody knew it before the day */
	int64_t         time;      /* of the last event */
	int64_t         answer_time; /* of the last answer */
	int64_t         step_time;   /* of the event with which this step began */
	int64_t         clock_now; /* of the event that is being decided or checked */
	unsigned        facts;

	/* out of turn */
	enum flow_aside        aside;
	struct err             kept;       /* `refused` of the turn that was left for it */
	struct flow_exception *exceptions; /* the first */
	unsigned               num_exceptions, num_open, deciding; /* deciding: a number */
	unsigned               waived_checks; /* bits of this step's checks (aside.c) that two people waived */
	size_t                 waived_step;
	const char            *amiss; /* when it began, until somebody says why it begins nonetheless; NULL: nothing */
	const char           **amiss_item; /* the same, one by one */
	unsigned               num_amiss;
	bool                   away[ROLE_COUNT_][ROLE_MAX_EACH];
	struct flow_former    *former;
	bool                   roll_call; /* people have been away: who is here? */
	/* the two clocks: where they agreed last */
	const char            *boot; /* which start of the machine; NULL: not said, and nothing is compared */
	int64_t                clock_wall;
	uint64_t               clock_mono, mono;
	int64_t                jump_ms;  /* the last jump */
	enum flow_jump { JUMP_NONE, JUMP_NEW, JUMP_SHOW } jump;

	/* what is known */
	const char         *person[ROLE_COUNT_][ROLE_MAX_EACH];
	bool                devices;  /* media are devices, not folders that stand for them */
	struct flow_medium *media;    /* the last bound first; in the arena */
	bool                looked;   /* for one that is not bound yet: found is what there was */
	struct fields       found;
	const char         *previous; /* SHA-256 of the last ceremony's checkpoint, or "none" */
	unsigned            number;   /* of this ceremony in its record */
	bool                rehearsal; /* the script says so, or it was run so */
	bool                continued;    /* the CA is older than this ceremony */
	bool                ca_rehearsal; /* and was made in a rehearsal */
	const struct ledger *before; /* what the CA did before; borrowed */
	struct fields       host;     /* what the look at the machine found */
	struct flow_token   token[TOKEN_COUNT_];
	struct flow_key     root, record;
	struct bytes        root_random, root_cert;
	int64_t             root_time;
	unsigned            epoch; /* of the share set: one more each time it is made */
	const char         *set_name;
	struct ledger_scheme set_scheme;
	const char         *key_check; /* of its wrapping key; "" if not known */
	const struct ledger_set *old_sets; /* of the ceremonies before this one, the newest first */
	struct bytes        blob;
	const char         *blob_format, *set_id;
	struct flow_share   share[FLOW_MAX_SHARES];
	bool                backup_secret; /* wrapping key and dealt shares are in the token process */
	bool                forgot_entered; /* some were, and the process that had them is gone */
	unsigned            num_entered;   /* shares of the set that were brought into it from cards */
	unsigned            entered;       /* which: bit N for share N + 1 */
	unsigned            num_more;      /* shares to bring beyond what is needed, since some did not fit each other */
	bool                has_passphrase, has_dice; /* what was typed is in the token process */
	unsigned            num_rolls;     /* of the dice that were mixed in; 0: none */
	bool                wrapped;       /* the blob is of this ceremony */
	bool                restored;      /* into a token, in this ceremony */
	const char         *lost_serial;   /* of the token whose place another one takes */
	bool                destroyed;     /* the root key, in the root's token */
	struct bytes        transfer;      /* public key of the second token's, in this process: for a clone */
	const char         *wrapped_sha256; /* of what was sent under it; NULL: nothing was */
	const char         *copy_serial;   /* of the token that holds a restored copy; NULL: none does */
	bool                live, waived;  /* the root may sign; without a restore into a second token */
	struct flow_request *request; /* script_num_requests of them, in the arena */
	/* where the script says files = *: */
	const char         **listed;      /* the requests' names, in octet order */
	size_t               num_listed;
	size_t               num_on_medium, num_seen; /* files in all, and of the pages so far */
	unsigned             num_pages;
	size_t              num_requests;
	bool                 copy_large; /* a list there is too large for the transcript */
	struct bytes         copy;    /* of what a URL serves, as it was read last; in the arena */
	uint32_t           *certified; /* which of them have a certificate, in the order of signing */
	size_t              num_certs;
	struct vet         *vet; /* what earlier certificates say of new keys; in the arena (vet.h) */
	struct flow_revocation *revocation; /* room for every certificate of the ledger, in the arena */
	unsigned            num_revocations;
	bool                revoke_finds; /* the next one is looked for by what is typed */
	bool                revoked_all; /* nothing more is to be revoked */
	int64_t             crl_time; /* thisUpdate of the first list; 0: not agreed yet (series_from) */
	struct flow_list    list;
	struct flow_shard  *shard; /* where lists are files: crl_num_files of them, list by list, in the arena; NULL: not built */
	unsigned            num_written;
	unsigned            num_files; /* of the lists that are built */
	struct bytes        crl[FLOW_MAX_LISTS]; /* DER; those that are small enough for the transcript */
	unsigned            num_crls;            /* signed so far */
	struct crl_number   crl_number;          /* of the last list of before */
	struct flow_kept {
		const char *name, *sha256; /* name: NULL: not written */
		uint64_t    size, files;
	} kept_record[2]; /* the whole record, on the first and the second medium */
	bool                printed;                    /* by the print step that is done now, or was last */
	const char         *printed_sha256, *print_job; /* sha256: of a script only */
	unsigned            num_staged; /* files that wait, in ceremony-media's memory, to be burned to a disc */
	size_t              num_exported;
	struct {
		bool         large;       /* the list is too large for the transcript */
		unsigned     num_refused; /* what was brought and did not fit */
		enum err_id  why;
		const char  *detail;
		struct bytes content;
		const char  *list;        /* the number of the last list, as it was brought; NULL: none was */
	} brought;
	struct adoption    *adopt;    /* of a CA that was made elsewhere; in the arena; NULL: not in this ceremony */
	bool                loosened;                /* the root key is, and was not (loose.h) */
	bool                mark_missing, mark_held; /* in the root's token: continuity.h */
	enum err_id         mark_why;
	struct flow_witness witness[FLOW_MAX_WITNESSES];
	const char         *report_sha256; /* of report.txt, which tells everything before the close */
	struct bytes        checkpoint, checkpoint_sig; /* after the close */
	uint8_t             tree_root[32];              /* set by the runner at the close */
};

/* flow_init: the state before the first event: where the script continues a CA, with what the
 * ledger says of it (ERR_RECORD_NO_ROOT if there is none); where it does not, the ledger must not
 * have a root yet (ERR_RECORD_HAS_ROOT). `arena` must outlive the flow. ERR_NO_MEMORY. */
bool flow_init(struct flow *f, const struct script *s, const struct ledger *before, struct arena *arena,
               struct arena *scratch, struct err *e)
	__attribute__((warn_unused_result));

enum flow_what {
	FLOW_ASK, /* show flow_prompt's prompt; if `reveal` is an op, fetch its secret first */
	FLOW_DO,  /* let the world do `op`, after writing an intent if `once` */
	FLOW_END, /* nothing more */
};

struct flow_next {
	enum flow_what what;
	enum op        op, reveal;
	bool           once;
	bool           recorded; /* its events belong into the transcript */
	const char    *turn;
};

void flow_next(const struct flow *f, struct flow_next *next);

/* flow_prompt: what to show now (FLOW_ASK). Strings live in f->scratch. outline: storage for
 * SCRIPT_MAX_STEPS lines. */
void flow_prompt(const struct flow *f, struct prompt *p, struct step_line *outline);
/* flow_where: of a prompt only where we are: the ceremony, its steps, its exceptions. Nothing of it is asked. */
void flow_where(const struct flow *f, struct prompt *p, struct step_line *outline);

/* flow_ask: the fields to send with the op (FLOW_DO) or with reveal (FLOW_ASK). */
bool flow_ask(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));

enum input_kind {
	INPUT_OPEN,   /* data: the fields of the open event */
	INPUT_ANSWER, /* data: the answer's fields; secret: one was given; err: a face says that it is none, and why */
	INPUT_BACK,
	INPUT_PAUSE,
	INPUT_INTENT, /* about to do something that cannot be repeated */
	INPUT_RESULT, /* data: what the world answered */
	INPUT_FAILED, /* err: why it did not; released: it was a medium that could not be given back before a prompt */
	INPUT_RESUME, /* data: torn = octets cut off, if any; boot, program, face */
	INPUT_ASIDE,  /* data: what = exception | people | abort */
	INPUT_JUMP,   /* flow_clock_jumped has said so */
};

struct input {
	enum input_kind      kind;
	const struct fields *data;
	const struct err    *err;
	bool                 secret, released;
	int64_t              shown; /* when the prompt was shown that this answers; 0: not said */
	struct bytes         prompt; /* and what it showed; empty: not said */
};

/* flow_decide: the one event that follows from this input (type, step, turn, round, data;
 * not n, time, prev). An answer that cannot be taken becomes a `refused` event, a result
 * that is not right a `failed` one. data's copies go into ev->data.arena, set by the
 * caller. False only where no event can follow: the input does not fit the turn. */
bool flow_decide(const struct flow *f, const struct input *in, struct event *ev, struct err *e)
	__attribute__((warn_unused_result));

/* flow_check: may this event come now? The verifier asks it of every line. ERR_FLOW_*. */
bool flow_check(const struct flow *f, const struct event *ev, struct err *e) __attribute__((warn_unused_result));

/* flow_apply: takes the event. It must have passed flow_check, or come from flow_decide. */
bool flow_apply(struct flow *f, const struct event *ev, struct err *e) __attribute__((warn_unused_result));

/* flow_clock_jumped: whether an event with these two clocks must be preceded by a jump event; by how many
 * milliseconds the wall clock went too far. */
bool flow_clock_jumped(const struct flow *f, int64_t wall, uint64_t mono, int64_t *ms);

/* ---- what follows from the state ---- */

/* flow_ledger: takes what a ceremony has done into the ledger; copies go into `arena`. checkpoint: the
 * SHA-256 (hex) of its checkpoint file; NULL for one that was ended for good: what it signed is
 * signed all the same and counts, but it is not the one that the next must name. */
bool flow_ledger(const struct flow *f, struct ledger *l, struct arena *arena, const char *checkpoint, struct err *e)
	__attribute__((warn_unused_result));

/* flow_plan_root, flow_plan_request, flow_plan_crl: the plan, re-derived; of the i-th request, of the i-th list. */
bool flow_plan_root(const struct flow *f, struct plan *out, struct err *e) __attribute__((warn_unused_result));
bool flow_plan_request(const struct flow *f, size_t i, struct plan *out, struct err *e)
	__attribute__((warn_unused_result));
bool flow_plan_crl(const struct flow *f, unsigned i, struct crl_plan *out, struct err *e) __attribute__((warn_unused_result));

/* flow_files_after: those of flow_files that an event of this place (a result, or what resolved an
 * intent) can have changed: step, turn and round as they were before it was applied. */
bool flow_files_after(const struct flow *f, const struct event *ev,
                      bool (*each)(void *ctx, const char *name, struct bytes content, struct err *e), void *ctx,
                      struct err *e) __attribute__((warn_unused_result));

/* flow_files: every file of the ceremony's folder that the state implies, one call each. */
bool flow_files(const struct flow *f, bool (*each)(void *ctx, const char *name, struct bytes content, struct err *e),
                void *ctx, struct err *e) __attribute__((warn_unused_result));

/* flow_large_files: those that are no content of the transcript but hashes in it; their octets are the business of
 * ceremony/audit/lists.h. */
bool flow_large_files(const struct flow *f, bool (*each)(void *ctx, const char *name, const char *sha256, struct err *e),
                      void *ctx, struct err *e) __attribute__((warn_unused_result));

/* flow_make_checkpoint: the whole checkpoint file, once every witness has signed. */
bool flow_make_checkpoint(const struct flow *f, struct buf *out) __attribute__((warn_unused_result));

/* flow_checkpoint_body: origin, size and root of the closed transcript. */
void flow_checkpoint_body(const struct flow *f, struct buf *b);

/* flow_num_witnesses: witnesses and auditors: all who sign the checkpoint. */
size_t flow_num_witnesses(const struct flow *f);
/* flow_cosigns: is the witness's key of Ed25519, so that the signature is a line of the checkpoint? */
bool flow_cosigns(const struct flow_witness *w);
/* flow_cosigner: such a witness as the checkpoint names it. */
void flow_cosigner(const struct flow *f, size_t i, struct witness *out);
/* flow_cosignature: what that witness signs of the closed transcript at that time, without its signature. */
void flow_cosignature(const struct flow *f, size_t i, int64_t time, struct cosignature *out);
/* flow_heard_message: what a witness whose key is not of Ed25519 signs besides (heard_message). */
void flow_heard_message(const struct flow *f, size_t i, int64_t time, struct buf *out);
