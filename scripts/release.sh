#!/usr/bin/env bash
# What a release must show: the wheel is the same bytes when it is built twice, and works outside the checkout.
#   scripts/release.sh [FOLDER]   leaves the wheel and its SHA-256 in FOLDER (default: dist)
# Needs build (the extra "release").
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
target=${1:-$root/dist}
python=${PYTHON:-python}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The time of the commit stands in the archive instead of the time of the build.
SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
for number in 1 2; do
  git clone --quiet "$root" "$work/source-$number"
  "$python" -m build --quiet --wheel --outdir "$work/wheel-$number" "$work/source-$number"
done
(cd "$work/wheel-1" && sha256sum ./*.whl) > "$work/SHA256SUMS"
(cd "$work/wheel-2" && sha256sum --check --quiet "$work/SHA256SUMS")
echo "Built twice, the same bytes: $(cat "$work/SHA256SUMS")"

# Outside the checkout, with the locked versions and their hashes.
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --require-hashes -r "$root/requirements.lock"
"$work/venv/bin/python" -m pip install --quiet --no-deps "$work"/wheel-1/*.whl
cd "$work"
iopsched=$work/venv/bin/iopsched
"$iopsched" init clinic --template mwf_mornings
"$iopsched" check clinic --week 2026-11-30
"$iopsched" solve clinic --week 2026-11-30 --time-limit 20
"$iopsched" verify clinic clinic/schedules/2026-11-30 --week 2026-11-30
"$iopsched" export clinic clinic/schedules/2026-11-30 --week 2026-11-30 --to xlsx,html,ics,csv,handouts
"$iopsched" publish clinic clinic/schedules/2026-11-30 --week 2026-11-30
"$iopsched" history clinic --verify
mkdir -p "$target"
cp "$work"/wheel-1/*.whl "$work/SHA256SUMS" "$target"
echo "The wheel works outside the checkout: $target"
