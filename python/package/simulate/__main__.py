"""The command ``simulate``: the same program as the one that is built with Rust."""

from __future__ import annotations

import os
import sys
import sysconfig

from ._simulate import command


def main() -> None:
    """Does what the command line says, and ends the process with its exit code."""
    script = os.path.join(sysconfig.get_path("scripts"), "simulate")
    # Shards call the program once more; this process is Python.
    if os.path.exists(script):
        os.environ.setdefault("SIMULATE", script)
    sys.exit(command(["simulate", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
