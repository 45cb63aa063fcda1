/* policy.h: ceremony policy: the policy that a record fulfils, to be kept by the auditor. */
#pragma once

/* cmd_policy: policy --record DIR [-o FILE]. Returns the exit code. */
int cmd_policy(int argc, char **argv);
