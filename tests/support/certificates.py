"""An authority and its certificates, made by the lines of ``docs/network.md``."""

import re
import subprocess
from pathlib import Path

from iopsched.networks.engines.addresses import ClientFiles

PAGE = Path(__file__).parents[2] / "docs/network.md"


def lines_of_docs(mark):
    """Return the block of shell lines that follows a mark in the page."""
    found = re.search(rf"<!-- {mark}: .*? -->\n```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return found[1]


def run_lines(text, folder):
    subprocess.run(["/bin/sh", "-e"], input=text, text=True, cwd=folder, check=True, capture_output=True)


class Authority:
    """Signs certificates in a folder."""

    def __init__(self, folder):
        self.folder = folder
        run_lines(lines_of_docs("certificates"), folder)

    def path(self, name):
        return self.folder / name

    def files(self, who, *, is_expired=False):
        """Return a pair and the authority; pairs that the page does not name are made in the same way."""
        if not self.path(f"{who}.pem").exists():
            text = lines_of_docs("certificates")
            text = text[text.index("for who") :].replace("scheduler worker caller", who)
            run_lines(text.replace("-days 400", "-days -1") if is_expired else text, self.folder)
        return ClientFiles(self.path(f"{who}.pem"), self.path(f"{who}.key"), self.path("ca.pem"))

    def locked_key(self, who):
        """Return a key with a passphrase."""
        found = self.path(f"{who}-locked.key")
        run_lines(f"openssl pkey -in {who}.key -aes256 -passout pass:secret -out {found}", self.folder)
        return found
