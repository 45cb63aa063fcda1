/* pin.c: see pin.h. */
#include "ceremony/token/pin.h"

#include "ceremony/token/ckr.h"

bool pin_of(struct pin *out, const struct session *s, const struct secret *typed, struct err *e)
{
	if (!typed->len && !(s->info.flags & CKF_PROTECTED_AUTHENTICATION_PATH))
		return err_set(e, ERR_PIN_FORM, "it is empty, and the token has no PIN pad");
	*out = (struct pin){ typed->len ? typed->p : NULL, typed->len };
	return true;
}

bool pin_of_so(struct pin *out, const struct session *s, const struct secret *typed, struct err *e)
{
	const char *factory = quirk_find(&s->info)->factory_so_pin;

	if (!factory || (s->info.flags & CKF_TOKEN_INITIALIZED))
		return pin_of(out, s, typed, e);
	*out = (struct pin){ (CK_UTF8CHAR *)(uintptr_t)factory, strlen(factory) };
	return true;
}

bool pin_settle_so(struct session *s, struct pin now, struct pin typed, struct err *e)
{
	if (!ckr_ok(s->module.fn->C_GetTokenInfo(s->slot, &s->info), "C_GetTokenInfo", e))
		return false;
	if (!(s->info.flags & CKF_SO_PIN_TO_BE_CHANGED))
		return true;
	return ckr_ok(s->module.fn->C_SetPIN(s->handle, now.p, now.len, typed.p, typed.len), "C_SetPIN", e);
}

bool pin_settle_user(struct session *s, struct pin typed, struct err *e)
{
	CK_FUNCTION_LIST *fn = s->module.fn;

	if (!ckr_ok(fn->C_GetTokenInfo(s->slot, &s->info), "C_GetTokenInfo", e))
		return false;
	if (!(s->info.flags & CKF_USER_PIN_TO_BE_CHANGED))
		return true;
	if (!ckr_ok(fn->C_Login(s->handle, CKU_USER, typed.p, typed.len), "C_Login", e))
		return false;
	bool ok = ckr_ok(fn->C_SetPIN(s->handle, typed.p, typed.len, typed.p, typed.len), "C_SetPIN", e);
	return ckr_ok(fn->C_Logout(s->handle), "C_Logout", ok ? e : NULL) && ok;
}
