#!/usr/bin/env bash
# Builds the wheel, installs it where there is no Rust, and tests it there.
#
#   python/test.sh               everything
#   python/test.sh -k bits       what pytest's options say
#
# Needs Rust, a C compiler, and what ./test.sh made: Python with the packages of tests/requirements.txt
# in target/test-python. Dependencies are those of the program's own release build; they aren't compiled
# twice. Nothing outside target/ is changed.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'python/test.sh: %s\n' "$*"; }
target="$(realpath "${CARGO_TARGET_DIR:-target}")"
packages="$PWD/target/test-python"
if ! cmp -s tests/requirements.txt "$packages/requirements.txt"; then
  say "target/test-python isn't what tests/requirements.txt asks for: run ./test.sh first"
  exit 1
fi
python="$packages/bin/python"

say "lints"
PYO3_PYTHON="$python" cargo clippy --release -p simulate-python -- -D warnings

# The program first: the wheel is made of what this leaves, and is compared with it.
cargo build --release
say "the wheel"
rm -rf "$target/wheels"
"$python" -m maturin build --release --locked -m python/Cargo.toml --target-dir "$target" -o "$target/wheels" -i "$python" --quiet
wheel="$(echo "$target"/wheels/*.whl)"
# One wheel for Python 3.9 and later, without what it is built from.
case "$wheel" in *-cp39-abi3-*.whl) ;; *) say "not an abi3 wheel: $wheel"; exit 1 ;; esac
say "$(basename "$wheel"): $(du -k "$wheel" | cut -f1) kB"

# Its own environment, with the wheel alone; no cargo nor rustc is on the path from here on.
environment="$target/wheel-python"
"$python" -m venv --clear "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-index "$wheel"
export PATH="$environment/bin:/usr/local/bin:/usr/bin:/bin"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
say "alone"
(
  cd "$folder"
  simulate new alone
  simulate alone.toml -n 256 -q --out out
  python -c '
import simulate
run = simulate.load("alone.toml").run(replicates=256)
assert open("out/scenario.resolved.toml").read() == run.to_toml()
assert run._repr_png_() == open("out/outcomes.png", "rb").read()
assert run.outcomes["chance"]
'
)

say "with the packages that its tests ask"
site() { "$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
site "$python" >"$(site "$environment/bin/python")/packages.pth"
export SIMULATE_BINARY="$target/release/simulate"
cd python
python -m pytest "$@"
