#!/bin/sh
# Puts the @SHARDS@ shards together in the folder result: `sh merge.sh`. Exit code 2 where one is
# missing.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
program=@PROGRAM@
cd -- "${SIMULATE_FOLDER:-$here}" || exit 1
if [ -f result/manifest.json ]; then
  echo "result is there already, and is left as it is"
  exit 0
fi
# Only what is whole: a shard that was killed has a folder with another name.
set --
shard=1
while [ "$shard" -le @SHARDS@ ]; do
  [ ! -f "shards/$shard/manifest.json" ] || set -- "$@" "shards/$shard"
  shard=$((shard + 1))
done
if [ "$#" -eq 0 ]; then
  echo "no shard is done yet" >&2
  exit 2
fi
"$program" merge "$@" --out result --quiet
code=$?
# 3: merged, though some replicates failed.
[ "$code" -ne 3 ] || code=0
exit "$code"
