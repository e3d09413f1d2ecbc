"""The command line: what each command is called, which options it has and what they mean.

Each command imports its own module when it is called: the supervisor stays small because it never
loads the clients of the others.
"""

import asyncio
import io
import os
import sys
import uuid
from contextlib import nullcontext
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from pydantic import TypeAdapter, ValidationError
from pydantic_settings import SettingsError

from talknshop.chat_models import UnusableModelError
from talknshop.cli import jobs_commands, sandbox
from talknshop.cli.errors import CommandError
from talknshop.settings import Settings

app = typer.Typer(
    help="Buy and sell by chat. Every conversation and every crosspost job is a Temporal workflow.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(jobs_commands.app, name="jobs")

Url = Annotated[str | None, typer.Option(help="The gateway's address.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
JsonLines = Annotated[
    Path | None,
    typer.Argument(help="JSON lines; without it, the standard input.", exists=True, dir_okay=False),
]


def _port(help_text: str) -> Any:
    return typer.Option(help=help_text, min=1, max=65535)


class Latency(StrEnum):
    NONE = "none"
    DEFAULT = "default"


class BulkPosting(StrEnum):
    ASK = "ask"
    GOOD = "good"
    ALL = "all"


class Steering(StrEnum):
    STATUS = "status"
    CONFIRM = "confirm"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


def main() -> None:
    code = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    if "temporalio" in sys.modules:
        # Its native part may crash, and change the exit code, while the interpreter is torn down.
        os._exit(code)
    sys.exit(code)


def _run() -> int:
    """The exit code: 0 done, 1 tried and failed, 2 could not be tried."""
    try:
        app()
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else 0
    except CommandError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except UnusableModelError as error:
        print(error, file=sys.stderr)
        return 2
    except ValidationError as error:
        is_settings = error.title == Settings.__name__
        for problem in error.errors():
            parts = [str(part) for part in problem["loc"]]
            where = f"TALKNSHOP_{'__'.join(parts).upper()}" if is_settings else ".".join(parts)
            print(f"{error.title}: {where}: {problem['msg']}.", file=sys.stderr)
        return 2
    except SettingsError as error:
        reason = error.__cause__ or "lists and objects are written in JSON"
        print(f"Settings: {error}: {reason} (docs/settings-reference.md).", file=sys.stderr)
        return 2
    return 0


@app.command()
def dev(
    data_dir: Annotated[Path | None, typer.Option(help="Where all state is kept.")] = None,
    port: Annotated[int | None, _port("The gateway's port.")] = None,
    temporal_port: Annotated[int | None, _port("Temporal's port.")] = None,
    ui_port: Annotated[int | None, _port("Port of Temporal's Web UI.")] = None,
    redis_port: Annotated[int | None, _port("Valkey's port.")] = None,
    sandbox_port: Annotated[int | None, _port("The sandbox's port.")] = None,
    prometheus_port: Annotated[int | None, _port("Prometheus' port.")] = None,
    observe: Annotated[
        bool, typer.Option("--observe", help="Run Prometheus as well, with the alarms' rules.")
    ] = False,
    free_ports: Annotated[bool, typer.Option(help="Take free ports for all not given.")] = False,
    ephemeral: Annotated[
        bool, typer.Option(help="Keep state in a temporary folder, removed at the end.")
    ] = False,
    latency: Annotated[
        Latency, typer.Option(help="How long the sandbox marketplaces take to answer.")
    ] = Latency.DEFAULT,
    status_file: Annotated[
        Path | None, typer.Option(help="Write what runs, as JSON, at each change.")
    ] = None,
    plain: Annotated[bool, typer.Option(help="One line per change, no live screen.")] = False,
) -> None:
    """Run everything on this machine: Temporal, Valkey, sandbox, workers, gateway."""
    from talknshop.cli import dev as command

    command.run(
        Settings(),
        command.Options(
            data_dir=data_dir,
            ephemeral=ephemeral,
            status_file=status_file,
            plain=plain,
            free_ports=free_ports,
            ports={
                "gateway": port,
                "temporal": temporal_port,
                "temporal_ui": ui_port,
                "redis": redis_port,
                "sandbox": sandbox_port,
                "prometheus": prometheus_port,
            },
            observe=observe,
            sandbox_latency=latency.value if latency is not Latency.DEFAULT else None,
        ),
    )


@app.command()
def chat(
    session: Annotated[str | None, typer.Option(help="Resume this conversation.")] = None,
    url: Url = None,
) -> None:
    """Buy and sell by chat, on this terminal."""
    from talknshop.cli.chat import chat as command

    asyncio.run(command(gateway_url(url), session))


@app.command()
def search(
    words: Annotated[str, typer.Argument(help='What to look for: "a laptop under $1000".')],
    as_json: AsJson = False,
    url: Url = None,
) -> None:
    """Search every marketplace once."""
    from talknshop.cli.search import search as command

    asyncio.run(command(gateway_url(url), words, as_json=as_json))


@app.command()
def rank(
    file: JsonLines = None,
) -> None:
    """Rank the products of each line: {"query", "spec"?, "products": [...]}."""
    from talknshop.cli.rank import rank_lines

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
    opened = file.open(encoding="utf-8-sig", errors="replace") if file else nullcontext(sys.stdin)
    with opened as lines:
        asyncio.run(rank_lines(lines))


@app.command()
def post(
    listing: Annotated[Path, typer.Argument(help="A ListingSpec as JSON.")],
    wait: Annotated[bool, typer.Option("--wait", help="Until every marketplace answered.")] = False,
    key: Annotated[str | None, typer.Option(help="The same key again finds the first job.")] = None,
    as_json: AsJson = False,
    url: Url = None,
) -> None:
    """Post a listing on every marketplace it names."""
    from talknshop.cli.jobs import post as command

    key = key or str(uuid.uuid4())
    asyncio.run(command(gateway_url(url), listing, key=key, wait=wait, as_json=as_json))


@app.command()
def bulk(
    upload: Annotated[
        str, typer.Argument(help="A file of listings, CSV or JSON lines; or an upload's id.")
    ],
    post: Annotated[
        BulkPosting,
        typer.Option(help="Ask first, post the good rows, or post only when all rows are good."),
    ] = BulkPosting.ASK,
    marketplaces: Annotated[
        str, typer.Option(help="For rows that name none; separated by commas.")
    ] = "",
    do: Annotated[
        Steering, typer.Option(help="What to do with an upload that is there already.")
    ] = Steering.STATUS,
    result: Annotated[Path | None, typer.Option(help="Write an upload's result file.")] = None,
    key: Annotated[str | None, typer.Option(help="The same key again finds the first.")] = None,
    as_json: AsJson = False,
    url: Url = None,
) -> None:
    """Post many listings from one file: checked first, by line and field."""
    from talknshop.cli import bulk as command

    at = gateway_url(url)
    if result:
        asyncio.run(command.result(at, upload, result))
    elif Path(upload).exists() or "." in upload or "/" in upload:
        asyncio.run(
            command.bulk(
                at,
                Path(upload),
                key=key or str(uuid.uuid4()),
                mode=post.value,
                marketplaces=marketplaces,
                as_json=as_json,
            )
        )
    else:
        asyncio.run(command.steer(at, upload, do.value, as_json=as_json))


@app.command()
def replay(
    workflow_id: Annotated[
        str | None, typer.Argument(help="As Temporal's Web UI shows it.")
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(help="A history as JSON, or a folder of them; may be given many times."),
    ] = None,
    query: Annotated[
        str | None, typer.Option(help="A query of Temporal's: 'JobStatus = \"processing\"'.")
    ] = None,
    recent: Annotated[
        str | None,
        typer.Option(help="All that run, and what ended within this time: P1D is a day."),
    ] = None,
    limit: Annotated[
        int, typer.Option(help="So many at most; with --recent, of each type of workflow.", min=1)
    ] = 1000,
    quiet: Annotated[bool, typer.Option(help="Name only the histories that differ.")] = False,
) -> None:
    """Replay histories against today's code, and say where it would act differently.

    Ends with 1 when one differs, with 2 when there was none to replay.
    """
    from talknshop.cli.replay import Chosen
    from talknshop.cli.replay import replay as command

    if not (workflow_id or file or query or recent):
        raise CommandError("Give a WORKFLOW_ID, --query, --recent, or histories with --file.")
    chosen = Chosen(
        workflow_id=workflow_id,
        files=file or [],
        query=query,
        recent=TypeAdapter(timedelta).validate_python(recent) if recent else None,
        most=limit,
    )
    asyncio.run(command(Settings(), chosen, only_differing=quiet))


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="The file to write. It will hold keys.")],
    data_dir: Annotated[Path | None, typer.Option(help="Where the state is kept.")] = None,
) -> None:
    """Write all state of the embedded stack to one file, while it runs."""
    from talknshop.cli.backup import backup as command

    settings = Settings()
    size = command(data_dir or settings.data_dir, target)
    print(f"{target}: {size / 2**20:.1f} MiB. Keep it as you keep keys: it can open everything.")
    for name, elsewhere in (
        ("Temporal", settings.temporal.address),
        ("the object store", settings.storage_url),
    ):
        if elsewhere:
            print(f"Not in it: {name} at {elsewhere}.")


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="What `talknshop backup` wrote.")],
    data_dir: Annotated[Path | None, typer.Option(help="An empty folder, or a new one.")] = None,
) -> None:
    """Put a backup back; `talknshop dev` then goes on from that moment."""
    from talknshop.cli.backup import restore as command

    folder = data_dir or Settings().data_dir
    print(f"{folder}: {command(source, folder)} files. Start it with `talknshop dev`.")


@app.command()
def rotate_keys(
    data_dir: Annotated[Path | None, typer.Option(help="Where the keys are kept.")] = None,
) -> None:
    """Make new keys for tokens and payloads; processes use them from their next start on."""
    from adapters.encryption.factory import PAYLOAD_KEYS
    from adapters.keys import SESSION_KEYS, rotate

    folder = data_dir or Settings().data_dir
    for path in (folder / SESSION_KEYS, folder / PAYLOAD_KEYS):
        if not path.exists():
            raise CommandError(f"There are no keys at {path} yet: `talknshop dev` makes them.")
        rotate(path)
        print(f"{path} has a new first key; those before it still open what they sealed.")


@app.command()
def understand(
    source: JsonLines = None,
    model: Annotated[
        str | None, typer.Option(help='"embedded", or a model; without it, the configured one.')
    ] = None,
) -> None:
    """Say what each line {"id", "text", "previous_spec"?, "mode"?} asks for, as JSON lines."""
    from talknshop.cli.understand import understand as command
    from workers.language import language_of

    chosen = Settings().language
    language = language_of(chosen.model_copy(update={"model": model}) if model else chosen)
    asyncio.run(command(language, source))


@app.command()
def settings() -> None:
    """Print every setting with its default, as docs/settings-reference.md has them."""
    from talknshop.cli.settings_reference import reference

    print(reference(), end="")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check what the settings name, and say what to do; exit code 1 when something is wrong."""
    from talknshop.cli.doctor import doctor as command

    asyncio.run(command(Settings(), as_json=as_json))


@app.command()
def selfcheck(as_json: AsJson = False) -> None:
    """Start a stack of its own, buy and sell once, and say what worked."""
    from talknshop.cli.selfcheck import selfcheck as command

    asyncio.run(command(as_json=as_json))


def gateway_url(given: str | None) -> str:
    url = (given or Settings().gateway.url).rstrip("/")
    if not _is_address(url):
        raise CommandError(
            f"{url!r} is no gateway's address, which is written like http://127.0.0.1:8000."
        )
    return url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that there cannot be
        return False


if __name__ == "__main__":
    main()
