/* profile_rules.c: holds a profile to the rules that it claims to follow, before anyone
 * enters the room. The rules about extensions are in rules.c; here are the others. */
#include "ceremony/pki/profile_body.h"

#define SIG_BIT(s) (1u << (s))

int64_t profile_end(int64_t t, struct utc_span span)
{
	return utc_add(t, span) - 1;
}

static const struct profile_attr *attr_of(const struct profile *p, enum oid type)
{
	for (size_t i = 0; i < p->num_attrs; i++)
		if (p->attr[i].type == type)
			return &p->attr[i];
	return NULL;
}

/* ---- checks: why not, or NULL; *line is where ----------------------------- */

static const char *has_ca_names(const struct profile *p, unsigned *line)
{
	static const enum oid must[] = { OID_AT_C, OID_AT_O, OID_AT_CN };

	if (p->claims & CLAIM_BR_CROSS)
		return NULL; /* the name is there already: has_existing_name */
	*line = p->lines.subject;
	if (p->whole)
		return "C, O and CN must all be demanded, each in a line of its own";
	for (size_t i = 0; i < COUNT_OF(must); i++) {
		const struct profile_attr *a = attr_of(p, must[i]);
		*line = a ? a->line : p->lines.subject;
		if (!a || a->optional)
			return "C, O and CN must all be demanded";
	}
	return NULL;
}

static const char *has_no_other_names(const struct profile *p, unsigned *line)
{
	for (size_t i = 0; i < p->num_attrs; i++) {
		*line = p->attr[i].line;
		if (!rules_attr_is_allowed(p->attr[i].type))
			return "this attribute has no place in a CA's name";
	}
	return NULL;
}

static const char *has_names_in_order(const struct profile *p, unsigned *line)
{
	for (size_t i = 1; i < p->num_attrs; i++) {
		*line = p->attr[i].line;
		if (rules_attr_rank(p->attr[i].type) < rules_attr_rank(p->attr[i - 1].type))
			return "the order is C, ST, L, postalCode, street, O, CN";
	}
	return NULL;
}

static const char *has_assigned_country(const struct profile *p, unsigned *line)
{
	const struct profile_attr *c = attr_of(p, OID_AT_C);

	*line = c ? c->line : p->lines.subject;
	return c && c->source == ATTR_FIXED && !rules_country_is_assigned(c->fixed.value) ? "ISO 3166-1 does not assign this C" : NULL;
}

/* BR 7.1.2.2.2: octet for octet. */
static const char *has_existing_name(const struct profile *p, unsigned *line)
{
	*line = p->lines.subject;
	return p->whole && p->whole_source == ATTR_EXISTING ? NULL : "the existing certificate's: subject = existing";
}

static bool has_rsa_below(const struct profile *p, unsigned bits)
{
	for (size_t i = 0; i < p->num_keys; i++)
		if (p->key[i].alg == KEY_RSA && p->key[i].min_bits < bits)
			return true;
	return false;
}

/* S/MIME alone knows Ed25519 (S/MIME BR 6.1.5, 7.1.3.1.3). */
static const char *has_br_keys(const struct profile *p, unsigned *line)
{
	*line = p->lines.key;
	for (size_t i = 0; i < p->num_keys; i++)
		if (p->key[i].alg == KEY_ED25519 && !(p->claims & CLAIMS_SMIME))
			return "Ed25519 is not among the allowed keys";
	return has_rsa_below(p, RSA_MIN_BITS) ? "RSA keys have at least 2048 bits" : NULL;
}

/* Whatever is claimed: what keytest never lets pass cannot be meant. */
static const char *has_sound_rsa(const struct profile *p, unsigned *line)
{
	*line = p->lines.key;
	for (size_t i = 0; i < p->num_keys; i++)
		if (p->key[i].alg == KEY_RSA && p->key[i].min_bits == p->key[i].max_bits && p->key[i].min_bits % 8)
			return "an RSA key has a multiple of 8 bits";
	return has_rsa_below(p, RSA_MIN_BITS) ? "RSA keys have at least 2048 bits" : NULL;
}

static const char *has_long_rsa(const struct profile *p, unsigned *line)
{
	*line = p->lines.key;
	return has_rsa_below(p, rules_rsa_min(p->claims)) ? "RSA keys have at least 4096 bits" : NULL;
}

static const char *has_br_signatures(const struct profile *p, unsigned *line)
{
	*line = p->lines.signature;
	return p->sigs & SIG_BIT(SIG_ED25519) && !(p->claims & CLAIMS_SMIME) ? "Ed25519 is not among the allowed signatures" : NULL;
}

/* A span in years or months has as many days as the calendar gives it: every month's first
 * of four years is tried as its beginning, the finished plan is checked again. */
static const char *is_root_long(const struct profile *p, unsigned *line)
{
	*line = p->lines.validity;
	if (p->has_end) { /* from signing to a date: the finished plan tells */
		int64_t days = (p->end + 1 - p->begin) / UTC_DAY;
		return p->has_begin && (days < ROOT_MIN_DAYS || days > ROOT_MAX_DAYS) ? "a root lasts 2922 to 9132 days" : NULL;
	}
	for (int month = 0; month < 48; month++) {
		struct utc_civil first = { .year = 2025 + month / 12, .month = 1 + month % 12, .day = 1 };
		int64_t          t;
		MUST(utc_from_civil(&t, first));
		int64_t days = (profile_end(t, p->span) + 1 - t) / UTC_DAY;
		if (days < ROOT_MIN_DAYS || days > ROOT_MAX_DAYS)
			return "a root lasts 2922 to 9132 days";
	}
	return NULL;
}

static const char *does_not_clamp(const struct profile *p, unsigned *line)
{
	*line = p->lines.validity;
	return p->clamp ? "a root has no issuer to end with" : NULL;
}

static const char *is_crl_short(const struct profile *p, unsigned *line)
{
	struct utc_span year = { .months = CRL_MAX_MONTHS };

	*line = p->lines.validity;
	for (int month = 0; month < 48; month++) {
		struct utc_civil first = { .year = 2025 + month / 12, .month = 1 + month % 12, .day = 1 };
		int64_t          t;
		MUST(utc_from_civil(&t, first));
		if (profile_end(t, p->span) > utc_add(t, year))
			return "nextUpdate is at most 12 months after thisUpdate";
	}
	return NULL;
}

static const char *root_is_not_asked_for(const struct profile *p, unsigned *line)
{
	for (size_t i = 0; i < p->num_attrs; i++) {
		*line = p->attr[i].line;
		if (p->attr[i].source == ATTR_REQUEST) /* a whole one is refused for other reasons */
			return "a root's subject comes from the script";
	}
	return NULL;
}

/* A certificate that is made here is made for a CA. */
static const char *is_for_a_ca(const struct profile *p, unsigned *line)
{
	*line = p->lines.extensions;
	return p->claims & CLAIM_CA ? NULL : "basicConstraints must say critical, CA:TRUE";
}

/* The linter says the same of what is made, in the room. */
static const char *only_a_ca_signs(const struct profile *p, unsigned *line)
{
	const struct profile_ext *x = profile_ext(p, OID_EXT_KU);
	uint16_t                  bits;

	if (!x || (p->claims & CLAIM_CA) || !ext_get_usage(&bits, x->sample.value))
		return NULL;
	*line = x->line;
	return bits & USAGE_KEY_CERT_SIGN ? "keyCertSign is a CA's, and basicConstraints does not say CA:TRUE" : NULL;
}

static const char *only_a_ca_constrains(const struct profile *p, unsigned *line)
{
	const struct profile_ext *x = profile_ext(p, OID_EXT_NC);

	if (!x || (p->claims & CLAIM_CA))
		return NULL;
	*line = x->line;
	return "it is a CA's, and basicConstraints does not say CA:TRUE";
}

/* What signs itself may leave it out: its subject comes from the script. */
static const char *names_issuers_key(const struct profile *p, unsigned *line)
{
	bool other = p->whole && p->whole_source != ATTR_SCRIPT;

	for (size_t i = 0; i < p->num_attrs; i++)
		other = other || p->attr[i].source == ATTR_REQUEST;
	*line = p->lines.extensions;
	return other && !(p->claims & CLAIM_BR) && !profile_ext(p, OID_EXT_AKI) ? "is missing: only what signs itself may do without it" : NULL;
}

static const struct rule {
	unsigned    claims; /* any of them */
	const char *field, *clause;
	const char *(*check)(const struct profile *p, unsigned *line);
} rules[] = {
	{ CLAIMS_CA, "basicConstraints", "BR 7.1.2.10.4", is_for_a_ca },
	{ CLAIM_RFC5280, "keyUsage", "RFC 5280 4.2.1.9", only_a_ca_signs },
	{ CLAIM_RFC5280, "nameConstraints", "RFC 5280 4.2.1.10", only_a_ca_constrains },
	{ CLAIM_RFC5280, "authorityKeyIdentifier", "RFC 5280 4.2.1.1", names_issuers_key },
	{ CLAIM_BR_CROSS, "subject", "BR 7.1.2.2.2", has_existing_name },
	{ CLAIM_BR, "subject", "BR 7.1.2.10.2", has_ca_names },
	{ CLAIM_BR, "subject", "BR 7.1.2.10.2", has_no_other_names },
	{ CLAIM_BR, "subject", "BR 7.1.4.2", has_names_in_order },
	{ CLAIM_BR, "subject", "BR 7.1.4.2", has_assigned_country },
	{ CLAIM_BR, "key", "BR 6.1.5", has_br_keys },
	{ CLAIM_RFC5280, "key", "BR 6.1.5", has_sound_rsa },
	{ CLAIMS_SMIME, "key", "S/MIME BR 6.1.5", has_long_rsa },
	{ CLAIMS_CODE, "key", "Code Signing BR 6.1.5.1", has_long_rsa },
	{ CLAIM_BR | CLAIM_BR_CRL, "signature", "BR 7.1.3.2", has_br_signatures },
	{ CLAIMS_ROOT, "subject", "BR 7.1.2.1", root_is_not_asked_for },
	{ CLAIMS_ROOT, "clamp", "BR 7.1.2.1.1", does_not_clamp },
	{ CLAIM_BR_ROOT | CLAIM_SMIME_ROOT, "duration", "BR 7.1.2.1.1", is_root_long },
	{ CLAIM_BR_CRL, "nextUpdate", "BR 7.2", is_crl_short },
};

static unsigned line_of(const struct profile *p, const struct ext *x)
{
	const struct profile_ext *spec = x ? profile_ext(p, x->id) : NULL;

	return spec ? spec->line : p->lines.extensions;
}

bool profile_rules(const struct profile *p, struct err *e)
{
	struct lint_finding found;
	struct findings     f = { .out = &found, .max = 1 };
	struct ext          ext[PLAN_MAX_EXTS];
	const struct ext   *who = NULL;

	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		unsigned    line = p->lines.name;
		const char *why = rules[i].claims & p->claims ? rules[i].check(p, &line) : NULL;
		if (why)
			return err_set(e, ERR_PROFILE_RULE, "%s:%u: %s: %s: %s", p->file, line, rules[i].field, why,
			               rules[i].clause);
	}
	for (size_t i = 0; i < p->num_exts; i++)
		ext[i] = p->ext[i].sample;
	rules_extensions(&f, p->claims, ext, p->num_exts, &who);
	if (f.num)
		return err_set(e, ERR_PROFILE_RULE, "%s:%u: %s: %s", p->file, line_of(p, who), found.reason, found.clause);
	return true;
}
