/* token.h: `ceremony token`: what tokens there are. */
#pragma once

/* cmd_token: argv[0] is "token", argv[1] list or qualify. Needs process_harden() before. Starts ceremony-token,
 * which loads the module. Returns the exit code: 0 done, 1 not fit, 2 wrong use, 3 no module or no token. */
int cmd_token(int argc, char **argv);

/* token_usage: how to call it, whole lines. */
extern const char token_usage[];
