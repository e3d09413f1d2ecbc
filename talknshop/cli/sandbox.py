"""`talknshop sandbox`: what the local marketplaces sell, how they misbehave, who buys there."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from talknshop.cli.errors import CommandError
from talknshop.settings import Settings

app = typer.Typer(
    help="Steer the local marketplaces: goods, faults, delays, buyers.", no_args_is_help=True
)

DEFAULT_URL = "http://127.0.0.1:8090"
IMPORT_SECONDS = 600.0

Url = Annotated[str | None, typer.Option(help="The sandbox's address.")]
Marketplace = Annotated[str, typer.Argument(help="ebay, amazon, walmart, bestbuy, craigslist …")]


@app.command(name="import")
def import_goods(
    file: Annotated[Path, typer.Argument(help="JSON lines, a product each.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Instead of what is on sale there now.")
    ] = False,
    url: Url = None,
) -> None:
    """Put your own goods on sale: {"title", "price", "brand"?, "category"?, "offers"? …} a line."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} can't be read: {error.strerror}.") from error
    mode = "replace" if replace else "extend"
    answer = _ask(url, "POST", "/import", params={"mode": mode}, content=content)
    print(f"{answer['products']} products are on sale.")


@app.command()
def fault(
    marketplace: Marketplace,
    kind: Annotated[
        str,
        typer.Argument(
            help="status, throttle, hang, malformed, hostile, drop_reply, expire_token;"
            " duplicate_notice, reorder_notice, lose_notice, forge_notice."
        ),
    ],
    match: Annotated[str, typer.Option(help='Only "METHOD /path-prefix".')] = "",
    count: Annotated[int, typer.Option(help="How often; 0 until it is cleared.")] = 1,
    rate: Annotated[float, typer.Option(help="The chance of each matching request.")] = 1.0,
    burst: Annotated[int, typer.Option(help="How many requests in a row it then strikes.")] = 1,
    after: Annotated[int, typer.Option(help="Let so many matching requests through first.")] = 0,
    status: Annotated[int, typer.Option(help="Which error, for the kind status.")] = 503,
    retry_after: Annotated[int | None, typer.Option(help="Seconds, for the kind throttle.")] = None,
    url: Url = None,
) -> None:
    """Let a marketplace misbehave."""
    wanted = {
        "marketplace": marketplace,
        "kind": kind,
        "match": match,
        "count": count or None,
        "rate": rate,
        "burst": burst,
        "after": after,
        "status": status,
        "retry_after": retry_after,
    }
    _show_faults(_ask(url, "POST", "/faults", json=wanted))


@app.command()
def faults(
    clear: Annotated[bool, typer.Option("--clear", help="Forget them all.")] = False,
    url: Url = None,
) -> None:
    """The faults that will still strike."""
    _show_faults(_ask(url, "DELETE" if clear else "GET", "/faults"))


@app.command()
def latency(
    marketplace: Annotated[str | None, typer.Argument(help="Without one, all of them.")] = None,
    mode: Annotated[str | None, typer.Option(help='"none", or "default".')] = None,
    median: Annotated[float | None, typer.Option(help="Seconds; half are faster.")] = None,
    p95: Annotated[float | None, typer.Option(help="Seconds; one in twenty is slower.")] = None,
    url: Url = None,
) -> None:
    """How long a marketplace takes to answer: a mode, or a median and a 95th percentile."""
    if median is not None:
        spread = {"median": median, "p95": p95 or 3 * median}
        wanted: dict[str, Any] = {"spread": spread}
    else:
        wanted = {"mode": mode or "default"}
    _ask(url, "POST", "/latency", json={**wanted, "marketplace": marketplace})
    print(f"{marketplace or 'Every marketplace'}: {json.dumps(wanted)}")


@app.command()
def quota(
    marketplace: Annotated[str | None, typer.Argument(help="Without one, all of them.")] = None,
    per_second: Annotated[int | None, typer.Option(help="Calls that a key has.")] = None,
    per_day: Annotated[int | None, typer.Option(help="Calls that a key has.")] = None,
    resource: Annotated[str | None, typer.Option(help="eBay's buy.browse, for one.")] = None,
    real: Annotated[
        bool | None, typer.Option("--real/--generous", help="As the real one has it; hardly any.")
    ] = None,
    url: Url = None,
) -> None:
    """How many calls a key has left; with an option, how many it gets from now on."""
    if real is not None:
        wanted: dict[str, Any] = {"mode": "real" if real else "generous"}
    else:
        limits = {1: per_second, 86_400: per_day}
        windows = [{"limit": n, "seconds": s} for s, n in limits.items() if n is not None]
        wanted = {"windows": windows, "resource": resource} if windows else {}
    if wanted:
        held = _ask(url, "POST", "/quotas", json={**wanted, "marketplace": marketplace})
    else:
        held = _ask(url, "GET", "/quotas")
    _show_quotas([entry for entry in held if marketplace in (None, entry["marketplace"])])


@app.command()
def seed(number: int, url: Url = None) -> None:
    """Let chance start anew: the same faults and requests meet the same fate."""
    _ask(url, "POST", "/seed", json={"seed": number})
    print(f"From here on as after a start with the seed {number}.")


@app.command()
def buy(
    marketplace: Marketplace,
    listing_id: Annotated[str, typer.Argument(help="As the listing's address has it.")],
    url: Url = None,
) -> None:
    """Buy one piece of a listing that was posted, as a stranger would."""
    _ask(url, "POST", "/buy", json={"marketplace": marketplace, "listing_id": listing_id})
    print("Sold.")


@app.command()
def expire_tokens(
    marketplace: Annotated[str | None, typer.Argument(help="Without one, all of them.")] = None,
    url: Url = None,
) -> None:
    """Refuse every access token that was given out until now."""
    _ask(url, "POST", "/expire_tokens", params={"marketplace": marketplace} if marketplace else {})
    print("Every access token has expired.")


@app.command()
def reset(url: Url = None) -> None:
    """Forget everything that was posted, and all faults."""
    _ask(url, "POST", "/reset")
    print("Nothing is posted, nothing will fail, no quota is used.")


def _ask(url: str | None, method: str, path: str, **options: Any) -> Any:
    import httpx  # not for the supervisor, which loads all commands' names

    base = url or Settings().sandbox_url or DEFAULT_URL
    try:
        answer = httpx.request(method, f"{base}/_sandbox{path}", timeout=IMPORT_SECONDS, **options)
    except httpx.TransportError as error:
        raise CommandError(
            f"No sandbox answers at {base}: start one with `talknshop dev`, or name it with --url."
        ) from error
    if answer.status_code in (409, 422):
        raise CommandError(_reason(answer.json()["detail"]))
    answer.raise_for_status()
    return answer.json()


def _reason(detail: str | list[dict[str, Any]]) -> str:
    """FastAPI's: a sentence, or one for each field."""
    if isinstance(detail, str):
        return detail
    return "\n".join(f"{'.'.join(map(str, d['loc'][1:]))}: {d['msg']}." for d in detail)


def _show_quotas(held: list[dict[str, Any]]) -> None:
    for entry in held:
        name = f"{entry['marketplace']} {entry['resource']}".strip()
        windows = [f"{w['used']} of {w['limit']} in {w['seconds']} s" for w in entry["windows"]]
        print(f"{name}: {', '.join(windows) or 'not limited'}")


def _show_faults(standing: list[dict[str, Any]]) -> None:
    if not standing:
        print("No fault will strike.")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None)
    for column in ("marketplace", "kind", "match", "count", "rate", "burst"):
        table.add_column(column)
    for entry in standing:
        count = "∞" if entry["count"] is None else str(entry["count"])
        numbers = (count, f"{entry['rate']:g}", str(entry["burst"]))
        table.add_row(entry["marketplace"], entry["kind"], entry["match"], *numbers)
    Console().print(table)
