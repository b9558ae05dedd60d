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

# Other interpreters that may be here, looked for where there still is a path.
others=()
for name in python3.9 python3.10 python3.12 python3.13 python3.14; do
  others+=("$(command -v "$name" || true)")
done
if command -v pyenv >/dev/null; then
  others+=("$(pyenv root)"/versions/3.*/bin/python)
fi
# Its own environment, with the wheel alone; no cargo nor rustc is on the path from here on.
environment="$target/wheel-python"
"$python" -m venv --clear "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-index "$wheel"
export PATH="$environment/bin:/usr/local/bin:/usr/bin:/bin"
# In an environment with the wheel and nothing else.
alone() {
  local folder
  folder="$(mktemp -d)"
  (
    cd "$folder"
    "$1/simulate" new alone
    "$1/simulate" alone.toml -n 256 -q --out out
    "$1/python" -c '
import simulate
scenario = simulate.load("alone.toml")
run = scenario.run(replicates=256)
assert open("out/scenario.resolved.toml").read() == run.to_toml()
assert run._repr_png_() == open("out/outcomes.png", "rb").read()
assert run.outcomes["chance"]
assert [path.name for path in scenario.replay(replicate=1).save_pictures("mine", ["svg"])] == ["history.svg"]
assert simulate.compare(scenario, scenario.named("again"), replicates=64).table["value"]
try:
    scenario.set({"threat.figters": 1})
    raise AssertionError("a wrong key is let pass")
except simulate.ScenarioError as error:
    assert "fighters" in str(error)
'
  )
  rm -rf "$folder"
}
say "alone"
alone "$environment/bin"
# The oldest Python that it is for, where one is here, and any other.
tried=" "
for other in "${others[@]}"; do
  version="$("$other" -c 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" || continue
  case "$tried" in *" $version "*) continue ;; esac
  case "$version" in 3.[0-8]) continue ;; esac
  tried+="$version "
  "$other" -m venv --clear "$target/wheel-other"
  "$target/wheel-other/bin/python" -m pip install --quiet --disable-pip-version-check --no-index "$wheel"
  alone "$target/wheel-other/bin"
done
say "alone with Python$tried"

say "with the packages that its tests ask"
site() { "$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
site "$python" >"$(site "$environment/bin/python")/packages.pth"
export SIMULATE_BINARY="$target/release/simulate"
cd python
python -m pytest "$@"
