#!/bin/bash
# `simulate` on machines that fail: shard 3 is killed in its middle, once, and shard 5 fails before
# it begins, once. Everything else is the program's own. $FLAKY is a folder for what was done, $REAL
# the program; both are put in by tests/cluster.sh.
real=@REAL@
flaky=@FLAKY@

shard="" out="" asks=""
words=("$@")
for ((k = 0; k < $#; k++)); do
  case ${words[k]} in
    --shard) shard=${words[k + 1]%%/*} ;;
    --out) out=${words[k + 1]} ;;
    --print-answer) asks=yes ;;
  esac
done
if [ "${1:-}" != run ] || [ -z "$shard" ] || [ -n "$asks" ]; then
  exec "$real" "$@"
fi
echo "$shard" >>"$flaky/begun"

if [ "$shard" = 5 ] && mkdir "$flaky/failed" 2>/dev/null; then
  echo "this node is no good" >&2
  exit 1
fi
if [ "$shard" = 3 ] && mkdir "$flaky/killed" 2>/dev/null; then
  "$real" "$@" &
  child=$!
  # In its middle: something of it is on disk, and it has not ended.
  for _ in $(seq 3000); do
    [ -z "$(ls -A "$out.unfinished" 2>/dev/null)" ] || break
    sleep 0.01
  done
  kill -9 "$child" && touch "$flaky/in-its-middle"
  wait "$child"
  exit 137
fi
exec "$real" "$@"
