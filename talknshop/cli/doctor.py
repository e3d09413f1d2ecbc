"""`talknshop doctor`: is what the settings name there, safe, and fit for the public?"""

import json
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from talknshop.cli.checkup_services import check_services
from talknshop.cli.checkup_settings import check_settings
from talknshop.cli.errors import CommandError
from talknshop.cli.finding import Finding
from talknshop.settings import Settings

_MARKS = {"ok": ("✓", "green"), "advice": ("!", "yellow"), "problem": ("✗", "bold red")}


async def doctor(settings: Settings, *, as_json: bool) -> None:
    """Changes nothing but a probe in the object store, which it takes away again.

    Raises CommandError, exit code 1, when there is a problem; advice alone is no problem.
    """
    findings = await examine(settings)
    ok = all(finding.level != "problem" for finding in findings)
    if as_json:
        print(json.dumps({"ok": ok, "findings": [asdict(each) for each in findings]}, indent=2))
    else:
        _print(findings)
    if not ok:
        count = sum(finding.level == "problem" for finding in findings)
        raise CommandError(f"{count} things are wrong: see above.", exit_code=1)


async def examine(settings: Settings) -> list[Finding]:
    return [*check_settings(settings), *await check_services(settings)]


def _print(findings: list[Finding]) -> None:
    table = Table(box=None, show_header=False)
    for finding in findings:
        mark, style = _MARKS[finding.level]
        detail = Text(finding.detail)
        if finding.remedy:
            detail.append(f"\n→ {finding.remedy}", style="bold")
        table.add_row(Text(mark, style=style), Text(finding.subject), detail)
    Console().print(table)
