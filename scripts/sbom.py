"""Write ``sbom.json``, the software bill of materials of ``requirements.lock``, from what is installed: no network is needed.

``python -m scripts.sbom`` writes it, ``--check`` only says whether the file is up to date. The form is CycloneDX 1.6
(https://cyclonedx.org/docs/1.6/json/); licenses and dependencies come from the metadata of the installed packages,
versions and hashes from the lock. Packages of other systems, which are not installed, stand there without a license.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCK, SBOM = ROOT / "requirements.lock", ROOT / "sbom.json"


class Locked(NamedTuple):
    """One package of a lock file; ``hashes`` are SHA-256 of the files that may be installed."""

    requirement: Requirement
    version: str
    hashes: tuple[str, ...]

    @property
    def ref(self) -> str:
        """Return the package's URL (https://github.com/package-url/purl-spec), which names no host."""
        return f"pkg:pypi/{self.requirement.name}@{self.version}"


def read_lock(path: Path) -> list[Locked]:
    """Return the packages of a lock file in its order; one that has two versions for two Pythons stands there twice."""
    found = []
    for entry in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if not entry.strip() or entry.lstrip().startswith("#"):
            continue
        text, *hashes = re.split(r"\s+--hash=sha256:", entry.strip())
        requirement = Requirement(text)
        (specifier,) = requirement.specifier
        found.append(Locked(requirement, specifier.version, tuple(sorted(hashes))))
    return found


def bill(locked: list[Locked]) -> dict[str, Any]:
    """Return the bill of materials: the product, its packages, and who needs whom."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    needs = {package.ref: _needed(_requires(package.requirement.name), locked) for package in locked}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [_component(package) for package in locked],
        "dependencies": [
            {"ref": ref, "dependsOn": needed}
            for ref, needed in {own: _needed(project["dependencies"], locked), **needs}.items()
        ],
    }


def text_of(document: dict[str, Any]) -> str:
    """Return the bill as it stands in the file."""
    return json.dumps(document, indent=1) + "\n"


def _component(package: Locked) -> dict[str, Any]:
    """Return one package; hashes of a component name one file, so that those of several stand as distributions do."""
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.ref,
        "name": package.requirement.name,
        "version": package.version,
        "purl": package.ref,
    }
    if package.requirement.marker is not None:
        found["properties"] = [{"name": "iopsched:marker", "value": str(package.requirement.marker)}]
    if license_name := _license(package.requirement.name):
        found["licenses"] = [{"license": {"name": license_name}}]
    found["externalReferences"] = [
        {
            "type": "distribution",
            "url": package.ref,
            "hashes": [{"alg": "SHA-256", "content": digest} for digest in package.hashes],
        }
    ]
    return found


def _license(name: str) -> str:
    """Return the license that a package states: its expression, else its classifiers, else the first line of its text."""
    try:
        facts = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    stated = [str(text) for text in facts.get_all("License-Expression") or []]
    classified = [
        line.rpartition(" :: ")[2] for line in facts.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    written = [str(text).strip().partition("\n")[0] for text in facts.get_all("License") or []]
    return "; ".join(stated or classified or written)


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


def _needed(texts: list[str], locked: list[Locked]) -> list[str]:
    """Return the locked packages that requirements ask for; those of extras are left out."""
    wanted = {
        _normal(requirement.name)
        for requirement in map(Requirement, texts)
        if requirement.marker is None or "extra" not in str(requirement.marker)
    }
    return sorted(package.ref for package in locked if _normal(package.requirement.name) in wanted)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Write the file, or with ``--check`` compare it."""
    text = text_of(bill(read_lock(LOCK)))
    if "--check" not in sys.argv[1:]:
        SBOM.write_text(text, encoding="utf-8", newline="\n")
    elif SBOM.read_text(encoding="utf-8") != text:
        print("sbom.json is not what requirements.lock and the installed packages say. Run scripts/lock.sh.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
