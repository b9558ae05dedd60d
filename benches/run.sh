#!/usr/bin/env bash
# Measures everything in one session and writes docs/benchmarks.md: benches/README.md says what is what.
#
#   benches/run.sh           and the same model in Mesa, NumPy and numba: half an hour
#   benches/run.sh --full    and a million replicates of the flagship, and builds from nothing: an hour
#   benches/run.sh --quick   without the peers
set -euo pipefail
cd "$(dirname "$0")/.."
full="" peers=yes
for word in "$@"; do
  case $word in
    --full) full=--full ;;
    --quick) peers="" ;;
    *) sed -n '2,6p' "$0" >&2 && exit 2 ;;
  esac
done

# As a user's build is made, with nothing left of earlier sessions.
export CARGO_INCREMENTAL=0
rm -f target/bench/*.json
# Everything is compiled before anything is measured. Counting is slow anyway, so the counter is a plain build,
# which is sooner ready.
cargo build --release
cargo bench --no-run
CARGO_PROFILE_DEV_DEBUG=0 cargo bench --profile dev --features count --bench count

python3 benches/program.py machine
cargo bench --bench kernel
cargo bench --bench pictures
cargo bench --bench scaling
python3 benches/program.py $full
benches/callgrind.sh
if [[ -n $peers && -x benches/peers/run.sh ]]; then
  benches/peers/run.sh
fi
python3 benches/report.py
