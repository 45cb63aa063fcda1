/* media.h: which device is which medium: bound by the script's serial, or by two people who compare what is seen
 * with what they hold, and from then on the only one that is used under that name.
 *
 *   [medium requests]
 *   label = REQUESTS     what the file system is called; else the medium's own name
 *   serial = 4C530001    binds it: nobody is asked
 *
 * Only where the transcript's first line says media = devices; where folders stand for media nothing of this comes. */
#pragma once

#include "ceremony/flow/engine.h"

/* script_media_read: the [medium NAME] sections, after the steps. ERR_INI_*, ERR_SCRIPT_ORDER: one that no step uses, one
 * serial twice. script_medium: that section; NULL if there is none. */
bool script_media_read(struct script *s, struct arena *a, struct ini *ini, struct err *e) __attribute__((warn_unused_result));
const struct script_medium *script_medium(const struct script *s, struct bytes name);

/* media_second: appends the label of the second medium of a step that makes two copies: its medium's, and -2. False if it makes
 * one, or it does not fit. */
bool media_second(struct buf *out, const struct script_step *step);
/* media_copy: in scratch, the label of the medium of a step's first or second copy; "" where that copy is not made. */
const char *media_copy(const struct flow *f, const struct script_step *step, bool second);

/* media_is_disc: whether the medium of that name is a disc that is burned. media_volume:
 * the name that such a disc gets: its label in capitals, digits and _. */
#define MEDIA_MAX_VOLUME 32 /* ISO 9660 8.4.7 */
bool        media_is_disc(const struct flow *f, const char *name);
const char *media_volume(const struct flow *f, const char *name);

/* What stands before a turn whose op needs a medium that is not bound. */
extern const struct turn turn_find_medium, turn_bind_medium;

/* media_turn: which of these must come before t; NULL: none. */
const struct turn *media_turn(const struct flow *f, const struct turn *t);

/* media_same_label: labels are alike whatever the case of their letters: vfat has capitals. */
bool media_same_label(struct bytes a, struct bytes b);

/* media_uses: whether the turn's op needs a medium that is a device. */
bool media_uses(const struct flow *f, const struct turn *t);
/* media_pretend: for an outline: the medium has been looked for, or, if it has, is bound. ERR_TOO_LARGE. */
bool media_pretend(struct flow *f, struct err *e) __attribute__((warn_unused_result));

/* media_bound: the device that the turn's op must find there; NULL: none is bound, or the op needs none. */
const char *media_bound(const struct flow *f, const struct turn *t);

/* media_check: whether the op's answer is of the device that is bound. ERR_MEDIUM_OTHER. */
bool media_check(const struct flow *f, const struct turn *t, const struct fields *out, struct err *e)
	__attribute__((warn_unused_result));

/* media_may_change: after this failure of the turn that is on, another medium may take the bound one's place. media_failed: the
 * failure is the medium's: it asks what to do. */
bool media_may_change(const struct flow *f);
bool media_failed(const struct flow *f, const struct turn *t, const struct err *why) __attribute__((warn_unused_result));
/* media_is_own: the medium is one that a person has brought for themselves. */
bool media_is_own(const struct flow *f, const struct turn *t);
/* media_unbind: the next use of the medium asks anew; what the step had written is written again. */
void media_unbind(struct flow *f);
