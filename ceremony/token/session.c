/* session.c: see session.h. */
#include "ceremony/token/session.h"

#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/port/tries.h"
#include "ceremony/token/ckr.h"
#include "ceremony/token/pin.h"

void session_done(struct session *s)
{
	if (s->user >= SESSION_PUBLIC)
		(void)s->module.fn->C_CloseSession(s->handle); /* logs out, too */
	module_done(&s->module);
	*s = (struct session){ 0 };
}

const char *session_text(char *out, size_t out_len, const CK_UTF8CHAR *padded, size_t padded_len)
{
	struct buf b = buf_init(out, out_len);

	while (padded_len && (padded[padded_len - 1] == ' ' || padded[padded_len - 1] == 0))
		padded_len--;
	text_escape(&b, bytes_of(padded, padded_len));
	return buf_cstr(&b);
}

/* TEXT: a padded array, trimmed, as a C string that lives until the block ends. */
#define TEXT(array) session_text((char[sizeof(array) * 4 + 1]){ 0 }, sizeof(array) * 4 + 1, array, sizeof(array))

static enum tries tries_of(const CK_TOKEN_INFO *info)
{
	if (info->flags & CKF_USER_PIN_LOCKED)
		return TRIES_LOCKED;
	if (info->flags & CKF_USER_PIN_FINAL_TRY)
		return TRIES_FINAL;
	return info->flags & CKF_USER_PIN_COUNT_LOW ? TRIES_LOW : TRIES_OK;
}

const char *session_tries(const CK_TOKEN_INFO *info)
{
	return tries_name(tries_of(info));
}

bool session_needs(const struct session *s, enum session_user user, struct err *e)
{
	if (s->user == SESSION_CLOSED)
		return err_set(e, ERR_TOKEN_STATE, "token-open comes first");
	if (s->user == SESSION_EMPTY)
		return err_set(e, ERR_TOKEN_STATE, "it is empty: token-init comes first");
	if (user == SESSION_SO && s->user != SESSION_SO)
		return err_set(e, ERR_TOKEN_STATE, "token-init comes first");
	if (user == SESSION_USER && s->user != SESSION_USER)
		return err_set(e, ERR_TOKEN_STATE, "token-login comes first");
	return true;
}

/* All slots that hold a token, with what the tokens say. */
static bool all_tokens(const struct module *m, CK_SLOT_ID *slot, CK_TOKEN_INFO *info, size_t *num, struct err *e)
{
	CK_SLOT_ID id[SESSION_MAX_SLOTS];
	CK_ULONG   n = 0;

	/* The NULL call makes modules look at their slots afresh (SoftHSM after C_InitToken). */
	if (!ckr_ok(m->fn->C_GetSlotList(CK_TRUE, NULL, &n), "C_GetSlotList", e))
		return false;
	n = COUNT_OF(id);
	if (!ckr_ok(m->fn->C_GetSlotList(CK_TRUE, id, &n), "C_GetSlotList", e))
		return false;
	*num = 0;
	for (CK_ULONG i = 0; i < n; i++) /* a token that does not answer is not there */
		if (m->fn->C_GetTokenInfo(id[i], &info[*num]) == CKR_OK)
			slot[(*num)++] = id[i];
	return true;
}

static bool is_blank(const CK_TOKEN_INFO *info)
{
	return !(info->flags & CKF_TOKEN_INITIALIZED);
}

/* Empty tokens of which nothing says which is which (opencryptoki's): one is as good as the other. */
static bool all_alike(const CK_TOKEN_INFO *info, size_t num, const struct uri *u, size_t like)
{
	for (size_t i = 0; i < num; i++)
		if (is_blank(&info[i]) && uri_fits_blank(u, &info[i]) &&
		    (memcmp(info[i].serialNumber, info[like].serialNumber, sizeof info[i].serialNumber) != 0 ||
		     memcmp(info[i].label, info[like].label, sizeof info[i].label) != 0))
			return false;
	return true;
}

static bool pick(struct session *s, const struct uri *u, bool init, struct err *e)
{
	CK_SLOT_ID    slot[SESSION_MAX_SLOTS];
	CK_TOKEN_INFO info[SESSION_MAX_SLOTS];
	size_t        num = 0, found = 0, blanks = 0, named = 0, at = 0, blank_at = 0, named_at = 0;

	if (!all_tokens(&s->module, slot, info, &num, e))
		return false;
	for (size_t i = 0; i < num; i++)
		if (!is_blank(&info[i]) && uri_fits(u, &info[i])) {
			found++;
			at = i;
		} else if (is_blank(&info[i]) && uri_fits_blank(u, &info[i])) {
			blanks++;
			blank_at = i;
			if (uri_fits(u, &info[i])) { /* empty tokens of some makers have a name already */
				named++;
				named_at = i;
			}
		}
	if (found == 0 && init && blanks) {
		found = named ? named : blanks;
		at = named ? named_at : blank_at;
		if (!named && found > 1 && all_alike(info, num, u, at))
			found = 1;
	}
	if (found == 0)
		return err_set(e, ERR_TOKEN_NONE, "none of the %zu tokens that the module sees", num);
	if (found > 1)
		return err_set(e, ERR_TOKEN_MANY, "%zu tokens", found);
	s->slot = slot[at];
	s->info = info[at];
	return true;
}

/* made: C_InitToken went well, whatever the flags still say (NSS: empty until the user has a PIN). */
static bool open_session(struct session *s, bool made, struct err *e)
{
	CK_FLAGS flags = CKF_SERIAL_SESSION | CKF_RW_SESSION;

	s->quirk = quirk_find(&s->info);
	s->user = SESSION_EMPTY;
	if (is_blank(&s->info) && !made)
		return true;
	if (!ckr_ok(s->module.fn->C_OpenSession(s->slot, flags, NULL, NULL, &s->handle), "C_OpenSession", e))
		return false;
	s->user = SESSION_PUBLIC;
	return true;
}

bool session_open(struct session *s, const struct uri *u, bool init, struct err *e)
{
	__attribute__((cleanup(session_done))) struct session got = { 0 };

	/* A token names itself by something, or it would be whichever comes first. */
	if (!u->has_token && !u->has_serial)
		return err_set(e, ERR_TOKEN_URI, "it names neither token nor serial");
	if (!module_load(&got.module, u->module_path, u->init, e) || !pick(&got, u, init, e) || !open_session(&got, false, e))
		return false;
	*s = got;
	got = (struct session){ 0 };
	return true;
}

bool session_list(struct fields *out, const struct uri *u, struct err *e)
{
	__attribute__((cleanup(module_done))) struct module m = { 0 };
	CK_SLOT_ID    slot[SESSION_MAX_SLOTS];
	CK_TOKEN_INFO info[SESSION_MAX_SLOTS];
	size_t        num = 0;

	if (!module_load(&m, u->module_path, u->init, e) || !all_tokens(&m, slot, info, &num, e))
		return false;
	fields_str(out, "module", m.path);
	fields_fmt(out, "library", "%s %u.%u", TEXT(m.info.libraryDescription), m.info.libraryVersion.major,
	           m.info.libraryVersion.minor);
	fields_u64(out, "tokens", num);
	for (size_t i = 0; i < num; i++) {
		char key[32];
		(void)snprintf(key, sizeof key, "token.%zu", i + 1);
		fields_fmt(out, key, "%s\t%s\t%s\t%s\t%s\t%s", TEXT(info[i].serialNumber), TEXT(info[i].label),
		           TEXT(info[i].manufacturerID), TEXT(info[i].model),
		           is_blank(&info[i]) ? "empty" : "initialised", session_tries(&info[i]));
	}
	return true;
}

/* How many objects the session sees. */
static bool count_objects(const struct session *s, uint64_t *num, struct err *e)
{
	CK_OBJECT_HANDLE h[64];
	CK_ULONG         n = 0;

	*num = 0;
	if (s->user == SESSION_EMPTY)
		return true;
	if (!ckr_ok(s->module.fn->C_FindObjectsInit(s->handle, NULL, 0), "C_FindObjectsInit", e))
		return false;
	CK_RV rv;
	while ((rv = s->module.fn->C_FindObjects(s->handle, h, COUNT_OF(h), &n)) == CKR_OK && n)
		*num += n;
	(void)s->module.fn->C_FindObjectsFinal(s->handle);
	return ckr_ok(rv, "C_FindObjects", e);
}

bool session_describe(struct fields *out, struct session *s, struct err *e)
{
	uint64_t             objects = 0;
	const CK_TOKEN_INFO *t = &s->info;

	if (!count_objects(s, &objects, e))
		return false;
	fields_str(out, "module", s->module.path);
	fields_str(out, "module-sha256", s->module.sha256);
	fields_fmt(out, "library", "%s %u.%u", TEXT(s->module.info.libraryDescription),
	           s->module.info.libraryVersion.major, s->module.info.libraryVersion.minor);
	fields_str(out, "manufacturer", TEXT(t->manufacturerID));
	fields_str(out, "model", TEXT(t->model));
	fields_str(out, "label", TEXT(t->label));
	fields_str(out, "serial", TEXT(t->serialNumber));
	fields_fmt(out, "hardware", "%u.%u", t->hardwareVersion.major, t->hardwareVersion.minor);
	fields_fmt(out, "firmware", "%u.%u", t->firmwareVersion.major, t->firmwareVersion.minor);
	fields_str(out, "software", s->quirk->software ? "yes" : "no");
	fields_str(out, "pin-pad", t->flags & CKF_PROTECTED_AUTHENTICATION_PATH ? "yes" : "no");
	fields_str(out, "initialised", is_blank(t) ? "no" : "yes");
	fields_u64(out, "objects", objects);
	fields_str(out, "tries", session_tries(t));
	return true;
}

/* The serial numbers of those that bear the label already, so that the new one can be told. */
struct known {
	CK_CHAR serial[SESSION_MAX_SLOTS][16];
	size_t  num;
};

static bool bears(const CK_TOKEN_INFO *info, const CK_UTF8CHAR label[32])
{
	return memcmp(info->label, label, 32) == 0;
}

static bool is_known(const struct known *k, const CK_CHAR serial[16])
{
	for (size_t i = 0; i < k->num; i++)
		if (memcmp(k->serial[i], serial, 16) == 0)
			return true;
	return false;
}

/* The token that C_InitToken made: of this label, and either not seen before or of the serial
 * that the token had before. */
static bool find_again(struct session *s, const CK_UTF8CHAR label[32], const struct known *k, struct err *e)
{
	CK_SLOT_ID    slot[SESSION_MAX_SLOTS];
	CK_TOKEN_INFO info[SESSION_MAX_SLOTS];
	size_t        num = 0, found = 0, at = 0;

	if (!all_tokens(&s->module, slot, info, &num, e))
		return false;
	for (size_t i = 0; i < num; i++)
		if (bears(&info[i], label) && (!is_known(k, info[i].serialNumber) ||
		                               memcmp(info[i].serialNumber, s->info.serialNumber, 16) == 0)) {
			found++;
			at = i;
		}
	if (found != 1)
		return err_set(e, found ? ERR_TOKEN_MANY : ERR_TOKEN_NONE, "%zu tokens bear the new label", found);
	s->slot = slot[at];
	s->info = info[at];
	return true;
}

static bool remember(struct session *s, struct known *k, const CK_UTF8CHAR label[32], struct err *e)
{
	CK_SLOT_ID    slot[SESSION_MAX_SLOTS];
	CK_TOKEN_INFO info[SESSION_MAX_SLOTS];
	size_t        num = 0;

	if (!all_tokens(&s->module, slot, info, &num, e))
		return false;
	for (size_t i = 0; i < num; i++)
		if (bears(&info[i], label))
			memcpy(k->serial[k->num++], info[i].serialNumber, 16);
	return true;
}

static bool may_be_initialised(struct session *s, struct err *e)
{
	uint64_t objects = 0;

	if (s->user == SESSION_CLOSED)
		return err_set(e, ERR_TOKEN_STATE, "token-open comes first");
	if (!count_objects(s, &objects, e))
		return false;
	if (objects)
		return err_set(e, ERR_TOKEN_STATE, "it holds %llu objects that this would destroy; empty it first",
		               (unsigned long long)objects);
	return true;
}

bool session_init(struct session *s, struct bytes label, const struct secret *pin, struct err *e)
{
	CK_UTF8CHAR  padded[32];
	struct pin   p = { 0 }, typed = { 0 };
	struct known k = { .num = 0 };

	if (!label.len || label.len > sizeof padded || !text_is_plain(label))
		return err_set(e, ERR_OP_FIELD, "label: 1 to 32 octets of plain text");
	memset(padded, ' ', sizeof padded);
	memcpy(padded, label.p, label.len);
	if (!may_be_initialised(s, e) || !pin_of(&typed, s, pin, e) || !pin_of_so(&p, s, pin, e) ||
	    !remember(s, &k, padded, e))
		return false;
	(void)s->module.fn->C_CloseAllSessions(s->slot); /* C_InitToken wants none */
	s->user = SESSION_EMPTY;
	bool ok = ckr_ok(s->module.fn->C_InitToken(s->slot, p.p, p.len, padded), "C_InitToken", e) &&
	          find_again(s, padded, &k, e);
	/* Afterwards a session is open again, whatever happened, if the token still answers. */
	bool opened = open_session(s, ok, ok ? e : NULL);
	if (!ok || !opened || !ckr_ok(s->module.fn->C_Login(s->handle, CKU_SO, p.p, p.len), "C_Login", e))
		return false;
	s->user = SESSION_SO;
	return pin_settle_so(s, p, typed, e);
}

bool session_set_pin(struct session *s, const struct secret *pin, struct err *e)
{
	struct pin p = { 0 };

	if (!session_needs(s, SESSION_SO, e) || !pin_of(&p, s, pin, e))
		return false;
	if (!ckr_ok(s->module.fn->C_InitPIN(s->handle, p.p, p.len), "C_InitPIN", e) ||
	    !ckr_ok(s->module.fn->C_Logout(s->handle), "C_Logout", e))
		return false;
	s->user = SESSION_PUBLIC;
	return pin_settle_user(s, p, e) &&
	       ckr_ok(s->module.fn->C_GetTokenInfo(s->slot, &s->info), "C_GetTokenInfo", e);
}

static bool may_try(struct session *s, struct bytes serial, bool final, struct err *e)
{
	if (!session_needs(s, SESSION_PUBLIC, e) ||
	    !ckr_ok(s->module.fn->C_GetTokenInfo(s->slot, &s->info), "C_GetTokenInfo", e))
		return false;
	if (!bytes_is(serial, TEXT(s->info.serialNumber)))
		return err_set(e, ERR_TOKEN_OTHER, "its serial is %s", TEXT(s->info.serialNumber));
	if (s->user == SESSION_SO)
		return err_set(e, ERR_TOKEN_STATE, "token-set-pin comes first");
	if (s->info.flags & CKF_USER_PIN_LOCKED)
		return err_set(e, ERR_PIN_LOCKED, "as the token says");
	if ((s->info.flags & CKF_USER_PIN_FINAL_TRY) && !final)
		return err_set(e, ERR_PIN_FINAL, "as the token says");
	return true;
}

bool session_login(struct session *s, struct bytes serial, bool final, const struct secret *pin, struct err *e)
{
	struct pin p = { 0 };

	if (!may_try(s, serial, final, e))
		return false;
	if (s->user == SESSION_USER)
		return true;
	if (!pin_of(&p, s, pin, e))
		return false;
	CK_RV rv = s->module.fn->C_Login(s->handle, CKU_USER, p.p, p.len);
	if (s->module.fn->C_GetTokenInfo(s->slot, &s->info) != CKR_OK && rv == CKR_OK)
		rv = CKR_TOKEN_NOT_PRESENT;
	if (rv == CKR_PIN_INCORRECT)
		return err_set(e, ERR_PIN_WRONG, "%s", tries_after(tries_of(&s->info)));
	if (!ckr_ok(rv, "C_Login", e))
		return false;
	s->user = SESSION_USER;
	return true;
}
