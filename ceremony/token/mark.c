/* mark.c: the mark, a line of text in a public data object, by which an old copy of the record is
 * noticed; what it says is the core's business (docs/formats/record.md). */
#include "ceremony/token/token_ops.h"

#include "ceremony/base/text.h"
#include "ceremony/token/ckr.h"

#define MARK_MAX  512 /* octets */
#define MARKS_MAX 16  /* of them: one, and what power cuts left */

static CK_OBJECT_CLASS data_class = CKO_DATA;
static char            application[] = "ceremony", label[] = "ceremony mark";

static bool find_all(CK_OBJECT_HANDLE *out, CK_ULONG *num, const struct session *s, struct err *e)
{
	CK_ATTRIBUTE t[] = { { CKA_CLASS, &data_class, sizeof data_class }, { CKA_LABEL, label, sizeof label - 1 } };

	if (!ckr_ok(s->module.fn->C_FindObjectsInit(s->handle, t, COUNT_OF(t)), "C_FindObjectsInit", e))
		return false;
	CK_RV rv = s->module.fn->C_FindObjects(s->handle, out, MARKS_MAX, num);
	(void)s->module.fn->C_FindObjectsFinal(s->handle);
	return ckr_ok(rv, "C_FindObjects", e);
}

/* Its text, in `room`; empty if it cannot be read. */
static struct bytes read_mark(uint8_t room[MARK_MAX], const struct session *s, CK_OBJECT_HANDLE h)
{
	CK_ATTRIBUTE t = { CKA_VALUE, room, MARK_MAX };

	if (s->module.fn->C_GetAttributeValue(s->handle, h, &t, 1) != CKR_OK || t.ulValueLen > MARK_MAX)
		return bytes_of(NULL, 0);
	return bytes_of(room, t.ulValueLen);
}

/* How far a mark has come: its ceremony's number, and a closed one is further than one that closes. */
static uint64_t rank(struct bytes text)
{
	struct bytes word[5] = { 0 }, rest = text;
	uint64_t     number = 0;

	for (size_t i = 0; i < COUNT_OF(word); i++)
		if (!bytes_cut(rest, ' ', &word[i], &rest))
			return 0;
	if (!bytes_to_u64(&number, word[4], UINT32_MAX))
		return 0;
	return 2 * number + (bytes_is(word[3], "sealed") ? 1 : 0);
}

bool token_op_mark_read(struct token *t, struct call *c, struct err *e)
{
	struct session  *s = token_session(t, c);
	CK_OBJECT_HANDLE found[MARKS_MAX];
	CK_ULONG         num = 0;
	uint8_t          room[MARK_MAX], best_room[MARK_MAX];
	struct buf       best = BUF_ON(best_room);
	uint64_t         best_rank = 0;

	if (!session_needs(s, SESSION_PUBLIC, e) || !find_all(found, &num, s, e))
		return false;
	for (CK_ULONG i = 0; i < num; i++) {
		struct bytes text = read_mark(room, s, found[i]);
		if (i > 0 && rank(text) <= best_rank)
			continue;
		best_rank = rank(text);
		best.len = 0;
		buf_put(&best, text);
	}
	fields_str(&c->out, "found", num ? "yes" : "no");
	if (num && text_is_plain(buf_bytes(&best)))
		fields_put(&c->out, "mark", buf_bytes(&best));
	return true;
}

static CK_RV create(CK_OBJECT_HANDLE *out, const struct session *s, struct bytes text)
{
	CK_BBOOL     yes = CK_TRUE, no = CK_FALSE;
	CK_ATTRIBUTE t[] = {
		{ CKA_CLASS, &data_class, sizeof data_class },
		{ CKA_TOKEN, &yes, sizeof yes },
		{ CKA_PRIVATE, &no, sizeof no },
		{ CKA_LABEL, label, sizeof label - 1 },
		{ CKA_APPLICATION, application, sizeof application - 1 },
		{ CKA_VALUE, (void *)(uintptr_t)text.p, text.len },
	};

	return s->module.fn->C_CreateObject(s->handle, t, COUNT_OF(t), out);
}

static bool refuse(struct call *c, const char *why)
{
	fields_str(&c->out, "held", "no");
	fields_str(&c->out, "refusal", why);
	return true;
}

/* The new one is there and read back before the old ones go: a power cut leaves at least one. */
bool token_op_mark_write(struct token *t, struct call *c, struct err *e)
{
	struct session  *s = token_session(t, c);
	struct bytes     text = fields_get(&c->in, "mark");
	CK_OBJECT_HANDLE old[MARKS_MAX], made = 0;
	CK_ULONG         num = 0;
	uint8_t          room[MARK_MAX];
	char             name[40];

	if (!text.len || text.len > MARK_MAX || !text_is_plain(text))
		return token_missing(e, "mark");
	if (!session_needs(s, SESSION_USER, e) || !find_all(old, &num, s, e))
		return false;
	CK_RV rv = create(&made, s, text);
	if (rv == CKR_DEVICE_REMOVED || rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_SESSION_HANDLE_INVALID)
		return ckr_ok(rv, "C_CreateObject", e);
	if (rv != CKR_OK)
		return refuse(c, ckr_name(name, rv));
	if (!bytes_equal(read_mark(room, s, made), text)) {
		(void)s->module.fn->C_DestroyObject(s->handle, made);
		return refuse(c, "it does not read back");
	}
	for (CK_ULONG i = 0; i < num; i++)
		if (!ckr_ok(s->module.fn->C_DestroyObject(s->handle, old[i]), "C_DestroyObject", e))
			return false;
	fields_str(&c->out, "held", "yes");
	return true;
}
