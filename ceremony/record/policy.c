/* policy.c: see policy.h. C2SP tlog-policy.md, signed-note.md (verifier keys). */
#include "ceremony/record/policy.h"

#include "ceremony/base/hash.h"
#include "ceremony/base/text.h"

#define MAX_ITEMS  (POLICY_MAX_NAMES + 3) /* on a line */
#define OURS       "ceremony-spki/v1\n"   /* follows the octet ff, as signed-note.md asks of private types */

static const uint8_t ed25519_head[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };

/* ---- verifier keys ------------------------------------------------------------------ */

/* What the type octet and the key are hashed and encoded as. */
static void put_encoded(struct buf *b, const struct vkey *k)
{
	buf_u8(b, (uint8_t)k->type);
	if (k->type == VKEY_SPKI)
		buf_str(b, OURS);
	buf_put(b, k->type == VKEY_ED25519 ? bytes_skip(k->key, sizeof ed25519_head) : k->key);
}

/* signed-note.md: the first four octets of SHA-256(NAME, 0a, type, key); of ECDSA's, of the SPKI alone. */
static uint32_t vkey_id(const struct vkey *k)
{
	uint8_t    text[POLICY_NAME_MAX + POLICY_MAX_KEY + 64];
	struct buf b = BUF_ON(text);

	if (k->type == VKEY_ECDSA) {
		buf_put(&b, k->key);
	} else {
		buf_put(&b, k->name);
		buf_u8(&b, '\n');
		put_encoded(&b, k);
	}
	MUST(buf_ok(&b));
	struct digest d = hash_of(HASH_SHA256, buf_bytes(&b));
	return (uint32_t)d.p[0] << 24 | (uint32_t)d.p[1] << 16 | (uint32_t)d.p[2] << 8 | d.p[3];
}

static bool is_key_name(struct bytes name)
{
	if (name.len == 0 || name.len > POLICY_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] <= ' ' || name.p[i] == '+' || name.p[i] == 0x7f)
			return false;
	return true;
}

void vkey_put(struct buf *b, const struct vkey *k)
{
	uint8_t    octets[POLICY_MAX_KEY + 64];
	struct buf o = BUF_ON(octets);

	if (!is_key_name(k->name) || k->key.len > POLICY_MAX_KEY) {
		b->failed = true;
		return;
	}
	put_encoded(&o, k);
	buf_put(b, k->name);
	buf_fmt(b, "+%08x+", vkey_id(k));
	buf_base64(b, buf_bytes(&o));
}

/* The key behind the type octet. */
static bool take_key(struct vkey *k, struct arena *a, struct bytes octets)
{
	uint8_t    spki[sizeof ed25519_head + 32];
	struct buf b = BUF_ON(spki);

	switch (k->type) {
	case VKEY_ED25519:
		buf_put(&b, bytes_of(ed25519_head, sizeof ed25519_head));
		buf_put(&b, octets);
		k->key = arena_copy(a, buf_bytes(&b));
		return octets.len == 32 && k->key.p;
	case VKEY_COSIGNATURE:
		k->key = arena_copy(a, octets);
		return octets.len == 32 && k->key.p;
	case VKEY_SPKI:
		if (!bytes_starts(octets, OURS))
			return false;
		octets = bytes_skip(octets, strlen(OURS));
		break;
	case VKEY_ECDSA: break;
	default: return false;
	}
	k->key = arena_copy(a, octets);
	return octets.len > 0 && octets.len <= POLICY_MAX_KEY && octets.p[0] == 0x30 && k->key.p;
}

bool vkey_parse(struct vkey *out, struct arena *a, struct bytes text, struct err *e)
{
	struct vkey  k = { .type = VKEY_SPKI };
	struct bytes id, rest, copy = arena_copy(a, text);
	uint8_t      octets[POLICY_MAX_KEY + 64], again[4];
	struct buf   o = BUF_ON(octets), i = BUF_ON(again);

	if (!copy.p)
		return err_set(e, ERR_TOO_LARGE, "a verifier key");
	if (!bytes_cut(copy, '+', &k.name, &rest) || !bytes_cut(rest, '+', &id, &rest) || !is_key_name(k.name) ||
	    id.len != 8 || !hex_decode(&i, id) || !base64_decode(&o, rest) || o.len < 2)
		return err_set(e, ERR_POLICY_FORM, "this is no verifier key (NAME+ID+BASE64)");
	k.type = (enum vkey_type)octets[0];
	if (!take_key(&k, a, bytes_of(octets + 1, o.len - 1)))
		return err_set(e, ERR_POLICY_FORM, "the verifier key is of a type or length that is not known here (type %02x)",
		               octets[0]);
	uint32_t said = (uint32_t)again[0] << 24 | (uint32_t)again[1] << 16 | (uint32_t)again[2] << 8 | again[3];
	if (said != vkey_id(&k))
		return err_set(e, ERR_POLICY_FORM, "the verifier key's id is not that of its name and key (%08x)", vkey_id(&k));
	*out = k;
	return true;
}

/* An Ed25519 key's 32 octets, whether they stand alone or in an SPKI; of other keys, the SPKI. */
static struct bytes bare(const struct vkey *k)
{
	const bool headed = k->key.len == sizeof ed25519_head + 32 && memcmp(k->key.p, ed25519_head, sizeof ed25519_head) == 0;

	return headed ? bytes_skip(k->key, sizeof ed25519_head) : k->key;
}

bool vkey_same(const struct vkey *a, const struct vkey *b)
{
	return bytes_equal(bare(a), bare(b));
}

/* ---- the file ------------------------------------------------------------------------ */

struct reading {
	struct policy *p;
	struct arena  *a;
	unsigned       line;
	bool           has_quorum;
	struct bytes  *item; /* of the line */
	size_t         num_items;
};

__attribute__((format(printf, 3, 4))) static bool bad(const struct reading *r, struct err *e, const char *fmt, ...)
{
	char       text[160];
	struct buf b = BUF_ON(text);
	va_list    ap;

	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	return err_set(e, ERR_POLICY_FORM, "line %u: %s", r->line, buf_cstr(&b));
}

static const char *shown(char out[80], struct bytes text)
{
	struct buf b = buf_init(out, 80);

	text_escape(&b, bytes_first(text, text.len < 40 ? text.len : 40));
	return buf_cstr(&b);
}

static bool take_vkey(const struct reading *r, struct vkey *out, struct bytes text, struct err *e)
{
	struct err why = { 0 };

	if (vkey_parse(out, r->a, text, &why))
		return true;
	return why.id == ERR_POLICY_FORM ? bad(r, e, "%s", why.detail) : err_set(e, why.id, "%s", why.detail);
}

static bool read_log(struct reading *r, struct err *e)
{
	struct policy *p = r->p;
	struct vkey    k;

	if (r->num_items < 2 || r->num_items > 3)
		return bad(r, e, "a log line is: log VKEY [URL]");
	if (!take_vkey(r, &k, r->item[1], e))
		return false;
	if (k.type == VKEY_COSIGNATURE)
		return bad(r, e, "a witness's key cannot be a log's");
	for (size_t i = 0; i < p->num_logs; i++)
		if (vkey_same(&p->log[i], &k))
			return bad(r, e, "this log's key stands there already");
	if (p->num_logs == POLICY_MAX_LOGS)
		return bad(r, e, "more than %d logs", POLICY_MAX_LOGS);
	p->log[p->num_logs++] = k;
	return true;
}

/* The index of a name; num_names if there is none. */
static size_t find_name(const struct policy *p, struct bytes name)
{
	size_t i = 0;

	while (i < p->num_names && !bytes_equal(p->name[i].name, name))
		i++;
	return i;
}

static bool new_name(struct reading *r, struct policy_name **out, struct err *e)
{
	struct policy *p = r->p;
	struct bytes   name = r->item[1];
	char           text[80];

	if (bytes_is(name, "none"))
		return bad(r, e, "the name none is taken: it means no quorum");
	if (name.len > POLICY_NAME_MAX)
		return bad(r, e, "a name has %d octets at most", POLICY_NAME_MAX);
	if (find_name(p, name) < p->num_names)
		return bad(r, e, "the name %s stands there already", shown(text, name));
	if (p->num_names == POLICY_MAX_NAMES)
		return bad(r, e, "more than %d witnesses and groups", POLICY_MAX_NAMES);
	*out = &p->name[p->num_names];
	**out = (struct policy_name){ .name = arena_copy(r->a, name) };
	return (*out)->name.p || err_set(e, ERR_TOO_LARGE, "the policy");
}

static bool read_witness(struct reading *r, struct err *e)
{
	struct policy      *p = r->p;
	struct policy_name *n;

	if (r->num_items < 3 || r->num_items > 4)
		return bad(r, e, "a witness line is: witness NAME VKEY [URL]");
	if (!new_name(r, &n, e) || !take_vkey(r, &n->witness, r->item[2], e))
		return false;
	if (n->witness.type != VKEY_COSIGNATURE && n->witness.type != VKEY_SPKI)
		return bad(r, e, "a log's key cannot be a witness's");
	for (size_t i = 0; i < p->num_names; i++)
		if (!p->name[i].group && vkey_same(&p->name[i].witness, &n->witness))
			return bad(r, e, "this witness's key stands there already");
	p->num_names++;
	return true;
}

static bool read_member(struct reading *r, struct policy_name *n, struct bytes name, struct err *e)
{
	struct policy *p = r->p;
	size_t         i = find_name(p, name);
	char           text[80];

	if (i == p->num_names)
		return bad(r, e, "%s is not defined above", shown(text, name));
	if (p->name[i].taken)
		return bad(r, e, "%s is a member of a group already", shown(text, name));
	p->name[i].taken = true; /* once at most: so each counts in one way only, and all fit into member */
	p->member[p->num_members++] = (uint16_t)i;
	n->num++;
	return true;
}

static bool read_group(struct reading *r, struct err *e)
{
	struct policy_name *n;
	uint64_t            k = 0;

	if (r->num_items < 4)
		return bad(r, e, "a group line is: group NAME all|any|NUMBER MEMBER...");
	if (!new_name(r, &n, e))
		return false;
	n->group = true;
	n->first = (uint16_t)r->p->num_members;
	for (size_t i = 3; i < r->num_items; i++)
		if (!read_member(r, n, r->item[i], e))
			return false;
	if (bytes_is(r->item[2], "all"))
		k = n->num;
	else if (bytes_is(r->item[2], "any"))
		k = 1;
	else if (!bytes_to_u64(&k, r->item[2], n->num) || k == 0)
		return bad(r, e, "a group's threshold is all, any, or a number from 1 to that of its members");
	n->threshold = (uint16_t)k;
	r->p->num_names++;
	return true;
}

static bool read_quorum(struct reading *r, struct err *e)
{
	struct policy *p = r->p;
	char           text[80];

	if (r->num_items != 2)
		return bad(r, e, "a quorum line is: quorum NAME|none");
	if (r->has_quorum)
		return bad(r, e, "there is a quorum line already");
	r->has_quorum = true;
	p->quorum_none = bytes_is(r->item[1], "none");
	p->quorum = find_name(p, r->item[1]);
	return p->quorum_none || p->quorum < p->num_names ||
	       bad(r, e, "%s is not defined above", shown(text, r->item[1]));
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool split(struct reading *r, struct bytes line, struct err *e)
{
	r->num_items = 0;
	for (size_t i = 0; i < line.len; i++)
		if ((line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] == 0x7f)
			return bad(r, e, "a control character (octet %zu)", i + 1);
	for (size_t i = 0, from; i < line.len;) {
		while (i < line.len && is_blank(line.p[i]))
			i++;
		for (from = i; i < line.len && !is_blank(line.p[i]);)
			i++;
		if (i == from)
			break;
		if (r->num_items == MAX_ITEMS)
			return bad(r, e, "too many words on the line");
		r->item[r->num_items++] = bytes_of(line.p + from, i - from);
	}
	return true;
}

static bool read_line(struct reading *r, struct bytes line, struct err *e)
{
	static const struct {
		const char *word;
		bool (*read)(struct reading *r, struct err *e);
	} kinds[] = { { "log", read_log }, { "witness", read_witness }, { "group", read_group }, { "quorum", read_quorum } };
	char text[80];

	if (!split(r, line, e))
		return false;
	if (r->num_items == 0 || r->item[0].p[0] == '#')
		return true;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (bytes_is(r->item[0], kinds[i].word))
			return kinds[i].read(r, e);
	return bad(r, e, "%s is none of log, witness, group, quorum", shown(text, r->item[0]));
}

bool policy_parse(struct policy *out, struct arena *a, struct bytes text, struct err *e)
{
	struct policy  p = { .name = arena_take(a, POLICY_MAX_NAMES * sizeof *p.name),
		             .member = arena_take(a, POLICY_MAX_NAMES * sizeof *p.member) };
	struct reading r = { .p = &p, .a = a, .item = arena_take(a, MAX_ITEMS * sizeof *r.item) };
	struct bytes   line;

	if (text.len > POLICY_MAX_LEN || !p.name || !p.member || !r.item)
		return err_set(e, ERR_TOO_LARGE, "a policy of %zu octets", text.len);
	while (text.len) {
		r.line++;
		if (!bytes_cut(text, '\n', &line, &text))
			return bad(&r, e, "the line does not end: the file may have been cut off");
		if (!read_line(&r, line, e))
			return false;
	}
	if (!r.has_quorum)
		return err_set(e, ERR_POLICY_FORM, "line %u: the file ends without a quorum line", r.line);
	*out = p;
	return true;
}

/* ---- the judgement --------------------------------------------------------------------- */

static bool has_signed(const struct vkey *w, const struct vkey *signer, size_t num)
{
	for (size_t i = 0; i < num; i++)
		if (vkey_same(&signer[i], w))
			return true;
	return false;
}

/* Who is missing for name n: witnesses by their names, groups that lack more than that by theirs. */
static void put_missing(struct buf *b, const struct policy *p, const bool *met, size_t n)
{
	const struct policy_name *x = &p->name[n];
	unsigned                  num_met = 0;
	const char               *between = "";
	char                      text[80];

	if (!x->group) {
		buf_str(b, shown(text, x->name));
		return;
	}
	for (size_t i = 0; i < x->num; i++)
		num_met += met[p->member[x->first + i]];
	buf_fmt(b, "%s has %u of %u: ", shown(text, x->name), num_met, x->threshold);
	for (size_t i = 0; i < x->num; i++) {
		if (met[p->member[x->first + i]])
			continue;
		buf_fmt(b, "%s%s", between, shown(text, p->name[p->member[x->first + i]].name));
		between = ", ";
	}
	buf_str(b, " missing");
}

/* A group says little where it is its members that lack somebody: the first such is told. */
static size_t deepest(const struct policy *p, const bool *met, size_t n)
{
	for (bool deeper = true; deeper && p->name[n].group;) {
		const struct policy_name *x = &p->name[n];
		deeper = false;
		for (size_t i = 0; i < x->num && !deeper && x->threshold == x->num; i++) {
			size_t m = p->member[x->first + i];
			if (!met[m] && p->name[m].group) {
				n = m;
				deeper = true;
			}
		}
	}
	return n;
}

static bool judge_quorum(const struct policy *p, const struct vkey *signer, size_t num, struct err *e)
{
	bool       met[POLICY_MAX_NAMES] = { false };
	char       text[180];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < p->num_names; i++) {
		const struct policy_name *x = &p->name[i];
		unsigned                  n = 0;
		for (size_t k = 0; k < x->num; k++)
			n += met[p->member[x->first + k]];
		met[i] = x->group ? n >= x->threshold : has_signed(&x->witness, signer, num);
	}
	if (p->quorum_none || met[p->quorum])
		return true;
	put_missing(&b, p, met, deepest(p, met, p->quorum));
	return err_set(e, ERR_POLICY_QUORUM, "%s", buf_cstr(&b));
}

bool policy_judge(const struct policy *p, struct bytes origin, struct bytes record_key, const struct vkey *signer,
                  size_t num_signers, struct err *e)
{
	bool known = p->num_logs == 0;
	char text[80];

	for (size_t i = 0; i < p->num_logs && !known; i++)
		known = bytes_equal(p->log[i].name, origin) && bytes_equal(p->log[i].key, record_key);
	if (!known)
		return err_set(e, ERR_POLICY_LOG, "of %s", shown(text, origin));
	return judge_quorum(p, signer, num_signers, e);
}
