"""Options of ``iopsched network`` about Dask that cannot be followed, and the line that is typed again."""

import pytest

from tests.support.small_clinic import THREE_STARTS, write

pytest.importorskip("distributed", reason="an extra")
pytest.importorskip("cryptography", reason="an extra")
QUICK = ("--week", "2026-11-30", "--workers", "1", "--deterministic-limit", "0.1")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--dask", "10.0.0.5:8786"), "without TLS"),
        (("--dask", "tls://10.0.0.5:8786"), "needs the files"),
        (("--dask", "localhost:9"), "nothing listens there"),
        (("--dask", "127.0.0.1", "--cluster", "2"), "two ways"),
        (("--jobs", "2", "--cluster", "2"), "two ways"),
        (("--cert", "caller.pem"), "are for --dask"),
        (("--dask", "127.0.0.1", "--cert", "caller.pem"), "together"),
        (("--dashboard", "8787"), "--cluster"),
        (("--cluster", "0"), "--cluster"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_refused_before_anything_is_read(run, tmp_path, options, told):
    done = run("network", write(tmp_path / "north", THREE_STARTS), *QUICK, *options)
    assert done.exit_code == 2
    assert told in done.stderr
    assert not (tmp_path / "north/schedules").exists()
