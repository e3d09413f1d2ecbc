"""What a process holds because of what it imports."""

import subprocess
import sys


def loaded_by(code: str) -> set[str]:
    """The names of all modules, deep ones too, that a new interpreter has once it has run it."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())
