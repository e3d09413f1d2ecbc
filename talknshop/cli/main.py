"""The command line: what each command is called, which options it has and what they mean.

Each command imports its own module when it is called: the supervisor stays small because it never
loads the clients of the others.
"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from talknshop.cli.errors import CommandError
from talknshop.settings import Settings

app = typer.Typer(
    help="Buy and sell by chat. Every conversation and every crosspost job is a Temporal workflow.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Latency(StrEnum):
    NONE = "none"
    DEFAULT = "default"


def main() -> None:
    try:
        app()
    except CommandError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    except ValidationError as error:
        for problem in error.errors():
            where = ".".join(str(part) for part in problem["loc"])
            print(f"{error.title}: {where}: {problem['msg']}.", file=sys.stderr)
        sys.exit(2)


@app.callback()
def _commands() -> None:
    """Keep sub-commands even while there is only one."""


@app.command()
def dev(
    data_dir: Annotated[Path | None, typer.Option(help="Where all state is kept.")] = None,
    port: Annotated[int | None, typer.Option(help="The gateway's port.")] = None,
    temporal_port: Annotated[int | None, typer.Option(help="Temporal's port.")] = None,
    ui_port: Annotated[int | None, typer.Option(help="Port of Temporal's Web UI.")] = None,
    redis_port: Annotated[int | None, typer.Option(help="Valkey's port.")] = None,
    sandbox_port: Annotated[int | None, typer.Option(help="The sandbox's port.")] = None,
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
            },
            sandbox_latency=latency.value if latency is not Latency.DEFAULT else None,
        ),
    )


if __name__ == "__main__":
    main()
