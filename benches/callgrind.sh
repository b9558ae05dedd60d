#!/usr/bin/env bash
# Instructions per replicate and step, counted by callgrind: they don't depend on how busy the machine is.
#
#   benches/callgrind.sh           measures every path that callgrind knows; writes target/bench/callgrind.json
#   benches/callgrind.sh --check   measures the AVX2 path alone and fails if it rose by more than 5 %
#   benches/callgrind.sh --record  measures every path and records the result in benches/callgrind.json
#   benches/callgrind.sh --install installs valgrind where it is missing, and ends
#
# The count is the difference between two batches of the flagship, divided by the replicates and steps between them,
# so that starting, reading and finishing drop out. callgrind has no AVX-512.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-measure}
few=16 more=48 allowed=5 # replicates, replicates, per cent

case $mode in
  measure | --record) paths="scalar baseline avx2" ;;
  --check) paths="avx2" ;;
  --install) ;;
  *) sed -n '2,8p' "$0" >&2 && exit 2 ;;
esac
if ! grep -qw avx2 /proc/cpuinfo 2>/dev/null; then
  echo "callgrind: skipped, because this machine has no AVX2 and the recorded count is of that path"
  exit 0
fi
if ! command -v valgrind >/dev/null; then
  apt-get update -q && apt-get install -qy valgrind
fi
[[ $mode != --install ]] || exit 0

# As a user's build is made. (An incremental one differs by about 0.5 %: not worth a rebuild in a check.)
[[ $mode == --check ]] || export CARGO_INCREMENTAL=0
program=$(cargo bench --no-run --bench callgrind --message-format=json |
  python3 -c 'import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if message.get("executable") and message["target"]["name"] == "callgrind":
        print(message["executable"])')
read -r steps pairs < <("$program" steps)

count() { # path replicates
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" 2>&1 |
    sed -n 's/.*Collected : *//p'
}

mkdir -p target/bench
entries=""
for path in $paths; do
  less=$(count "$path" $few)
  all=$(count "$path" $more)
  each=$(((all - less) / ((more - few) * steps)))
  echo "callgrind: $path: $each instructions per replicate and step"
  entries="$entries${entries:+,
    }\"$path\": $each"
done
# The operations of those steps in bare loops, where they have been counted (else as recorded): what is more than that is the model's.
bare=$(sed -n 's/.*"bare_avx2": \([0-9]*\).*/\1/p' benches/callgrind.json)
if [[ $mode != --check && -f target/bench/counts.json ]]; then
  bare=$((($(count bare 128) - $(count bare 64)) / (64 * 16)))
  echo "callgrind: the operations of a step in bare loops: $bare instructions per replicate"
fi
found="{
  \"scenario\": \"scenarios/iraq_2016.toml\",
  \"replicates\": [$few, $more],
  \"steps\": $steps,
  \"ordered_pairs\": $pairs,
  \"valgrind\": \"$(valgrind --version)\",
  \"rustc\": \"$(rustc --version)\",
  \"instructions_per_replicate_step\": {
    $entries
  },
  \"bare_avx2\": $bare
}"

if [[ $mode != --check ]]; then
  echo "$found" >target/bench/callgrind.json
  [[ $mode != --record ]] || cp target/bench/callgrind.json benches/callgrind.json
  exit 0
fi
recorded=$(sed -n 's/.*"avx2": \([0-9]*\).*/\1/p' benches/callgrind.json)
change=$(python3 -c "print(f'{round(100 * ($each / $recorded - 1), 1) + 0.0:+} %')")
if ((each * 100 > recorded * (100 + allowed))); then
  echo "callgrind: the AVX2 path takes $each instructions per replicate and step, recorded are $recorded: $change, more than $allowed % are allowed." >&2
  echo "callgrind: compiler of the record: $(sed -n 's/.*"rustc": "\(.*\)".*/\1/p' benches/callgrind.json); here: $(rustc --version)" >&2
  echo "callgrind: find out why; if it is worth it, record the new count with benches/callgrind.sh --record and commit benches/callgrind.json" >&2
  exit 1
fi
echo "callgrind: recorded are $recorded: $change"
