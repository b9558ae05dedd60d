program=@PROGRAM@
mkdir -p logs shards || exit 1
# For instance 1-64, or 3,7-9 once the others are done.
left=$("$program" status . --left) || exit 1
after=
if [ -n "$left" ]; then
  array=$(sbatch --parsable --array="$left" array.sbatch) || exit 1
  # Where there are several clusters, the cluster's name follows.
  array=${array%%;*}
  echo "shards $left: job $array"
  after=--dependency=afterok:$array
fi
# A merge whose shards failed would wait for ever.
merge=$(sbatch --parsable ${after:+"$after"} --kill-on-invalid-dep=yes merge.sbatch) || exit 1
echo "merge: job ${merge%%;*}"
