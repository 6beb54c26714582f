"""What ``docs/network.md`` offers to be copied is what its programs read."""

import configparser
import re
import shutil
import subprocess

import pytest

from iopsched.cli.app import build
from iopsched.networks.sealing import KEY_FILE, seal_of_environment
from tests.support.certificates import PAGE, lines_of_docs, run_lines

TEXT = PAGE.read_text(encoding="utf-8")
UNITS = dict(re.findall(r"<!-- unit: (\S+) -->\n```ini\n(.*?)```", TEXT, re.DOTALL))
MANIFESTS = dict(re.findall(r"<!-- yaml: (\S+) -->\n```yaml\n(.*?)```", TEXT, re.DOTALL))


def read(unit):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read_string(unit)
    return parser


def lines_of(text):
    """Return every command line of a text that calls the product or Dask, as words."""
    return [line.split() for line in re.findall(r"(?:iopsched network|dask (?:scheduler|worker)) [^\n'|]+", text)]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_has_its_sections(name):
    parser = read(UNITS[name])
    assert {"Unit"} < set(parser.sections()) <= {"Unit", "Service", "Timer", "Install"}
    assert name.endswith(".timer") or parser["Service"]["ExecStart"].startswith("/")


@pytest.mark.slow
def test_systemd_takes_the_units(tmp_path):
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd is not installed")
    for name, text in UNITS.items():
        (tmp_path / name).write_text(
            re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text).replace("User=iopsched\n", ""), encoding="utf-8"
        )
    done = subprocess.run(
        [tool, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert str(tmp_path) not in done.stderr, done.stderr


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_is_yaml_and_complete(name):
    yaml = pytest.importorskip("yaml", reason="comes with Dask")
    found = yaml.safe_load(MANIFESTS[name])
    assert {"apiVersion", "kind", "metadata", "spec"} == set(found)

    def containers(node):
        if isinstance(node, dict):
            yield from (one for one in node.get("containers", ()))
            yield from (one for value in node.values() for one in containers(value))

    pods = list(containers(found))
    assert pods
    for pod in pods:
        assert {"name", "image", "args", "volumeMounts"} <= set(pod)
        assert all(isinstance(word, str) for word in pod["args"]), pod["args"]


def test_the_lines_have_options_that_exist():
    command = build({"network"})
    known = {
        option for name in ("network",) for parameter in _command(command, name).params for option in parameter.opts
    }
    ours = [line for line in lines_of(TEXT) if line[0] == "iopsched"]
    assert len(ours) >= 8
    for line in ours:
        asked = {word.strip("`\"'") for word in line if word.startswith("--")}
        assert asked <= known, line


def _command(app, name):
    import typer.main

    return typer.main.get_command(app).commands[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["scheduler", "worker"])
def test_dask_has_the_options_of_the_units(name):
    distributed = pytest.importorskip("distributed.cli", reason="an extra")
    module = __import__(f"{distributed.__name__}.dask_{name}", fromlist=["main"])
    known = {option for parameter in module.main.params for option in (*parameter.opts, *parameter.secondary_opts)}
    asked = {word for line in lines_of(TEXT) if line[:2] == ["dask", name] for word in line if word.startswith("--")}
    assert asked <= known


def test_the_line_of_the_key_makes_one(tmp_path):
    pytest.importorskip("cryptography", reason="an extra")
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    run_lines(lines_of_docs("key"), tmp_path)
    assert (tmp_path / "night.key").stat().st_mode & 0o777 == 0o600
    assert seal_of_environment({KEY_FILE: str(tmp_path / "night.key")}) is not None
