#!/usr/bin/env bash
# Resolve every dependency anew, for all systems and Python 3.11 and later, and write versions with hashes:
#   requirements.lock       what the product runs with
#   requirements-test.lock  that, the extra pdf and what the tests need
#   sbom.json               the software bill of materials of requirements.lock (CycloneDX)
# Needs uv (the extra "release"); for licenses the packages must be installed.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python}
compile() {
  "$python" -m uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-annotate --custom-compile-command scripts/lock.sh "$@"
}
compile --extra test --extra pdf --output-file requirements-test.lock
compile --constraints requirements-test.lock --output-file requirements.lock
"$python" -m scripts.sbom
