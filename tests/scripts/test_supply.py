"""The lock files and the bill of materials agree with each other and with what pyproject.toml allows."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from scripts.sbom import LOCK, ROOT, SBOM, bill, read_lock

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = read_lock(LOCK)
TESTING = read_lock(ROOT / "requirements-test.lock")
EXTRAS = PROJECT["optional-dependencies"]


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def versions(locked):
    return {(normal(package.requirement.name), package.version, package.hashes) for package in locked}


@pytest.mark.parametrize(
    ("asked", "locked"),
    [(PROJECT["dependencies"], RUNTIME), ([*PROJECT["dependencies"], *EXTRAS["test"], *EXTRAS["pdf"]], TESTING)],
    ids=["runtime", "tests"],
)
def test_each_dependency_is_locked_at_a_version_that_is_allowed(asked, locked):
    for text in asked:
        requirement = Requirement(text)
        found = [package.version for package in locked if normal(package.requirement.name) == normal(requirement.name)]
        assert found, f"{text} is not locked: run scripts/lock.sh"
        assert all(requirement.specifier.contains(version) for version in found), f"{text}: run scripts/lock.sh"


def test_each_locked_file_has_its_hash_and_the_tests_run_what_is_shipped():
    assert all(package.hashes for package in TESTING)
    assert versions(RUNTIME) <= versions(TESTING)


def test_the_bill_of_materials_names_each_locked_package_and_its_hashes():
    written = json.loads(SBOM.read_text(encoding="utf-8"))
    made = bill(RUNTIME)
    assert written["metadata"] == made["metadata"]
    assert without_licenses(written) == without_licenses(made)
    assert {row["ref"] for row in written["dependencies"]} == {row["ref"] for row in made["dependencies"]}


def without_licenses(document):
    """Return the packages without what only an installed package can tell."""
    return [{key: value for key, value in row.items() if key != "licenses"} for row in document["components"]]


def test_no_host_of_a_registry_is_named():
    """Whoever installs chooses where from."""
    for name in ("requirements.lock", "requirements-test.lock", "sbom.json"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"--(extra-)?index-url|https?://(?!cyclonedx\.org/schema)", text)
