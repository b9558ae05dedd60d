#!/bin/sh
# Runs one of the @SHARDS@ shards: `sh shard.sh 3`. One that is whole already is left as it is, and
# one that was killed goes on from where it was, so this may be called as often as one likes.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
program=@PROGRAM@
# The folder with the shards, where it is another than that of this script.
cd -- "${SIMULATE_FOLDER:-$here}" || exit 1
mkdir -p shards || exit 1
# --answer: a machine that computes other results than the one that wrote this fails at once.
"$program" run "$here/scenario.resolved.toml" --replicates @REPLICATES@ --seed @SEED@ --threads @THREADS@ @OPTIONS@--quiet \
  --shard "$1/@SHARDS@" --answer @ANSWER@ --go-on --out "shards/$1"
code=$?
# 3: whole, though some of its replicates failed, as the merged result will say. It would be the
# same another time.
[ "$code" -ne 3 ] || code=0
exit "$code"
