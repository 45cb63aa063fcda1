/* profile_check.c: the only maker of a plan; see profile.h. Names and extensions have files
 * of their own (plan_names.c, plan_extensions.c). */
#include "ceremony/pki/crl.h"
#include "ceremony/pki/plan.h"

#define RANDOM_LEN 20

static const uint8_t f4[] = { 1, 0, 1 }; /* 65537 */

/* ---- refusals ------------------------------------------------------------- */

bool plan_goes_on(struct making *m)
{
	if (!m->list)
		return false;
	if (m->num < m->max)
		m->list[m->num] = *m->err;
	m->num++;
	return true;
}

/* ---- rows ---------------------------------------------------------------- */

bool plan_row(struct making *m, struct row_text t)
{
	struct plan_row *row = &m->plan.row[m->plan.num_rows];
	struct bytes     text[] = { bytes_str(t.field), t.asked, t.profile, t.will_be };

	if (m->plan.num_rows == PLAN_MAX_ROWS)
		return err_set(m->err, ERR_PROFILE_REQUEST, "it asks for more than %d things", PLAN_MAX_ROWS);
	for (size_t i = 0; i < COUNT_OF(text); i++) {
		text[i] = arena_copy(m->arena, text[i]);
		if (!text[i].p)
			return err_set(m->err, ERR_TOO_LARGE, "the review");
	}
	*row = (struct plan_row){
		.field = (const char *)text[0].p,
		.asked = (const char *)text[1].p,
		.profile = (const char *)text[2].p,
		.will_be = (const char *)text[3].p,
		.source = t.source,
		.differs = t.asked.len && !bytes_equal(t.asked, t.will_be),
	};
	m->plan.num_rows++;
	return true;
}

struct bytes plan_row_text(struct buf *b)
{
	return buf_ok(b) ? buf_bytes(b) : BYTES_LIT("(too long to be shown)");
}

/* ---- key and signature ---------------------------------------------------- */

static bool key_is_allowed(const struct profile *p, const struct key *k)
{
	for (size_t i = 0; i < p->num_keys; i++)
		if (p->key[i].alg == k->alg &&
		    (k->alg != KEY_RSA || (k->bits >= p->key[i].min_bits && k->bits <= p->key[i].max_bits)))
			return true;
	return false;
}

bool profile_takes_key(const struct profile *p, const struct key *k, struct err *e)
{
	char name[16];

	return key_is_allowed(p, k) || err_set(e, ERR_PROFILE_KEY, "%s; allowed: %.*s", key_name(name, k),
	                                       (int)p->keys_text.len, (const char *)p->keys_text.p);
}

bool profile_takes_sig(const struct profile *p, enum sig_alg sig, struct err *e)
{
	return (p->sigs >> sig & 1) || err_set(e, ERR_PROFILE_SIGNATURE, "%s; allowed: %.*s", sig_name(sig),
	                                       (int)p->sigs_text.len, (const char *)p->sigs_text.p);
}

bool profile_sig(enum sig_alg *out, const struct profile *p, const struct key *issuer, struct err *e)
{
	enum sig_alg sig = sig_for(issuer);

	for (unsigned s = 0; !(p->sigs >> sig & 1) && s < SIG_COUNT_; s++)
		if (sig_fits((enum sig_alg)s, issuer->alg) && (p->sigs >> s & 1))
			sig = (enum sig_alg)s;
	if (!profile_takes_sig(p, sig, e))
		return false;
	*out = sig;
	return true;
}

static bool check_key(struct making *m)
{
	const struct key *k = &m->plan.key;
	char              name[16];

	if (!profile_takes_key(m->p, k, m->err) && !plan_goes_on(m))
		return false;
	(void)key_name(name, k);
	if ((m->p->claims & CLAIM_BR) && k->alg == KEY_RSA &&
	    (k->bits % 8 || !bytes_equal(k->exponent, bytes_of(f4, sizeof f4))) &&
	    !err_set(m->err, ERR_PROFILE_KEY, "%s: bits must divide by 8 and the exponent be 65537: BR 6.1.6", name) &&
	    !plan_goes_on(m))
		return false;
	if (m->in->issuer && bytes_equal(k->spki, m->in->issuer->key.spki))
		return err_set(m->err, ERR_PROFILE_KEY, "it is the issuer's own key");
	return true;
}

static bool key_rows(struct making *m)
{
	char          name[16], hex[HASH_MAX * 2 + 1];
	struct digest id = hash_of(HASH_SHA256, m->plan.key.spki);
	const char   *source = m->in->request ? "request" : "script";
	struct bytes  is = bytes_str(key_name(name, &m->plan.key)), id_is = bytes_str(digest_hex(hex, &id));
	struct bytes  none = bytes_of(NULL, 0);

	return plan_row(m, (struct row_text){ "key", m->in->request ? is : none, m->p->keys_text, is, source }) &&
	       plan_row(m, (struct row_text){ "key SHA-256", m->in->request ? id_is : none, none, id_is, source });
}

static bool plan_key(struct making *m)
{
	const struct certificate *was = m->in->existing;

	m->plan.key = m->in->request ? m->in->request->key : m->in->key ? *m->in->key : was->key;
	if (was && !bytes_equal(m->plan.key.spki, was->key.spki))
		return err_set(m->err, ERR_PROFILE_KEY, "it is not the key of the existing certificate: BR 7.1.2.2");
	return check_key(m) && key_rows(m);
}

static bool plan_signature(struct making *m)
{
	const struct key *signer = m->in->issuer ? &m->in->issuer->key : &m->plan.key;
	enum sig_alg      sig = m->in->sig;
	char              name[16];

	if (!sig_fits(sig, signer->alg))
		return err_set(m->err, ERR_PROFILE_SIGNATURE, "the issuer's %s key does not make %s", key_name(name, signer),
		               sig_name(sig));
	if (!profile_takes_sig(m->p, sig, m->err))
		return false;
	m->plan.sig = sig;
	return plan_row(m, (struct row_text){ .field = "signature",
	                                      .profile = m->p->sigs_text,
	                                      .will_be = bytes_str(sig_name(sig)),
	                                      .source = "issuer" });
}

/* ---- serial and validity -------------------------------------------------- */

/* 20 octets with the two top bits 01: positive, never shorter, 158 bits by chance (BR
 * 7.1.2 asks for 64; RFC 5280 4.1.2.2 for at most 20 octets). */
static bool plan_serial(struct making *m)
{
	uint8_t    hex[SERIAL_MAX * 2];
	struct buf b = BUF_ON(hex);

	MUST(m->in->random.len == RANDOM_LEN);
	m->plan.serial_len = RANDOM_LEN;
	memcpy(m->plan.serial, m->in->random.p, RANDOM_LEN);
	m->plan.serial[0] = (uint8_t)((m->plan.serial[0] & 0x3f) | 0x40);
	buf_hex(&b, bytes_of(m->plan.serial, m->plan.serial_len));
	return plan_row(m, (struct row_text){ .field = "serialNumber",
	                                      .profile = BYTES_LIT("20 octets"),
	                                      .will_be = buf_bytes(&b),
	                                      .source = "random" });
}

static bool check_root_days(const struct making *m)
{
	int64_t seconds = m->plan.not_after - m->plan.not_before + 1; /* both ends count */

	if ((m->p->claims & (CLAIM_BR_ROOT | CLAIM_SMIME_ROOT)) && (seconds < ROOT_MIN_DAYS * UTC_DAY || seconds > ROOT_MAX_DAYS * UTC_DAY))
		return err_set(m->err, ERR_PROFILE_VALIDITY, "%lld days, a root lasts %d to %d: BR 7.1.2.1.1",
		               (long long)(seconds / UTC_DAY), ROOT_MIN_DAYS, ROOT_MAX_DAYS);
	return true;
}

static bool check_against_issuer(struct making *m, const char **source)
{
	const struct issuer *issuer = m->in->issuer;
	char                 ours[24], theirs[24];

	if (!issuer)
		return true;
	if (m->in->now < issuer->not_before || m->in->now > issuer->not_after)
		return err_set(m->err, ERR_PROFILE_ISSUER, "it is valid from %s to %s only", utc_str(ours, issuer->not_before),
		               utc_str(theirs, issuer->not_after));
	if (m->plan.not_before < issuer->not_before && !(m->p->claims & CLAIM_BR_CROSS))
		return err_set(m->err, ERR_PROFILE_VALIDITY, "from %s, before the issuer's beginning at %s: RFC 5280 6.1.3",
		               utc_str(ours, m->plan.not_before), utc_str(theirs, issuer->not_before));
	if (m->plan.not_after <= issuer->not_after)
		return true;
	if (!m->p->clamp)
		return err_set(m->err, ERR_PROFILE_VALIDITY, "to %s, beyond the issuer's end at %s: RFC 5280 6.1.3, BR 7.1.2.10.1",
		               utc_str(ours, m->plan.not_after), utc_str(theirs, issuer->not_after));
	m->plan.not_after = issuer->not_after;
	*source = "issuer";
	return true;
}

/* BR 7.1.2.1.1, 7.1.2.10.1: from a day before signing to signing. A cross-certificate may go
 * back as far as the certificate that there is (7.1.2.2.1). */
static bool check_begin(const struct making *m)
{
	int64_t earliest = m->in->now - UTC_DAY;
	char    text[24];

	if (!(m->p->claims & CLAIM_BR))
		return true;
	if ((m->p->claims & CLAIM_BR_CROSS) && m->in->existing->not_before < earliest)
		earliest = m->in->existing->not_before;
	if (m->plan.not_before < earliest || m->plan.not_before > m->in->now)
		return err_set(m->err, ERR_PROFILE_VALIDITY, "from %s: not from a day before signing to signing: BR 7.1.2.10.1",
		               utc_str(text, m->plan.not_before));
	return true;
}

/* When it begins and ends, as the profile has it. */
static bool take_dates(struct making *m)
{
	const struct profile *p = m->p;
	char                  text[24];

	m->plan.not_before = p->has_begin ? p->begin : m->in->now;
	m->plan.not_after = p->has_end ? p->end : profile_end(m->plan.not_before, p->span);
	if (m->in->now < 0 || (p->has_end ? p->end : utc_add(m->plan.not_before, p->span)) >= UTC_MAX) /* where utc_add stops */
		return err_set(m->err, ERR_PROFILE_VALIDITY, "not within the years 1970 to 9999: RFC 5280 4.1.2.5");
	if (m->plan.not_after <= m->plan.not_before || m->plan.not_after <= m->in->now)
		return err_set(m->err, ERR_PROFILE_VALIDITY, "to %s: over before it is signed, or before it begins",
		               utc_str(text, m->plan.not_after));
	return true;
}

static bool plan_validity(struct making *m)
{
	const char *source = "profile";
	char        begin[24], end[24];

	if (!take_dates(m) || !check_begin(m) || !check_root_days(m) || !check_against_issuer(m, &source))
		return false;
	return plan_row(m, (struct row_text){ .field = "notBefore",
	                                      .profile = m->p->begin_text,
	                                      .will_be = bytes_str(utc_str(begin, m->plan.not_before)),
	                                      .source = m->p->has_begin ? "profile" : "clock" }) &&
	       plan_row(m, (struct row_text){ .field = "notAfter",
	                                      .profile = m->p->span_text,
	                                      .will_be = bytes_str(utc_str(end, m->plan.not_after)),
	                                      .source = source });
}

/* ---- the whole ------------------------------------------------------------ */

/* RFC 5280 4.2.1.9: how many CAs may follow the issuer. */
static bool check_issuer(const struct making *m)
{
	const struct issuer      *issuer = m->in->issuer;
	const struct profile_ext *x = profile_ext(m->p, OID_EXT_BC);
	struct ext_basic          basic;

	if (!issuer && (m->p->claims & (CLAIMS_SUBCA | CLAIM_BR_OCSP)))
		return err_set(m->err, ERR_PROFILE_ISSUER, "%.*s is for what stands under a CA, not for a root",
		               (int)m->p->name.len, (const char *)m->p->name.p);
	if (issuer && (m->p->claims & CLAIMS_ROOT))
		return err_set(m->err, ERR_PROFILE_ISSUER, "%.*s is for a root, which signs itself", (int)m->p->name.len,
		               (const char *)m->p->name.p);
	if (!issuer || !issuer->has_pathlen || !x || !ext_get_basic(&basic, x->sample.value) || !basic.ca)
		return true;
	if (issuer->pathlen == 0)
		return err_set(m->err, ERR_PROFILE_ISSUER, "its pathlen:0 lets no CA stand under it");
	if (basic.has_pathlen && basic.pathlen >= issuer->pathlen)
		return err_set(m->err, ERR_PROFILE_ISSUER, "its pathlen:%u does not allow pathlen:%u under it", issuer->pathlen,
		               basic.pathlen);
	return true;
}

/* A cross-certificate is of a CA that has a certificate, and of nothing else. */
static bool check_existing(const struct making *m)
{
	const struct certificate *was = m->in->existing;
	bool                      wanted = m->p->whole && m->p->whole_source == ATTR_EXISTING;

	if (wanted != (was != NULL))
		return err_set(m->err, ERR_PROFILE_SUBJECT, wanted ? "the profile takes it from an existing certificate, and there is none"
		                                                   : "the profile does not take it from an existing certificate");
	return !was || was->is_ca || err_set(m->err, ERR_PROFILE_SUBJECT, "the existing certificate is not a CA's");
}

/* Each of these can be judged whatever the others say; but none without what the plan is made of. */
static bool make(struct making *m)
{
	static bool (*const part[])(struct making *m) = { plan_names, plan_serial, plan_validity, plan_key,
		                                          plan_signature, plan_extensions, plan_inherits };

	MUST(m->in->request || m->in->key || m->in->existing);
	m->plan.claims = m->p->claims;
	if (m->p->kind != PROFILE_CERTIFICATE)
		return err_set(m->err, ERR_PROFILE_KIND, "%.*s is for revocation lists", (int)m->p->name.len,
		               (const char *)m->p->name.p);
	if (!check_existing(m) || (!check_issuer(m) && !plan_goes_on(m)))
		return false;
	for (size_t i = 0; i < COUNT_OF(part); i++)
		if (!part[i](m) && !plan_goes_on(m))
			return false;
	return true;
}

bool profile_check(struct plan *out, struct arena *a, const struct profile *p, const struct plan_input *in, struct err *e)
{
	struct making m = { .p = p, .in = in, .arena = a, .err = e };

	if (!make(&m))
		return false;
	*out = m.plan;
	return true;
}

size_t profile_refusals(struct err *out, size_t max, struct arena *a, const struct profile *p, const struct plan_input *in)
{
	struct err    e = { 0 };
	struct making m = { .p = p, .in = in, .arena = a, .err = &e, .list = out, .max = max };

	if (!make(&m))
		MUST(plan_goes_on(&m));
	return m.num;
}

struct bytes profile_value(const struct profile *p, enum oid id)
{
	const struct profile_ext *x = profile_ext(p, id);

	return x ? x->sample.value : bytes_of(NULL, 0);
}

/* ---- before there is anything to plan ---------------------------------------- */

static bool takes_subject_from(const struct profile *p, enum attr_source source)
{
	if (p->whole)
		return p->whole_source == source;
	for (size_t i = 0; i < p->num_attrs; i++)
		if (p->attr[i].source != source && p->attr[i].source != ATTR_FIXED)
			return false;
	return true;
}

bool profile_suits(const struct profile *p, enum profile_use use, struct err *e)
{
	bool self = use == PROFILE_FOR_ROOT;

	if ((use == PROFILE_FOR_LIST) != (p->kind == PROFILE_CRL))
		return err_set(e, ERR_PROFILE_KIND, "%.*s", (int)p->name.len, (const char *)p->name.p);
	if (use == PROFILE_FOR_LIST)
		return true;
	if (p->claims & (self ? CLAIMS_SUBCA | CLAIM_BR_OCSP : CLAIMS_ROOT))
		return err_set(e, ERR_PROFILE_ISSUER, "%.*s is for %s", (int)p->name.len, (const char *)p->name.p,
		               self ? "what stands under a CA, not for a root" : "a root, which signs itself");
	if (use == PROFILE_FOR_EXISTING || (p->whole && p->whole_source == ATTR_EXISTING))
		return (use == PROFILE_FOR_EXISTING && p->whole && p->whole_source == ATTR_EXISTING) ||
		       err_set(e, ERR_PROFILE_SUBJECT, "%.*s %s", (int)p->name.len, (const char *)p->name.p,
		               use == PROFILE_FOR_EXISTING ? "does not take it from an existing certificate"
		                                           : "takes it from an existing certificate: the requests' step says existing = yes");
	return takes_subject_from(p, self ? ATTR_SCRIPT : ATTR_REQUEST) ||
	       err_set(e, ERR_PROFILE_SUBJECT, "%.*s does not take it from %s", (int)p->name.len, (const char *)p->name.p,
	               self ? "the script" : "a request");
}

/* ---- revocation lists ------------------------------------------------------ */

bool profile_crl_next(int64_t *next_update, const struct profile *p, int64_t this_update, struct err *e)
{
	if (p->kind != PROFILE_CRL)
		return err_set(e, ERR_PROFILE_KIND, "%.*s is for certificates", (int)p->name.len, (const char *)p->name.p);
	*next_update = profile_end(this_update, p->span);
	return true;
}

bool profile_crl_check(const struct profile *p, const struct crl_plan *plan, struct err *e)
{
	int64_t latest = 0;
	char    text[24];

	if (!profile_crl_next(&latest, p, plan->this_update, e))
		return false;
	if (plan->next_update > latest)
		return err_set(e, ERR_PROFILE_VALIDITY, "nextUpdate after %s", utc_str(text, latest));
	if (!profile_takes_sig(p, plan->sig, e))
		return false;
	for (size_t i = 0; i < plan->num_entries; i++)
		if (plan->entry[i].reason > 10 || !(p->reasons >> plan->entry[i].reason & 1))
			return err_set(e, ERR_CRL_ENTRY, "entry %zu: reason %u is not one that the profile allows: BR 7.2.2", i + 1,
			               plan->entry[i].reason);
	return true;
}
