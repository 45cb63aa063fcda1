/* rules_check.h: what the value of one extension must hold: for rules.c only.
 *
 * Each returns why it does not, or NULL. */
#pragma once

#include "ceremony/pki/ext_names.h"

/* rules_is_sound: well-formed, where ext.h can tell. */
const char *rules_is_sound(enum oid id, struct bytes value);

const char *rules_is_ca(struct bytes value);
const char *rules_is_no_ca(struct bytes value);
const char *rules_has_no_pathlen(struct bytes value);
const char *rules_may_sign_certificates(struct bytes value);
const char *rules_is_ca_usage(struct bytes value);
const char *rules_is_responder_usage(struct bytes value);
const char *rules_is_key_id_only(struct bytes value);
const char *rules_is_null(struct bytes value);

const char *rules_is_server_auth(struct bytes value);
const char *rules_is_not_for_tls(struct bytes value);
const char *rules_is_for_mail(struct bytes value);
const char *rules_is_for_code(struct bytes value);
const char *rules_is_for_time(struct bytes value);
const char *rules_is_for_ocsp(struct bytes value);

const char *rules_has_single_policies(struct bytes value);
const char *rules_is_tls_policy(struct bytes value);
const char *rules_is_cross_policy(struct bytes value);
const char *rules_is_not_tls_policy(struct bytes value);
const char *rules_is_mail_policy(struct bytes value);
const char *rules_is_code_policy(struct bytes value);
const char *rules_is_time_policy(struct bytes value);

const char *rules_is_http_point(struct bytes value);
const char *rules_is_http_access(struct bytes value);
const char *rules_is_http_issuer(struct bytes value);

const char *rules_is_partition(struct bytes value);

const char *rules_has_no_bounds(struct bytes value);
const char *rules_is_tls_constraint(struct bytes value);
const char *rules_is_mail_constraint(struct bytes value);
