program=@PROGRAM@
mkdir -p logs shards || exit 1
# For instance 1-64, or 3,7-9 once the others are done.
left=$("$program" status . --left) || exit 1
@ARITHMETIC@
#
# Beside this script, a file `hosts` with one machine a line (as parallel's --sshloginfile has it)
# spreads them over these machines; they see this folder and the program by the same paths.
joblog=logs/joblog
call=1
# Of an earlier call.
while [ -e "$joblog" ]; do
  call=$((call + 1))
  joblog=logs/joblog-$call
done
set -- --jobs @JOBS@ --retries 3 --timeout @SECONDS@ --joblog "$joblog"
[ ! -f hosts ] || set -- "$@" --sshloginfile hosts --workdir "$PWD"
echo "$left" | tr , '\n' | while IFS=- read -r first last; do
  [ -z "$first" ] || seq "$first" "${last:-$first}"
done | parallel "$@" 'sh shard.sh {} >>logs/shard-{}.log 2>&1'
# The shards themselves tell whether they are done: another of these scripts may have seen to it.
left=$("$program" status . --left) || exit 1
[ -z "$left" ] || fail "shards $left failed three times, or are under way elsewhere; logs/ says why"
sh merge.sh || fail "the merge failed"
echo "merged: result"
