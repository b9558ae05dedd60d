program=@PROGRAM@
mkdir -p logs shards || exit 1
@ARITHMETIC@
#
# HyperQueue starts a task again when its worker is lost, up to the crash limit, but not one that
# failed: those are submitted again, up to three times in all.
# What hq answers doesn't tell whether they did; the shards themselves do.
for round in 1 2 3; do
  # For instance 1-64, or 3,7-9 once the others are done.
  left=$("$program" status . --left) || exit 1
  [ -n "$left" ] || break
  echo "round $round: shards $left"
  hq submit --name @NAME@ --array "$left" --cpus @THREADS@ --resource mem=@MEBIBYTES@ \
    --time-limit @MINUTES@min --crash-limit 5 \
    --stdout none --stderr 'logs/shard-%{TASK_ID}.job-%{JOB_ID}.log' --wait \
    -- sh -c 'exec sh shard.sh "$HQ_TASK_ID"'
done
left=$("$program" status . --left) || exit 1
[ -z "$left" ] || fail "shards $left failed three times, or are under way elsewhere; logs/ says why"
@MERGE_ARITHMETIC@
hq submit --name @NAME@-merge --cpus 1 --resource mem=@MERGE_MEBIBYTES@ \
  --time-limit @MERGE_MINUTES@min --stdout none --stderr 'logs/merge.job-%{JOB_ID}.log' --wait \
  -- sh merge.sh
[ -f result/manifest.json ] || fail "the merge failed; logs/ says why"
echo "merged: result"
