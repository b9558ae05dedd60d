#!/bin/bash
# Splits a run over clusters as `simulate submit` writes it, with nodes that fail, and compares what
# is merged with one process's run, byte for byte.
#
#   tests/cluster.sh                  Slurm, HyperQueue and GNU parallel, and the schema of Kubernetes
#   tests/cluster.sh parallel         one or some of them: slurm, hyperqueue, parallel, kubernetes
#   tests/cluster.sh --install        installs what all of them take, and ends
#
# As root on Debian or a system made of it: what is missing is installed by apt-get, and by pip into
# target/test-cluster. Every daemon runs in a folder of its own, on this machine alone, and is ended.
# SIMULATE is the program [default: target/release/simulate].
set -u
cd "$(dirname "$0")/.." || exit 1

say() { printf 'cluster.sh: %s\n' "$*"; }
fail() {
  printf 'cluster.sh: FAILED: %s\n' "$*" >&2
  exit 1
}

pids=()
started() { pids+=("$1"); }

# Waits up to $1 seconds for what $2 says; the rest is the command that tells.
wait_for() {
  local seconds=$1 what=$2
  shift 2
  local until=$((SECONDS + seconds))
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] || fail "$what did not come within $seconds seconds; see $work"
    sleep 0.2
  done
}

tidy() {
  local code=$?
  # The last ones first: nodes before their controller.
  local at
  for ((at = ${#pids[@]} - 1; at >= 0; at--)); do
    kill "${pids[at]}" 2>/dev/null
  done
  for pid in "${pids[@]}"; do
    for _ in $(seq 50); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null
  done
  [ "$code" -ne 0 ] || rm -rf "$work"
  exit "$code"
}

install=
[ "${1:-}" != --install ] || { install=only && shift; }
engines=${*:-slurm hyperqueue parallel kubernetes}
shards=16
replicates=${REPLICATES:-160000}
scenario=tests/broken/base.toml
# With a space and a quote in every path, as people have them.
work=$(mktemp -d)
trap tidy EXIT
trap 'exit 130' INT TERM
place="$work/it's here"
mkdir "$place"

# --- what it takes ---

lacking=
needs() {
  command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || lacking="$lacking $2"
}
for engine in $engines; do
  case $engine in
    slurm) needs munged munge && needs slurmctld slurmctld && needs slurmd slurmd && needs sbatch slurm-client ;;
    parallel) needs parallel parallel ;;
    hyperqueue | kubernetes) python3 -c 'import venv, ensurepip' 2>/dev/null || lacking="$lacking python3-venv" ;;
    *) fail "there is no $engine; give slurm, hyperqueue, parallel or kubernetes" ;;
  esac
done
if [ -n "$lacking" ]; then
  say "installing$lacking with apt-get"
  # The daemons are started here, with a configuration of their own, and not by their packages.
  apt-get update -q >"$work/apt.log" 2>&1
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $lacking >>"$work/apt.log" 2>&1 ||
    fail "apt-get brought no$lacking: $(tail -n 3 "$work/apt.log")"
fi
PATH=$PATH:/usr/sbin
python=target/test-cluster/bin/python
if [[ " $engines " =~ " hyperqueue "|" kubernetes " ]] &&
  ! cmp -s tests/cluster/requirements.txt target/test-cluster/requirements.txt; then
  say "installing the packages of tests/cluster/requirements.txt into target/test-cluster"
  mkdir -p target
  { python3 -m venv --clear target/test-cluster &&
    "$python" -m pip install --quiet --disable-pip-version-check -r tests/cluster/requirements.txt; } ||
    fail "pip could not install them"
  cp tests/cluster/requirements.txt target/test-cluster/
fi
[ -z "$install" ] || exit 0
python=$(realpath -s "$python")
program=$(realpath "${SIMULATE:-target/release/simulate}")
[ -x "$program" ] || fail "there is no program $program: cargo build --release"

# shellcheck source=tests/cluster/slurm.sh
. tests/cluster/slurm.sh

answers() { "$@" >/dev/null 2>&1; }

start_hyperqueue() {
  export HQ_SERVER_DIR="$1"
  mkdir -p "$1" "$work/bin"
  # The program itself, if it is there, else what stands for it.
  if command -v hq >/dev/null; then
    hq server start >"$1.log" 2>&1 &
    started "$!"
    wait_for 20 "HyperQueue's server" answers hq server info
    for worker in 1 2; do
      hq worker start --cpus 4 >"$1.worker-$worker.log" 2>&1 &
      started "$!"
    done
    return
  fi
  printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$python" "$PWD/tests/cluster/hq" >"$work/bin/hq"
  chmod +x "$work/bin/hq"
  PATH=$work/bin:$PATH
  hq cluster "$1" 2 >"$1.log" 2>&1 &
  started "$!"
  wait_for 20 "HyperQueue's server" grep -qs ready "$1.log"
}

# --- one process ---

began=$SECONDS
"$program" submit "$scenario" -n "$replicates" --shards "$shards" --engine parallel --quiet \
  --out "$place/plain" || fail "simulate submit"
say "one process: $replicates replicates"
whole="$place/whole"
"$program" run "$place/plain/scenario.resolved.toml" --replicates "$replicates" --seed 1 --quiet --out "$whole" ||
  fail "simulate run"

# --- clusters ---

# The engine $1 with nodes that fail, from what simulate writes to the comparison.
split() {
  local engine=$1 began=$SECONDS
  local folder="$place/$engine" flaky="$place/$engine.flaky"
  mkdir "$flaky"
  local text
  text=$(<tests/cluster/flaky.sh)
  text=${text//@REAL@/$(printf %q "$program")}
  text=${text//@FLAKY@/$(printf %q "$flaky")}
  printf '%s\n' "$text" >"$flaky/simulate"
  chmod +x "$flaky/simulate"
  say "$engine: $shards shards, one of which is killed and one fails"
  SIMULATE="$flaky/simulate" "$program" submit "$scenario" -n "$replicates" --shards "$shards" \
    --engine "$engine" --go --quiet --out "$folder" >"$folder.log" 2>&1 ||
    fail "$engine: $(tail -n 5 "$folder.log")"
  if [ "$engine" = slurm ]; then
    # Called again while the first call's jobs are there, it would spoil their merge.
    sh "$folder/submit.sh" >"$folder.log" 2>&1 && fail "slurm: a second submit.sh"
    grep -q 'is under way: [0-9]' "$folder.log" || fail "slurm: $(<"$folder.log")"
  fi
  wait_for 90 "the result of $engine" test -f "$folder/result/manifest.json"
  for sign in killed in-its-middle failed; do
    [ -e "$flaky/$sign" ] || fail "$engine: no shard was $sign"
  done
  local again
  again=$(sort "$flaky/begun" | uniq -d | sort -n | tr '\n' ' ')
  [ "$again" = "3 5 " ] || fail "$engine: shards $again were run again, where 3 and 5 should have been"
  [ -z "$("$program" status "$folder" --left)" ] || fail "$engine: $("$program" status "$folder")"
  same "$engine" "$folder/result"
  # Again, with nothing left to be done.
  (cd "$folder" && sh merge.sh >/dev/null) || fail "$engine: a merge of what is merged"
  say "$engine: the same, byte for byte ($((SECONDS - began)) s)"
}

# Compares a folder with that of one process.
same() {
  local count=0 file
  for file in "$whole"/summary.json "$whole"/summary.csv "$whole"/replicates.parquet "$whole"/*.png; do
    cmp "$file" "$2/$(basename "$file")" || fail "$1: $(basename "$file") is another"
    count=$((count + 1))
  done
  [ "$count" -ge 6 ] || fail "only $count files to compare"
}

for engine in $engines; do
  case $engine in
    slurm)
      start_slurm "$work/slurm"
      # More shards than an array has room for.
      "$program" submit "$scenario" -n 4000 --shards 1001 --engine slurm --go --quiet \
        --out "$place/many" >"$place/many.log" 2>&1 && fail "slurm: 1001 shards"
      grep -q 'takes at most 1000 shards here' "$place/many.log" || fail "slurm: $(<"$place/many.log")"
      ;;
    hyperqueue) start_hyperqueue "$work/hyperqueue" ;;
    kubernetes)
      "$program" submit "$scenario" -n 1600 --shards 16 --engine kubernetes \
        --image 'registry.example/simulate:1' --quiet --out "$place/kubernetes" || fail "simulate submit"
      for file in shards merge; do
        for version in 1.29 1.33 1.37; do
          "$python" -m kubernetes_validate --strict --quiet --kubernetes-version "$version" \
            "$place/kubernetes/$file.yaml" || fail "$file.yaml is none of Kubernetes $version"
        done
      done
      say "kubernetes: the files are what the API's schema says"
      continue
      ;;
  esac
  split "$engine"
done
say "done in $((SECONDS - began)) s"
