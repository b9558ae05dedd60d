#!/bin/sh
# Submits the shards that are left, and the merge after them: `sh submit.sh`, again after failures.
set -u
CDPATH='' cd -- "$(dirname -- "$0")" || exit 1
fail() {
  printf 'submit.sh: %s\n' "$*" >&2
  exit 1
}
command -v @NEEDS@ >/dev/null || fail "there is no @NEEDS@ on the path of this machine"
