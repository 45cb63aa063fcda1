# verify-100k.sh: ceremony-verify over a transcript of 100,000 events; the floor is sha256sum of that transcript.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
. scripts/bench.d/verify.inc
grown_record 100000
