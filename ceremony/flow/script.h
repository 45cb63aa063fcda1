/* script.h: a ceremony script: an ordered list of typed steps, read from INI.
 *
 *   [ceremony]  format, title, slug, organisation, origin, rehearsal, software-token
 *   [roles]     administrator, officer, custodian, witness, auditor = how many of each
 *   [quorum]    how many of each role must be here, and when (quorum.h)
 *   [medium NAME]  what its device must say (media.h)
 *   [step ID]   kind = one of step_kinds, then that kind's own parameters
 *
 * docs/formats/script.md is the page. Everything unknown, doubled or out of range is an
 * error with its line, and a step that needs what no earlier step gives is refused. */
#pragma once

#include "ceremony/base/fields.h"
#include "ceremony/base/ini.h"
#include "ceremony/pki/profile.h"

#define SCRIPT_MAX_STEPS    64
#define SCRIPT_MAX_PROFILES 16
#define SCRIPT_MAX_PARAMS   20
#define SCRIPT_MAX_LEN      ((size_t)256 << 10)

enum role { ROLE_ADMINISTRATOR, ROLE_OFFICER, ROLE_CUSTODIAN, ROLE_WITNESS, ROLE_AUDITOR, ROLE_COUNT_ };

#define ROLE_MAX_EACH 16

const char *role_name(enum role r);

/* What a step can need and give. FACT_COUNT_ bits in an unsigned. */
enum fact {
#define X(id, text) id,
#include "ceremony/flow/facts.def"
#undef X
	FACT_COUNT_
};
#define FACT(f) (1u << (f))

const char *fact_text(enum fact f);

enum param_type { PARAM_TEXT, PARAM_NUMBER, PARAM_CHOICE, PARAM_NAME, PARAM_PROFILE };

/* A parameter that a step kind takes. */
struct param {
	const char     *key;
	enum param_type type;
	const char     *preset; /* NULL: must be given; "": may be left out, whatever its type */
	uint64_t        min, max;
	const char     *choices; /* PARAM_CHOICE: "P-256 P-384 ..." */
	const char     *help;
};

struct step_kind; /* kinds.h */

struct script_step {
	const char             *id, *title;
	const struct step_kind *kind;
	struct bytes            param[SCRIPT_MAX_PARAMS]; /* in the order of the kind's table */
	unsigned                line;
};

struct script_profile {
	const char           *name;
	struct bytes          text;
	const struct profile *profile;
};

/* How many of each role must be here: at a step (its id), at "key-use", at "every-step" (quorum.h). */
#define SCRIPT_MAX_QUORUMS 32
struct script_quorum {
	const char *where;
	unsigned    need[ROLE_COUNT_];
};

/* [medium NAME]: what the device must say (media.h). */
#define SCRIPT_MAX_MEDIA 16
struct script_medium {
	const char *name, *label, *serial; /* serial: NULL: any */
	bool        labelled;              /* the label is said, and is not just the name */
	bool        disc;                  /* blank discs are burned, in the drive of that serial */
};

struct script {
	struct bytes          text; /* as it was read */
	const char           *title, *slug, *organisation, *origin, *software_token;
	bool                  rehearsal;
	bool                  continues; /* works on a CA that the record holds already */
	unsigned              num_people[ROLE_COUNT_];
	struct script_step    step[SCRIPT_MAX_STEPS];
	size_t                num_steps;
	struct script_profile profile[SCRIPT_MAX_PROFILES]; /* those that steps name */
	size_t                num_profiles;
	struct script_quorum  quorum[SCRIPT_MAX_QUORUMS];
	size_t                num_quorums;
	struct script_medium  medium[SCRIPT_MAX_MEDIA];
	size_t                num_media;
};

/* script_parse: reads, checks and keeps a script in `a`. load fetches the text of a profile
 * by name ("tls-root"). ERR_INI_*, ERR_SCRIPT_*, ERR_PROFILE_*. */
bool script_parse(struct script *out, struct arena *a, const char *file, struct bytes text,
                  bool (*load)(void *ctx, const char *name, struct bytes *text, struct err *e), void *ctx,
                  struct err *e) __attribute__((warn_unused_result));

/* script_digest: what the room compares with the paper script: SHA-256 of what `sha256sum script.ini profiles/NAME.ini ...` prints in the
 * ceremony's folder, the profiles in the order in which steps name them. */
#define SCRIPT_WORDS 16 /* of its words, on the screen */
void script_digest(struct digest *out, const struct script *s);

/* script_is_opened: does the first line of a transcript say, of the script and its profiles, what they are: title, slug,
 * organisation, origin, the SHA-256 of each text? ERR_AUDIT_OPEN. */
bool script_is_opened(const struct script *s, const struct fields *open, struct err *e) __attribute__((warn_unused_result));

/* script_param: a parameter's value as text; its key must be in the kind's table. */
struct bytes script_param(const struct script_step *s, const char *key);
/* script_number: the same as a number. */
uint64_t script_number(const struct script_step *s, const char *key);
/* script_profile: the profile that a PARAM_PROFILE names. */
const struct profile *script_profile(const struct script *s, struct bytes name);

/* script_is_name: a file's or medium's name: [A-Za-z0-9._-], 64 at most, no leading dot.
 * script_is_file: the same, in which {shard} may stand once for a part's number. */
bool script_is_name(struct bytes a);
bool script_is_file(struct bytes a);
/* script_num_requests: how many requests its steps read, or can read where they say files = *. */
#define SCRIPT_MAX_REQUESTS 2048 /* files = * takes */
unsigned script_num_requests(const struct script *s);
