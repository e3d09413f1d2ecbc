"""`talknshop jobs …`: what each of its commands is called and takes."""

import asyncio
import math
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from talknshop.errors import FailureCode

# What people call the codes that they meet most.
_ALSO_CALLED = {"auth": FailureCode.UNAUTHORIZED, "down": FailureCode.UNAVAILABLE}

Url = Annotated[str | None, typer.Option(help="The gateway's address.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
JobId = Annotated[str, typer.Argument(help="As `talknshop jobs` lists it.")]
Marketplace = Annotated[str, typer.Argument(help="For example ebay.")]


class _ShowsByDefault(TyperGroup):
    """`jobs JOB_ID` shows a job: no command is named like one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["show", *args])


app = typer.Typer(cls=_ShowsByDefault, invoke_without_command=True)


@app.callback()
def list_jobs(context: typer.Context, as_json: AsJson = False, url: Url = None) -> None:
    """The crosspost jobs of this terminal's guest, newest first; JOB_ID shows one."""
    if context.invoked_subcommand is None:
        from talknshop.cli.jobs import list_jobs as command

        asyncio.run(command(_address(url), as_json=as_json))


@app.command()
def show(job_id: JobId, as_json: AsJson = False, url: Url = None) -> None:
    """One job, with its listings."""
    from talknshop.cli.jobs import show as command

    asyncio.run(command(_address(url), job_id, as_json=as_json))


@app.command()
def edit(
    job_id: JobId,
    price: Annotated[float | None, typer.Option()] = None,
    title: Annotated[str | None, typer.Option()] = None,
    description: Annotated[str | None, typer.Option()] = None,
    quantity: Annotated[int | None, typer.Option()] = None,
    marketplace: Annotated[str | None, typer.Option(help="Only there.")] = None,
    as_json: AsJson = False,
    url: Url = None,
) -> None:
    """Change it on every marketplace at once, or only on one."""
    if price is not None and not math.isfinite(price):
        raise typer.BadParameter("A price is a number, such as 450 or 449.90.")
    given: dict[str, Any] = {
        "price": price,
        "title": title,
        "description": description,
        "quantity": quantity,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    where = ("listings", marketplace) if marketplace else ()
    _act(url, job_id, *where, "edit", as_json=as_json, json=changes)


@app.command()
def cancel(job_id: JobId, as_json: AsJson = False, url: Url = None) -> None:
    """Withdraw what is live, and post nothing more."""
    _act(url, job_id, "cancel", as_json=as_json)


@app.command()
def withdraw(
    job_id: JobId, marketplace: Marketplace, as_json: AsJson = False, url: Url = None
) -> None:
    """Take one listing down."""
    _act(url, job_id, "listings", marketplace, "withdraw", as_json=as_json)


@app.command()
def relist(
    job_id: JobId, marketplace: Marketplace, as_json: AsJson = False, url: Url = None
) -> None:
    """Put up again what was withdrawn, has expired or failed."""
    _act(url, job_id, "listings", marketplace, "relist", as_json=as_json)


@app.command()
def sold(
    job_id: JobId,
    marketplace: Marketplace,
    quantity: Annotated[int, typer.Option()] = 1,
    as_json: AsJson = False,
    url: Url = None,
) -> None:
    """Say that it was sold there: the other marketplaces offer what is left, or nothing."""
    number = {"quantity": quantity}
    _act(url, job_id, "listings", marketplace, "mark-sold", as_json=as_json, params=number)


@app.command()
def retry(
    job_id: Annotated[str | None, typer.Argument(help="Without it, all that match.")] = None,
    marketplace: Annotated[str | None, typer.Option(help="Only there.")] = None,
    error: Annotated[str | None, typer.Option(help="Only with this error, as AUTH.")] = None,
    listing_url: Annotated[
        str | None, typer.Option("--listing-url", help="Of what you posted by hand.")
    ] = None,
    as_json: AsJson = False,
    url: Url = None,
) -> None:
    """Try again what waits for you: one listing of a job, or all with an error."""
    if job_id is not None:
        if marketplace is None:
            raise typer.BadParameter("Say which one with --marketplace.")
        given = {"url": listing_url} if listing_url else {}
        _act(url, job_id, "listings", marketplace, "retry", as_json=as_json, json=given)
        return
    from talknshop.cli.jobs import retry_all as command

    asyncio.run(command(_address(url), marketplace, _code(error), as_json=as_json))


def _code(error: str | None) -> FailureCode | None:
    if error is None:
        return None
    name = error.lower()
    if name in _ALSO_CALLED:
        return _ALSO_CALLED[name]
    try:
        return FailureCode(name)
    except ValueError:
        known = ", ".join([*_ALSO_CALLED, *FailureCode])
        raise typer.BadParameter(f"There is no error {error!r}; there are {known}.") from None


def _act(url: str | None, job_id: str, *action: str, as_json: bool, **content: Any) -> None:
    from talknshop.cli.jobs import act as command

    asyncio.run(command(_address(url), job_id, *action, as_json=as_json, **content))


def _address(url: str | None) -> str:
    from talknshop.cli.main import gateway_url

    return gateway_url(url)
