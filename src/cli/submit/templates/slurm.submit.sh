program=@PROGRAM@
mkdir -p logs shards || exit 1
# Of two jobs on one shard the second fails, and its merge with it.
jobs=$(squeue --me --noheader --name=@NAME@,@NAME@-merge --format='%F %Z') || fail "squeue fails"
jobs=$(echo "$jobs" | sort -u | while read -r job folder; do
  case $folder in
    "$PWD" | "$(pwd -P)") printf ' %s' "$job" ;;
  esac
done)
[ -z "$jobs" ] || fail "is under way:$jobs; wait for it, or end it with scancel$jobs"
most=$(scontrol show config | sed -n 's/^MaxArraySize *= *//p')
[ @SHARDS@ -lt "${most:-1001}" ] ||
  fail "Slurm takes at most $((${most:-1001} - 1)) shards here (MaxArraySize), and there are @SHARDS@: call simulate submit again with fewer, each of more replicates"
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
