/* plan_extensions.c: the extensions of a certificate, all the profile's; and beside them
 * what the request asked for. What contradicts the profile is refused: the requester would
 * get a certificate for something else than they meant. What only goes beyond it is shown
 * as not granted. */
#include "ceremony/base/text.h"
#include "ceremony/pki/plan.h"
#include "ceremony/pki/shard.h"

#define EXT_TEXT_MAX 4096

static bool refuse(const struct making *m, enum oid id, const char *why)
{
	return err_set(m->err, ERR_PROFILE_REQUEST, "%s %s", oid_name(id), why);
}

/* ---- contradictions ------------------------------------------------------- */

static bool basic_agrees(const struct making *m, struct bytes asked, struct bytes ours)
{
	struct ext_basic a, b;

	if (!ext_get_basic(&a, asked))
		return refuse(m, OID_EXT_BC, "is not well-formed");
	MUST(ext_get_basic(&b, ours));
	if (a.ca != b.ca)
		return refuse(m, OID_EXT_BC, a.ca ? "CA:TRUE is asked for; the profile signs CA:FALSE"
		                                  : "CA:FALSE is asked for; the profile signs CA:TRUE");
	return true;
}

static bool usage_agrees(const struct making *m, struct bytes asked, struct bytes ours)
{
	uint16_t a, b;

	if (!ext_get_usage(&a, asked))
		return refuse(m, OID_EXT_KU, "is not well-formed");
	MUST(ext_get_usage(&b, ours));
	if ((b & USAGE_KEY_CERT_SIGN) && !(a & USAGE_KEY_CERT_SIGN))
		return refuse(m, OID_EXT_KU, "is asked for without keyCertSign; the profile signs a CA's");
	if (!(a & b))
		return refuse(m, OID_EXT_KU, "has nothing in common with the profile's");
	return true;
}

/* Any number of purposes may be asked for; ours are few. */
static bool purposes_agree(const struct making *m, struct bytes asked, struct bytes ours)
{
	struct ext_list b;
	struct bytes    in, oid;
	char            text[256];
	struct buf      names = buf_init(text, sizeof text - 1);

	if (!ext_is_purposes(asked) || !der_get(&asked, DER_SEQUENCE, &in))
		return refuse(m, OID_EXT_EKU, "is not well-formed");
	MUST(ext_get_list(&b, OID_EXT_EKU, ours));
	while (in.len) {
		MUST(der_get(&in, DER_OID, &oid));
		for (size_t n = 0; n < b.num; n++)
			if (bytes_equal(oid, b.item[n].oid))
				return true;
	}
	buf_str(&names, "has nothing in common with the profile's:");
	for (size_t n = 0; n < b.num; n++) {
		buf_str(&names, " ");
		oid_put(&names, b.item[n].oid);
	}
	return refuse(m, OID_EXT_EKU, buf_ok(&names) ? buf_cstr(&names) : "has nothing in common with the profile's");
}

static const struct {
	enum oid id;
	bool (*agrees)(const struct making *m, struct bytes asked, struct bytes ours);
} contradictions[] = {
	{ OID_EXT_BC,  basic_agrees   },
	{ OID_EXT_KU,  usage_agrees   },
	{ OID_EXT_EKU, purposes_agree },
};

static bool check_asked(const struct making *m, const struct ext *asked, const struct ext *ours)
{
	for (size_t i = 0; i < COUNT_OF(contradictions); i++)
		if (contradictions[i].id == ours->id)
			return contradictions[i].agrees(m, asked->value, ours->value);
	return true;
}

/* ---- rows ----------------------------------------------------------------- */

static const struct ext *asked_for(const struct making *m, enum oid id)
{
	return m->in->request ? ext_find(m->in->request->ext, m->in->request->num_exts, id) : NULL;
}

static bool ext_row(struct making *m, const struct profile_ext *spec, const struct ext *asked, const struct ext *will_be)
{
	uint8_t    was[EXT_TEXT_MAX], is[EXT_TEXT_MAX];
	struct buf before = BUF_ON(was), after = BUF_ON(is);

	if (asked)
		ext_put_text(&before, asked);
	ext_put_text(&after, will_be);
	return plan_row(m, (struct row_text){
	                           .field = oid_name(will_be->id),
	                           .asked = plan_row_text(&before),
	                           .profile = spec->text,
	                           .will_be = plan_row_text(&after),
	                           .source = will_be->id == OID_EXT_AKI ? "issuer" : "profile",
	                   });
}

/* The name of what is not granted. */
static const char *name_of(char out[256], struct bytes oid)
{
	struct buf b = buf_init(out, 256);

	oid_put(&b, oid);
	return buf_ok(&b) ? buf_cstr(&b) : "an OID that is too long to be shown";
}

static bool not_granted_rows(struct making *m)
{
	const struct request *r = m->in->request;
	uint8_t               text[EXT_TEXT_MAX];
	char                  name[256];

	for (size_t i = 0; r && i < r->num_exts; i++) {
		struct buf b = BUF_ON(text);
		if (r->ext[i].id != OID_UNKNOWN && profile_ext(m->p, r->ext[i].id))
			continue;
		ext_put_text(&b, &r->ext[i]);
		if (!plan_row(m, (struct row_text){ .field = name_of(name, r->ext[i].oid),
		                                    .asked = plan_row_text(&b),
		                                    .source = "profile" }))
			return false;
	}
	for (size_t i = 0; r && i < r->num_attrs; i++)
		if (!plan_row(m, (struct row_text){ .field = name_of(name, r->attr[i]),
		                                    .asked = BYTES_LIT("(an attribute)"),
		                                    .source = "profile" }))
			return false;
	return true;
}

/* ---- the whole ------------------------------------------------------------ */

/* What the existing certificate calls the key is what the certificates under it call it (RFC 5280
 * 4.2.1.1): another identifier would lead nobody from them to this one. */
static void take_existing_id(const struct making *m, struct ext *x)
{
	const struct certificate *was = m->in->existing;
	const struct ext         *has = was ? ext_find(was->ext, was->num_exts, OID_EXT_SKI) : NULL;

	if (has)
		x->value = has->value;
}

/* What only the keys and the serial can tell is written anew. */
static bool make_ext(const struct making *m, struct ext *x, const struct profile_ext *spec)
{
	uint8_t        subject[KEY_ID_LEN];
	struct ext_ids ids = { subject, m->in->issuer ? m->in->issuer->key_id : subject };
	struct bytes   text = spec->text;

	*x = spec->sample;
	if (x->id != OID_EXT_SKI && x->id != OID_EXT_AKI && !spec->by_shard)
		return true;
	if (spec->by_shard && m->in->shards < 2)
		return err_set(m->err, ERR_PROFILE_SHARD, "the list has no parts, and {shard} stands in %.*s",
		               (int)m->p->shard_uri.len, (const char *)m->p->shard_uri.p);
	if (spec->by_shard &&
	    !shard_fill(&text, m->arena, spec->text, shard_of(bytes_of(m->plan.serial, m->plan.serial_len), m->in->shards), m->err))
		return false;
	key_id(subject, &m->plan.key);
	return ext_from_text(x, m->arena, x->id, text, &ids, m->err);
}

bool plan_extensions(struct making *m)
{
	for (size_t i = 0; i < m->p->num_exts; i++) {
		const struct profile_ext *spec = &m->p->ext[i];
		const struct ext         *asked = asked_for(m, spec->sample.id);
		struct ext               *x = &m->plan.ext[m->plan.num_exts];
		if (!make_ext(m, x, spec))
			return false;
		if (x->id == OID_EXT_SKI)
			take_existing_id(m, x);
		m->plan.num_exts++;
		if (asked && !check_asked(m, asked, x) && !plan_goes_on(m))
			return false;
		if (!ext_row(m, spec, asked, x))
			return false;
	}
	return not_granted_rows(m);
}
