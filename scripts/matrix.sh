#!/usr/bin/env bash
# Runs the tests with each Python that pyproject.toml allows, with the locked versions and their hashes.
#   scripts/matrix.sh [VERSION...]   default: 3.11 3.12 3.13 3.14
# Where an interpreter is missing, it is told, and at least every locked package must have files for that version.
# Exit 1 if anything failed, 0 if all that could be run passed.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTEST_ADDOPTS="${PYTEST_ADDOPTS:--n 2 --dist loadfile} -p no:cacheprovider"

interpreter() {
  for place in "$(command -v "python$1")" "$HOME/.pyenv/versions/$1".*/bin/python; do
    if [ -n "$place" ] && "$place" -c "import sys; sys.exit(sys.version_info[:2] != tuple(map(int, '$1'.split('.'))))" 2> /dev/null; then
      echo "$place"
      return
    fi
  done
}

failed=0
told=""
for version in "${@:-3.11 3.12 3.13 3.14}"; do
  for one in $version; do
    python=$(interpreter "$one")
    echo "== Python $one"
    if [ -z "$python" ]; then
      if python3 -m pip download --quiet --no-deps --only-binary :all: --python-version "$one" --dest "$work/files-$one" \
        --require-hashes -r "$root/requirements.lock"; then
        result="no interpreter here; every locked package has a file for it"
      else
        result="no interpreter here, and a locked package has no file for it"
        failed=1
      fi
    else
      git clone --quiet "$root" "$work/source-$one"
      if "$python" -m venv "$work/venv-$one" \
        && "$work/venv-$one/bin/python" -m pip install --quiet --require-hashes -r "$root/requirements-test.lock" \
        && "$work/venv-$one/bin/python" -m pip install --quiet --no-deps -e "$work/source-$one" \
        && (cd "$work/source-$one" && "$work/venv-$one/bin/python" -m pytest -q); then
        result="passed"
      else
        result="FAILED"
        failed=1
      fi
    fi
    told="$told$one: $result"$'\n'
  done
done
printf '%s' "$told"
exit "$failed"
