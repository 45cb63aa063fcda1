/* crl.c: see crl.h. Written from the back to the front in one pass over the entries, so
 * that a million of them cost what their octets cost. */
#include "ceremony/pki/crl.h"

#include "ceremony/pki/crl_parts.h"
#include "ceremony/pki/ext_names.h"
#include "ceremony/pki/signed.h"

#define EXTENSIONS DER_CONTEXT_IN(0)
#define ENTRY_HEADERS 40 /* octets of an entry but for its serial, at the most */

bool crl_is_reason(uint8_t reason)
{
	return reason == 1 || reason == 3 || reason == 4 || reason == 5 || reason == 9;
}

static struct bytes serial_of(const struct crl_entry *x)
{
	return bytes_of(x->serial, x->serial_len);
}

/* As numbers: there are no leading zeros, so the longer one is the greater one. */
static bool serial_less(const struct crl_entry *a, const struct crl_entry *b)
{
	if (a->serial_len != b->serial_len)
		return a->serial_len < b->serial_len;
	return memcmp(a->serial, b->serial, a->serial_len) < 0;
}

/* ---- writing ------------------------------------------------------------ */

static bool check_plan(const struct crl_plan *plan, size_t *cap, struct err *e)
{
	size_t need = 256 + plan->partition.len + plan->issuer.der.len + sig_der(plan->sig).len;

	if (plan->next_update <= plan->this_update)
		return err_set(e, ERR_CRL_TIME, "nextUpdate is not after thisUpdate");
	if (plan->partition.len > EXT_MAX_VALUE - 64)
		return err_set(e, ERR_CRL_EXT, "a URI of %zu octets", plan->partition.len);
	if (plan->this_update < 0 || plan->next_update > UTC_MAX)
		return err_set(e, ERR_CRL_TIME, "not within the years 1970 to 9999");
	for (size_t i = 0; i < plan->num_entries; i++) {
		const struct crl_entry *x = &plan->entry[i];
		if (x->serial_len == 0 || x->serial_len > SERIAL_MAX || x->serial[0] == 0)
			return err_set(e, ERR_CRL_ENTRY, "entry %zu: serial number", i + 1);
		if (x->reason && !crl_is_reason(x->reason))
			return err_set(e, ERR_CRL_ENTRY, "entry %zu: reason %u", i + 1, x->reason);
		if (x->date < 0 || x->date > plan->this_update)
			return err_set(e, ERR_CRL_ENTRY, "entry %zu: revoked after thisUpdate, or before 1970", i + 1);
		if (x->invalidity < 0 || x->invalidity > x->date)
			return err_set(e, ERR_CRL_ENTRY, "entry %zu: invalid since after it was revoked, or before 1970", i + 1);
		if (i && !serial_less(x - 1, x))
			return err_set(e, ERR_CRL_ORDER, "entries %zu and %zu", i, i + 1);
		need += ENTRY_HEADERS + (x->invalidity ? 32u : 0u) + x->serial_len;
	}
	*cap = need;
	return true;
}

static void put_entry_ext(struct der *d, enum oid id, size_t mark)
{
	der_wrap(d, DER_OCTET_STRING, mark);
	der_tlv(d, DER_OID, oid_der(id));
	der_wrap(d, DER_SEQUENCE, mark);
}

/* GeneralizedTime whatever the year (RFC 5280 5.3.2). */
static void put_invalidity(struct der *d, int64_t t)
{
	struct utc_civil c = utc_civil(t);
	uint8_t          text[24];
	struct buf       b = BUF_ON(text);

	buf_fmt(&b, "%04d%02d%02d%02d%02d%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second);
	der_tlv(d, DER_GENERALIZED_TIME, buf_bytes(&b));
}

static void put_entry(struct der *d, const struct crl_entry *x)
{
	size_t mark = der_mark(d);

	if (x->invalidity) {
		put_invalidity(d, x->invalidity);
		put_entry_ext(d, OID_EXT_INVALIDITY_DATE, mark);
	}
	if (x->reason) {
		size_t inner = der_mark(d);
		der_tlv(d, DER_ENUMERATED, bytes_of(&x->reason, 1));
		put_entry_ext(d, OID_EXT_REASON_CODE, inner);
	}
	if (der_mark(d) != mark)
		der_wrap(d, DER_SEQUENCE, mark);
	der_time(d, x->date);
	der_unsigned(d, serial_of(x));
	der_wrap(d, DER_SEQUENCE, mark);
}

/* issuingDistributionPoint with a distributionPoint of one URI, critical (RFC 5280 5.2.5). */
static void put_partition(struct der *d, struct bytes uri)
{
	uint8_t    room[EXT_MAX_VALUE];
	struct der v = der_on(room, sizeof room);
	size_t     mark = der_mark(&v);

	der_tlv(&v, NAME_URI, uri);
	der_wrap(&v, DER_CONTEXT_IN(0), mark); /* fullName */
	der_wrap(&v, DER_CONTEXT_IN(0), mark); /* distributionPoint */
	der_wrap(&v, DER_SEQUENCE, mark);
	MUST(!v.failed);
	ext_put(d, &(struct ext){ .oid = oid_der(OID_EXT_IDP), .critical = true, .value = der_bytes(&v) });
}

static void put_extensions(struct der *d, const struct crl_plan *plan)
{
	uint8_t    aki[64], number[32];
	struct der v = der_on(number, sizeof number);
	size_t     mark = der_mark(d);

	if (plan->partition.len)
		put_partition(d, plan->partition);
	der_unsigned(&v, crl_number_octets(&plan->number));
	ext_put(d, &(struct ext){ .oid = oid_der(OID_EXT_CRL_NUMBER), .value = der_bytes(&v) });
	v = der_on(aki, sizeof aki);
	ext_put_authority_id(&v, bytes_of(plan->key_id, KEY_ID_LEN));
	ext_put(d, &(struct ext){ .oid = oid_der(OID_EXT_AKI), .value = der_bytes(&v) });
	der_wrap(d, DER_SEQUENCE, mark);
	der_wrap(d, EXTENSIONS, mark);
}

bool crl_tbs(struct bytes *tbs, struct arena *a, const struct crl_plan *plan, struct err *e)
{
	size_t cap = 0;

	if (!check_plan(plan, &cap, e))
		return false;
	uint8_t *room = arena_take(a, cap);
	if (!room)
		return err_set(e, ERR_TOO_LARGE, "a revocation list of %zu entries", plan->num_entries);
	struct der d = der_on(room, cap);
	put_extensions(&d, plan);
	if (plan->num_entries) {
		size_t mark = der_mark(&d);
		for (size_t i = plan->num_entries; i > 0; i--)
			put_entry(&d, &plan->entry[i - 1]);
		der_wrap(&d, DER_SEQUENCE, mark);
	}
	der_time(&d, plan->next_update);
	der_time(&d, plan->this_update);
	der_put(&d, plan->issuer.der);
	der_put(&d, sig_der(plan->sig));
	der_small(&d, 1); /* v2 */
	der_wrap(&d, DER_SEQUENCE, cap);
	MUST(!d.failed);
	*tbs = der_bytes(&d);
	return true;
}

bool crl_edges(struct bytes *head, struct bytes *tail, struct bytes tbs)
{
	struct bytes in, rest, content;
	unsigned     tag;

	if (!der_get(&tbs, DER_SEQUENCE, &in) || tbs.len)
		return false;
	rest = in;
	for (int i = 0; i < 5; i++) /* version, signature, issuer, thisUpdate, nextUpdate */
		if (!der_get_any(&rest, &tag, &content, NULL))
			return false;
	*head = bytes_first(in, in.len - rest.len);
	if (der_next_is(rest, DER_SEQUENCE) && !der_get(&rest, DER_SEQUENCE, &content))
		return false;
	*tail = rest;
	return true;
}

bool crl_join(struct bytes *der, struct arena *a, struct bytes tbs, enum sig_alg sig, struct bytes signature, struct err *e)
{
	return signed_join(der, a, tbs, sig, signature, e);
}

/* ---- reading ------------------------------------------------------------ */

static bool get_head(struct bytes *in, struct crl *c, struct bytes outer, struct err *e)
{
	struct bytes content, whole;
	uint32_t     version;
	unsigned     tag;

	if (!der_get_small(in, &version, 1) || version != 1)
		return err_set(e, ERR_CRL_VERSION, "%s", "");
	if (!der_get_any(in, &tag, &content, &whole))
		return err_set(e, ERR_CRL_DER, "signature");
	if (!bytes_equal(whole, outer) || !sig_find(&c->sig, whole))
		return err_set(e, ERR_CRL_SIGALG, "%s", "");
	if (!der_get_any(in, &tag, &content, &whole))
		return err_set(e, ERR_CRL_DER, "issuer");
	if (!name_parse(&c->issuer, whole, e))
		return false;
	if (!der_get_time(in, &c->this_update) || !der_get_time(in, &c->next_update) ||
	    c->next_update <= c->this_update)
		return err_set(e, ERR_CRL_TIME, "%s", "");
	return true;
}

bool crl_number_get(struct crl_number *out, struct bytes value)
{
	struct bytes n;

	return der_get_unsigned(&value, &n) && !value.len && crl_number_read(out, n);
}

/* A full list with a key identifier and a number. What an issuingDistributionPoint says is for
 * the linter; what a delta would mean is not known here. */
static bool get_extension(struct crl *c, const struct ext *x, struct err *e)
{
	struct ext_partition ignored;
	bool                 good;

	for (size_t i = 0; i < c->num_exts; i++)
		if (c->ext[i].id == x->id)
			return err_set(e, ERR_CRL_EXT, "%s stands twice", oid_name(x->id));
	switch (x->id) {
	case OID_EXT_CRL_NUMBER: good = crl_number_get(&c->number, x->value); break;
	case OID_EXT_AKI: good = ext_get_authority_id(&c->authority_key_id, x->value); break;
	case OID_EXT_IDP: good = ext_get_partition(&ignored, x->value); break;
	default: good = false; break;
	}
	if (!good)
		return err_set(e, ERR_CRL_EXT, "%s", oid_name(x->id));
	if (x->critical && x->id != OID_EXT_IDP)
		return err_set(e, ERR_CRL_EXT, "%s is critical", oid_name(x->id));
	c->ext[c->num_exts++] = *x;
	return true;
}

static bool get_extensions(struct bytes *in, struct crl *c, struct err *e)
{
	struct bytes wrapped, list;

	if (!der_get(in, EXTENSIONS, &wrapped) || in->len || !der_get(&wrapped, DER_SEQUENCE, &list) || wrapped.len)
		return err_set(e, ERR_CRL_EXT, "the list of extensions");
	while (list.len) {
		struct ext x;
		if (!ext_get(&list, &x))
			return err_set(e, ERR_CRL_EXT, "the list of extensions");
		if (!get_extension(c, &x, e))
			return false;
	}
	if (!ext_find(c->ext, c->num_exts, OID_EXT_CRL_NUMBER) || c->authority_key_id.len == 0)
		return err_set(e, ERR_CRL_EXT, "%s is missing",
		               c->authority_key_id.len ? "crlNumber" : "authorityKeyIdentifier");
	return true;
}

bool crl_parse(struct crl *out, struct bytes der, struct err *e)
{
	struct crl          c = { .der = der };
	struct signed_parts s;
	struct bytes        tbs, in;
	unsigned            odd = 0;

	if (!signed_parse(&s, der))
		return err_set(e, ERR_CRL_DER, "its three parts");
	c.tbs = tbs = s.tbs;
	c.signature = s.signature;
	MUST(der_get(&tbs, DER_SEQUENCE, &in));
	if (!get_head(&in, &c, s.algorithm, e) || !crl_entries_get(&in, &c, &odd, false, e) || !get_extensions(&in, &c, e))
		return false;
	*out = c;
	return true;
}

bool crl_verify(const struct crl *c, const struct key *issuer, struct err *e)
{
	return sig_verify(issuer, c->sig, c->tbs, c->signature, e);
}

/* ---- comparing ---------------------------------------------------------- */

/* A full list has no issuingDistributionPoint; a part has its own URI there and nothing else. */
static bool partition_matches(const struct crl *c, const struct crl_plan *plan)
{
	const struct ext    *x = ext_find(c->ext, c->num_exts, OID_EXT_IDP);
	struct ext_partition p;

	if (!x || !plan->partition.len)
		return !x && !plan->partition.len;
	return x->critical && ext_get_partition(&p, x->value) && bytes_equal(p.uri, plan->partition) && !p.odd && !p.only_users &&
	       !p.only_cas && !p.only_attributes && !p.indirect;
}

bool crl_matches(const struct crl *c, const struct crl_plan *plan, struct err *e)
{
	const char *field = c->sig != plan->sig                                                     ? "signature"
	                  : !bytes_equal(c->issuer.der, plan->issuer.der)                           ? "issuer"
	                  : c->this_update != plan->this_update                                     ? "thisUpdate"
	                  : c->next_update != plan->next_update                                     ? "nextUpdate"
	                  : crl_number_compare(c->number, plan->number) != 0                         ? "crlNumber"
	                  : !bytes_equal(c->authority_key_id, bytes_of(plan->key_id, KEY_ID_LEN)) ? "authorityKeyIdentifier"
	                  : !partition_matches(c, plan)                                             ? "issuingDistributionPoint"
	                  : c->num_exts != 2 + (plan->partition.len > 0)                            ? "number of extensions"
	                  : c->num_entries != plan->num_entries                                     ? "number of entries"
	                                                                                            : NULL;
	if (field)
		return err_set(e, ERR_CRL_DIFFERS, "%s", field);
	struct bytes rest = c->revoked;
	for (size_t i = 0; i < plan->num_entries; i++) {
		const struct crl_entry *want = &plan->entry[i];
		struct crl_entry        x;
		if (!crl_next(&rest, &x, e))
			return false;
		if (!bytes_equal(serial_of(&x), serial_of(want)) || x.reason != want->reason || x.date != want->date || x.invalidity != want->invalidity)
			return err_set(e, ERR_CRL_DIFFERS, "entry %zu", i + 1);
	}
	return true;
}
