"""`python -m sandbox`: all marketplaces in one process on one port."""

import argparse
from pathlib import Path

import uvicorn

from sandbox.app import create_app
from sandbox.connection import CuttableProtocol


def main() -> None:
    options = _parser().parse_args()
    app = create_app(
        options.data_dir,
        latency=options.latency,
        seed=options.seed,
        index_delay=options.index_delay,
        quotas=options.quotas,
    )
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        http=CuttableProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument(
        "--data-dir", type=Path, required=True, help="holds credentials.json and what was posted"
    )
    parser.add_argument("--latency", choices=["none", "default"], default="default")
    parser.add_argument(
        "--seed", type=int, default=1, help="the same seed makes the same catalogue and delays"
    )
    parser.add_argument(
        "--index-delay",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="until a new eBay listing is found by searches",
    )
    parser.add_argument(
        "--quotas",
        choices=["generous", "real"],
        default="generous",
        help="how often a key may call: hardly limited, or as the real marketplaces allow",
    )
    return parser


if __name__ == "__main__":
    main()
