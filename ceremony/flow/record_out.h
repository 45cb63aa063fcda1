/* record_out.h: the whole record goes to a medium, or to two (step kind record). That happens after the close, where nothing can be
 * recorded any more: which devices it will be is bound and recorded before it, by turns of the checkpoint step. */
#pragma once

#include "ceremony/flow/kinds.h"

/* Before the close: the media of the script's record step are bound and looked at. */
#define RECORD_MEDIUM_TURNS \
	{ .name = "record-medium", .role = ROLE_ADMINISTRATOR, .op = OP_MEDIA_LIST, .when = record_is_device, .medium = record_first, .title = "Insert the medium for the record", .prompt = record_prompt_medium, .ask = record_ask_medium }, \
	{ .name = "record-medium-2", .role = ROLE_ADMINISTRATOR, .op = OP_MEDIA_LIST, .when = record_is_device_twice, .medium = record_second, .title = "Insert the second medium for the record", .prompt = record_prompt_medium, .ask = record_ask_medium }

bool        record_is_device(const struct flow *f);
bool        record_is_device_twice(const struct flow *f);
const char *record_first(const struct flow *f);
const char *record_second(const struct flow *f);
void        record_prompt_medium(const struct flow *f, struct prompt *p);
bool        record_ask_medium(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
