/* slip39.c: share sets: slip39_split, slip39_combine. Words are slip39_text.c's. */
#include "ceremony/share/slip39.h"

#include "ceremony/share/ct.h"
#include "ceremony/share/feistel.h"
#include "ceremony/share/jury.h"

/* One row of shares or secrets, wiped on every way out. */
struct row {
	struct secret item[SHAMIR_MAX_SHARES];
};

static void row_done(struct row *r)
{
	for (size_t i = 0; i < COUNT_OF(r->item); i++)
		secret_done(&r->item[i]);
}

#define ROW __attribute__((cleanup(row_done))) struct row

void slip39_share_done(struct slip39_share *share)
{
	secret_done(&share->value);
	*share = (struct slip39_share){ 0 };
}

bool slip39_scheme_check(const struct slip39_scheme *s, struct err *e)
{
	if (s->exponent > 15)
		return err_set(e, ERR_SHARE_SCHEME, "iteration exponent %u; the highest is 15", s->exponent);
	if (s->num_groups < 1 || s->num_groups > SLIP39_MAX_GROUPS)
		return err_set(e, ERR_SHARE_SCHEME, "%u groups; 1 to 16 can be", s->num_groups);
	if (s->group_threshold < 1 || s->group_threshold > s->num_groups)
		return err_set(e, ERR_SHARE_SCHEME, "%u of %u groups", s->group_threshold, s->num_groups);
	for (unsigned i = 0; i < s->num_groups; i++) {
		unsigned threshold = s->group[i].threshold, count = s->group[i].count;
		if (threshold < 1 || threshold > count || count > SHAMIR_MAX_SHARES)
			return err_set(e, ERR_SHARE_SCHEME, "group %u: %u of %u shares", i + 1, threshold, count);
		if (threshold == 1 && count > 1)
			return err_set(e, ERR_SHARE_SCHEME, "group %u: 1 of %u: each share would be the whole", i + 1,
			               count);
	}
	return true;
}

size_t slip39_num_shares(const struct slip39_scheme *scheme)
{
	size_t n = 0;

	for (size_t i = 0; i < scheme->num_groups; i++)
		n += scheme->group[i].count;
	return n;
}

/* SLIP-0039: printable ASCII only, so that any keyboard and any tool gives these octets. */
bool slip39_check_passphrase(const struct secret *passphrase, struct err *e)
{
	struct bytes text = passphrase ? secret_expose(passphrase) : bytes_of(NULL, 0);
	uint32_t     bad = 0;

	for (size_t i = 0; i < text.len; i++)
		bad |= (text.p[i] - 32U) >> 31 | (126U - text.p[i]) >> 31;
	CT_PUBLIC(&bad, sizeof bad); /* whether it may be used is the answer */
	return bad ? err_set(e, ERR_SHARE_PASSPHRASE, "only ASCII 32 to 126") : true;
}

/* The mnemonics of one group. common: the set's fields and the group's index. */
static bool split_group(struct secret *mnemonic, struct slip39_share common, size_t count,
                        const struct secret *secret, const struct rng *rng, struct err *e)
{
	ROW member = { 0 };

	if (!shamir_split(member.item, common.member_threshold, count, secret, rng, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		common.member_index = (uint8_t)i;
		common.value = member.item[i]; /* lent */
		if (!slip39_put(&mnemonic[i], &common, e))
			return false;
	}
	return true;
}

static bool split_all(struct secret *mnemonic, const struct slip39_scheme *scheme, const struct secret *master,
                      const struct secret *passphrase, const struct rng *rng, struct err *e)
{
	ROW     group = { 0 };
	SECRET  sealed = { 0 };
	uint8_t id[2];

	if (!rng->fill(rng->context, id, sizeof id, e))
		return false;
	struct slip39_share common = {
		.id = scheme->id ? *scheme->id : (uint16_t)((id[0] & 0x7f) << 8 | id[1]),
		.ext = scheme->ext,
		.exponent = scheme->exponent,
		.group_threshold = scheme->group_threshold,
		.num_groups = scheme->num_groups,
	};
	struct feistel f = { common.id, common.ext, common.exponent };
	if (!feistel_seal(&sealed, &f, master, passphrase, e) ||
	    !shamir_split(group.item, scheme->group_threshold, scheme->num_groups, &sealed, rng, e))
		return false;
	for (size_t i = 0; i < scheme->num_groups; i++) {
		common.group_index = (uint8_t)i;
		common.member_threshold = scheme->group[i].threshold;
		if (!split_group(mnemonic, common, scheme->group[i].count, &group.item[i], rng, e))
			return false;
		mnemonic += scheme->group[i].count;
	}
	return true;
}

bool slip39_split(struct secret *mnemonic, size_t max, size_t *num, const struct slip39_scheme *scheme,
                  const struct secret *master, const struct secret *passphrase, const struct rng *rng, struct err *e)
{
	if (!slip39_scheme_check(scheme, e) || !slip39_check_passphrase(passphrase, e))
		return false;
	if (master->len < SLIP39_MIN_SECRET || master->len > SLIP39_MAX_SECRET || master->len % 2 != 0)
		return err_set(e, ERR_SHARE_SECRET_LENGTH, "%zu octets", master->len);
	size_t num_shares = slip39_num_shares(scheme);
	if (num_shares > max)
		return err_set(e, ERR_TOO_LARGE, "%zu shares; there is room for %zu", num_shares, max);
	if (!split_all(mnemonic, scheme, master, passphrase, rng, e)) {
		for (size_t i = 0; i < num_shares; i++)
			secret_done(&mnemonic[i]);
		return false;
	}
	*num = num_shares;
	return true;
}

/* What every share of a set has in common with the first. */
static bool check_set(const struct slip39_share *share, size_t num, struct err *e)
{
	const struct slip39_share *first = share;

	if (num == 0)
		return err_set(e, ERR_SHARE_NONE, "%s", "");
	for (size_t i = 1; i < num; i++) {
		const struct slip39_share *s = &share[i];
		enum err_id                id = s->id != first->id                           ? ERR_SHARE_SET
		                                : s->ext != first->ext                         ? ERR_SHARE_EXTENDABLE
		                                : s->exponent != first->exponent               ? ERR_SHARE_EXPONENT
		                                : s->group_threshold != first->group_threshold ? ERR_SHARE_GROUP_THRESHOLD
		                                : s->num_groups != first->num_groups           ? ERR_SHARE_GROUP_COUNT
		                                : s->value.len != first->value.len             ? ERR_SHARE_VALUE_LENGTH
		                                                                               : ERR_NONE;
		if (id == ERR_SHARE_SET)
			return err_set(e, id, "the first entered is of set %u, number %zu of set %u", first->id, i + 1, s->id);
		if (id != ERR_NONE)
			return err_set(e, id, "the first entered and number %zu entered", i + 1);
	}
	return true;
}

static bool check_pair(const struct slip39_share *a, const struct slip39_share *b, struct err *e)
{
	if (a->group_index != b->group_index)
		return true;
	if (a->member_threshold != b->member_threshold)
		return err_set(e, ERR_SHARE_MEMBER_THRESHOLD, "group %u: %u and %u", a->group_index + 1U,
		               a->member_threshold, b->member_threshold);
	if (a->member_index != b->member_index)
		return true;
	bool same = secret_equal(&a->value, &b->value);
	return err_set(e, same ? ERR_SHARE_TWICE : ERR_SHARE_INDEX, "group %u, share %u", a->group_index + 1U,
	               a->member_index + 1U);
}

/* The shares of one set, by group. */
struct tally {
	size_t num[SLIP39_MAX_GROUPS];
	size_t threshold[SLIP39_MAX_GROUPS];
	size_t num_groups;
};

static void tally_make(struct tally *t, const struct slip39_share *share, size_t num)
{
	*t = (struct tally){ 0 };
	for (size_t i = 0; i < num; i++) {
		unsigned g = share[i].group_index;
		t->threshold[g] = share[i].member_threshold;
		t->num_groups += t->num[g]++ == 0;
	}
}

/* Enough of everything, and if `exact`, not more. */
static bool check_tally(const struct tally *t, size_t group_threshold, bool exact, struct err *e)
{
	if (t->num_groups < group_threshold)
		return err_set(e, ERR_SHARE_TOO_FEW_GROUPS, "%zu of %zu", t->num_groups, group_threshold);
	if (exact && t->num_groups > group_threshold)
		return err_set(e, ERR_SHARE_TOO_MANY_GROUPS, "%zu, and %zu are needed", t->num_groups, group_threshold);
	for (unsigned g = 0; g < SLIP39_MAX_GROUPS; g++)
		if (t->num[g] && t->num[g] < t->threshold[g])
			return err_set(e, ERR_SHARE_TOO_FEW, "group %u: %zu of %zu", g + 1, t->num[g], t->threshold[g]);
	for (unsigned g = 0; exact && g < SLIP39_MAX_GROUPS; g++)
		if (t->num[g] > t->threshold[g])
			return err_set(e, ERR_SHARE_TOO_MANY, "group %u: %zu, and %zu are needed", g + 1, t->num[g],
			               t->threshold[g]);
	return true;
}

static bool check_shares(const struct slip39_share *share, size_t num, bool exact, struct tally *t, struct err *e)
{
	if (!check_set(share, num, e))
		return false;
	for (size_t i = 1; i < num; i++)
		for (size_t k = 0; k < i; k++)
			if (!check_pair(&share[k], &share[i], e))
				return false;
	tally_make(t, share, num);
	return check_tally(t, share->group_threshold, exact, e);
}

bool slip39_check(const struct slip39_share *share, size_t num, struct err *e)
{
	struct tally t;

	if (num > SLIP39_MAX_SHARES)
		return err_set(e, ERR_SHARE_TOO_MANY, "%zu shares", num);
	return check_shares(share, num, true, &t, e);
}

/* One group's secret. Sets forged[i] for each of its shares that was outvoted. */
static bool join_group(struct secret *out, bool *forged, unsigned group, const struct slip39_share *share, size_t num,
                       struct err *e)
{
	struct gf256_point point[SHAMIR_MAX_SHARES];
	size_t             where[SHAMIR_MAX_SHARES], n = 0, threshold = 1;
	uint32_t           outvoted = 0;
	struct err         why = { 0 };

	for (size_t i = 0; i < num; i++) {
		if (share[i].group_index != group)
			continue;
		MUST(n < SHAMIR_MAX_SHARES);
		threshold = share[i].member_threshold;
		point[n] = (struct gf256_point){ share[i].member_index, share[i].value.p };
		where[n++] = i;
	}
	if (!jury_join(out, &outvoted, threshold, point, n, share->value.len, &why))
		return err_set(e, why.id, "group %u: %s", group + 1, why.detail);
	for (size_t i = 0; i < n; i++)
		forged[where[i]] = outvoted >> i & 1;
	return true;
}

/* The sealed secret of all groups' secrets. Sets forged[i] for every share of a group
 * that was outvoted. */
static bool join_groups(struct secret *out, bool *forged, const struct row *group, const struct slip39_share *share,
                        size_t num, struct err *e)
{
	struct gf256_point point[SLIP39_MAX_GROUPS];
	size_t             n = 0;
	uint32_t           outvoted = 0;
	struct err         why = { 0 };

	for (size_t g = 0; g < SLIP39_MAX_GROUPS; g++)
		if (group->item[g].p)
			point[n++] = (struct gf256_point){ (uint8_t)g, group->item[g].p };
	if (!jury_join(out, &outvoted, share->group_threshold, point, n, share->value.len, &why))
		return err_set(e, why.id, "groups: %s", why.detail);
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < num; i++)
			if (outvoted >> k & 1 && share[i].group_index == point[k].x)
				forged[i] = true;
	return true;
}

static bool check_forged(const bool *forged, const struct slip39_share *share, size_t num, struct err *e)
{
	size_t first = num, count = 0;

	for (size_t i = num; i-- > 0;) {
		if (forged[i]) {
			first = i;
			count++;
		}
	}
	if (count == 0)
		return true;
	return err_set(e, ERR_SHARE_FORGED, "group %u, share %u%s", share[first].group_index + 1U,
	               share[first].member_index + 1U, count > 1 ? ", and others" : "");
}

static bool combine(struct secret *master, bool *forged, const struct slip39_share *share, size_t num, bool exact,
                    const struct secret *passphrase, struct err *e)
{
	ROW          group = { 0 };
	SECRET       sealed = { 0 };
	struct tally t;

	if (!check_shares(share, num, exact, &t, e) || !slip39_check_passphrase(passphrase, e))
		return false;
	for (unsigned g = 0; g < SLIP39_MAX_GROUPS; g++)
		if (t.num[g] && !join_group(&group.item[g], forged, g, share, num, e))
			return false;
	if (!join_groups(&sealed, forged, &group, share, num, e) || !check_forged(forged, share, num, e))
		return false;
	struct feistel f = { share->id, share->ext, share->exponent };
	return feistel_open(master, &f, &sealed, passphrase, e);
}

bool slip39_combine(struct secret *master, const struct slip39_share *share, size_t num,
                    const struct secret *passphrase, struct err *e)
{
	bool forged[SLIP39_MAX_SHARES] = { 0 };

	if (num > SLIP39_MAX_SHARES)
		return err_set(e, ERR_SHARE_TOO_MANY, "%zu shares", num);
	return combine(master, forged, share, num, true, passphrase, e);
}

bool slip39_combine_all(struct secret *master, bool *forged, const struct slip39_share *share, size_t num,
                        const struct secret *passphrase, struct err *e)
{
	bool found[SLIP39_MAX_SHARES] = { 0 };

	memset(forged, 0, num * sizeof *forged);
	if (num > SLIP39_MAX_SHARES)
		return err_set(e, ERR_SHARE_TOO_MANY, "%zu shares", num);
	struct err why = { 0 };
	if (combine(master, found, share, num, false, passphrase, &why))
		return true;
	if (why.id == ERR_SHARE_FORGED)
		memcpy(forged, found, num * sizeof *forged);
	return err_set(e, why.id, "%s", why.detail);
}
