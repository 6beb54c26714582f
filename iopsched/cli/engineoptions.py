"""The options by which somebody says who does the tasks of a night."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iopsched.cli.options import path_option

Jobs = Annotated[
    int, typer.Option("--jobs", metavar="N", min=1, max=256, help="Clinics at once, each in a process of this machine.")
]
Cluster = Annotated[
    int | None,
    typer.Option(
        "--cluster", metavar="N", min=1, max=256, help="The same with a Dask cluster that is started and ended."
    ),
]
Dask = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="A running Dask cluster; elsewhere than here by TLS only."),
]
Certificate = Annotated[Path | None, path_option("--cert", "FILE", "With --dask: the certificate of this command.")]
Key = Annotated[Path | None, path_option("--key", "FILE", "With --dask: its key.")]
Authority = Annotated[Path | None, path_option("--ca", "FILE", "With --dask: the authority that signed both ends.")]
Dashboard = Annotated[
    int | None,
    typer.Option("--dashboard", metavar="PORT", min=0, max=65535, help="With --cluster: Dask's page, here only."),
]
