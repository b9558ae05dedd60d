#!/usr/bin/env bash
# Builds assets/explore/engine.wasm.gz from this crate: the same module from any folder, with the
# same toolchain. With --check it says whether the one that is there is out of date.
#
#     rustup target add wasm32-unknown-unknown
#     explore/build.sh
set -euo pipefail
cd "$(dirname "$0")/.."

kept=assets/explore/engine.wasm.gz
target="${CARGO_TARGET_DIR:-target}"
cargo_home="${CARGO_HOME:-$HOME/.cargo}"
# Paths of this machine stand in messages of panics; 128-bit vectors are had by every browser
# since 2023. What these flags replace in the environment isn't the module's business.
flags=(
  -C target-feature=+simd128
  "--remap-path-prefix=$PWD=."
  "--remap-path-prefix=$cargo_home/registry/src=registry"
  "--remap-path-prefix=$(rustc --print sysroot)=rust"
)
export CARGO_ENCODED_RUSTFLAGS
CARGO_ENCODED_RUSTFLAGS="$(IFS=$'\x1f'; echo "${flags[*]}")"
CARGO_INCREMENTAL=0 cargo build --locked --profile browser -p simulate-explore --target wasm32-unknown-unknown
built="$target/wasm32-unknown-unknown/browser/simulate_explore.wasm"

if [[ "${1:-}" == --check ]]; then
  gzip -dc "$kept" | cmp "$built" - || {
    echo "$kept is out of date: run explore/build.sh with $(rustc --version)" >&2
    exit 1
  }
else
  mkdir -p "$(dirname "$kept")"
  gzip -9nc "$built" > "$kept"
fi
ls -l "$kept"
