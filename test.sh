#!/bin/sh
# Installs what the tests need, and runs all of them.
#
#   ./test.sh              everything
#   ./test.sh page::       what has these words in its name
#   ./test.sh --install    nothing: installs only
#
# Beside Rust and a C compiler, which the program needs as well, the tests need git, Python 3.11
# with venv, some Python packages, and Chromium or Chrome. Whatever is missing is said before
# anything is done. Programs are installed by apt-get, where it is there and we may use it; the
# Python packages, whose versions are those of tests/requirements.txt, come into
# target/test-python. Nothing else is changed on the machine.
set -eu
cd "$(dirname "$0")"

say() { printf 'test.sh: %s\n' "$*"; }
fail() {
  printf 'test.sh: %s\n' "$@" >&2
  exit 1
}
there() { command -v "$1" >/dev/null 2>&1; }

python() {
  for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
}

browser() {
  for name in chromium chromium-browser google-chrome google-chrome-stable chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    if there "$name"; then
      command -v "$name"
      return
    fi
  done
}

# What apt-get would have to bring.
missing() {
  # Rust for Windows brings its own, or has said so.
  [ "$(uname -o 2>/dev/null)" = Msys ] || there cc || echo gcc libc6-dev
  there git || echo git
  [ -n "$(python)" ] || echo python3 python3-venv
  [ -n "$(browser)" ] || echo chromium
}

there cargo || fail "there is no cargo on the path: install Rust by https://rustup.rs, then run ./test.sh again"

lacking=$(missing | tr '\n' ' ')
if [ -n "$lacking" ]; then
  say "missing here: $lacking(names of Debian's packages)"
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  if ! there apt-get || { [ -n "$sudo" ] && ! $sudo true 2>/dev/null; }; then
    fail "they can't be installed from here; nothing has been done. Install them, then run ./test.sh again:" \
      "  Debian, Ubuntu: sudo apt-get install $lacking" \
      "  elsewhere: a C compiler, git, Python 3.11 or later with venv, and Chromium or Chrome"
  fi
  say "installing them with apt-get"
  $sudo apt-get update -q
  # shellcheck disable=SC2086
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $lacking
  lacking=$(missing | tr '\n' ' ')
  [ -z "$lacking" ] || fail "apt-get brought no (or too old a) $lacking: install by hand, then run ./test.sh again"
fi

mkdir -p target
browser >target/test-browser
environment=target/test-python
programs() { [ -d "$environment/Scripts" ] && echo "$environment/Scripts" || echo "$environment/bin"; }
if ! cmp -s tests/requirements.txt "$environment/requirements.txt" || ! "$(programs)/python" -c ""; then
  say "installing the packages of tests/requirements.txt into $environment"
  "$(python)" -m venv --clear "$environment"
  "$(programs)/python" -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
  # Last, and only when everything before it went well: the tests look for it.
  cp tests/requirements.txt "$environment/requirements.txt"
fi

[ "${1:-}" != --install ] || exit 0
say "cargo test --release -- --include-ignored $*"
exec cargo test --release -- --include-ignored "$@"
