/* proof.h: ceremony proof: that a certificate was signed in a ceremony of this record. */
#pragma once

/* cmd_proof: proof --record DIR --certificate FILE|SERIAL -o FILE. Returns the exit code. */
int cmd_proof(int argc, char **argv);
