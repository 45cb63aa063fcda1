/* loose.c: see loose.h. */
#include "ceremony/flow/loose.h"

#include "ceremony/flow/kinds.h"

bool loose_is(const struct fields *found)
{
	return fields_is(found, "CKA_SENSITIVE", "false") || fields_is(found, "CKA_EXTRACTABLE", "true");
}

void loose_row(const struct flow *f, struct prompt *p)
{
	if (f->root.loose)
		prompt_row(p, "Kept", "badly: the token would give this key away")->mark = true;
}

bool loose_apply(struct flow *f, const struct fields *found, struct err *e)
{
	(void)e;
	f->loosened = f->live && !f->root.loose && loose_is(found);
	return true;
}

bool loose_came(const struct flow *f)
{
	return f->loosened;
}

void loose_prompt(const struct flow *f, struct prompt *p)
{
	p->text = "The token says that this key may be read, or wrapped out. It said otherwise when the key came under this "
	          "record: somebody may have put it in anew, and keep a copy. Say who goes on, and why; or end the ceremony with F10.";
	p->irreversible = true;
	prompt_row(p, "Key", f->root.label);
	prompt_row(p, "Token", f->token[TOKEN_ROOT].serial);
	prompt_ask(p, ASK_TEXT, "approver", "Who approves it")->hint = "given name and family name, and the office";
	prompt_ask(p, ASK_TEXT, "reason", "Why")->hint = "in words";
	prompt_officers(f, p);
}
