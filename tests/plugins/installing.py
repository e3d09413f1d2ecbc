"""Installs a marketplace's package as pip would, into a folder of its own."""

import subprocess
import sys
from pathlib import Path

TRINKETS = Path(__file__).parent / "trinkets"


def install(package: Path, folder: Path) -> None:
    uv = [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", sys.executable]
    without_network = ["--no-deps", "--no-build-isolation", "--offline"]
    subprocess.run([*uv, *without_network, "--target", folder, package], check=True)
