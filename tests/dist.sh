#!/usr/bin/env bash
# Makes the release archive, and tries it where there is nothing else: on a file system with the
# program, the scenarios and the kernel's random bytes alone.
#
#   tests/dist.sh             the archive; it takes a build of its own, some minutes
#   tests/dist.sh --wheel     and the wheel, of which ./test.sh must have run before
#   tests/dist.sh --as-built  the archive of what the ordinary release build left: a few seconds
#
# SIMULATE is the ordinary program that it is compared with [default: target/release/simulate].
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'dist.sh: %s\n' "$*"; }
fail() {
  printf 'dist.sh: FAILED: %s\n' "$*" >&2
  exit 1
}

wheel=--no-wheel
built=
case ${1:-} in
  --wheel) wheel= ;;
  --as-built) built=--as-built ;;
  ?*) sed -n '2,9p' "$0" >&2 && exit 2 ;;
esac
target=$(realpath "${CARGO_TARGET_DIR:-target}")
plain=$(realpath "${SIMULATE:-$target/release/simulate}")
[ -x "$plain" ] || fail "there is no program $plain: cargo build --release"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo test --release --quiet -p xtask
# The archive's program may take its place.
cp "$plain" "$work/plain-program"
plain=$work/plain-program
cargo xtask dist $built $wheel --out "$work/dist"
(cd "$work/dist" && sha256sum --check --quiet SHA256SUMS) || fail "SHA256SUMS"
archive=$(echo "$work"/dist/*.tar.gz)
cargo xtask dist $built --no-wheel --out "$work/again" >/dev/null
cmp "$archive" "$work/again/$(basename "$archive")" || fail "a second archive is another"

tar -xzf "$archive" -C "$work"
folder=$work/$(basename "$archive" .tar.gz)
for file in simulate README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE LICENSES-of-libraries.txt \
  scenarios/iraq_2016.toml examples/README.md man/man1/simulate.1 man/man1/simulate-run.1 \
  completions/simulate.bash completions/_simulate; do
  [ -s "$folder/$file" ] || fail "no $file"
done
tar -tzf "$archive" >"$work/names"
LC_ALL=C sort -c "$work/names" || fail "names aren't sorted"
for path in "$HOME/." "$PWD"; do
  [ -n "$built" ] || ! grep -qF "$path" "$folder/simulate" || fail "the program names $path"
done

"$plain" run scenarios/iraq_2016.toml -n 512 --quiet --out "$work/plain"
place=$work/root
mkdir -p "$place/bin"
cp "$folder/simulate" "$place/bin/"
cp -r "$folder/scenarios" "$place/"
run=(run scenarios/iraq_2016.toml -n 512 --quiet --out out)
case $archive in
  *-linux-*)
    # Of the system it has the kernel and its random bytes.
    mkdir "$place/dev"
    touch "$place/dev/random" "$place/dev/urandom"
    unshare --map-root-user --mount sh -c '
      place=$1 && shift && for file in random urandom; do mount --bind /dev/$file "$place/dev/$file"; done && exec chroot "$place" /bin/simulate "$@"
    ' sh "$place" "${run[@]}"
    ;;
  *) (cd "$place" && bin/simulate "${run[@]}") ;;
esac
for file in summary.json summary.csv outcomes.png; do
  cmp "$work/plain/$file" "$place/out/$file" || fail "$file is another"
done
say "$(basename "$archive"): $(du -k "$archive" | cut -f1) kB; alone, it gives the same bytes"

if [ -z "$wheel" ]; then
  python3 -m venv "$work/python"
  "$work/python/bin/python" -m pip install --quiet --disable-pip-version-check --no-index "$work"/dist/*.whl
  "$work/python/bin/simulate" run scenarios/iraq_2016.toml -n 512 --quiet --out "$work/wheel"
  cmp "$work/plain/summary.json" "$work/wheel/summary.json" || fail "the wheel's summary.json is another"
  say "$(basename "$work"/dist/*.whl): the same bytes"
fi
