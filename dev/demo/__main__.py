"""`python -m dev.demo --port 9000`: all demo servers in one process, on one port, until it is told to stop."""

import argparse
import signal
import sys
from types import FrameType

from dev.demo.server import Server


def stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.demo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--delay", type=float, default=0, metavar="SECONDS", help="before each completion")
    options = parser.parse_args()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, stop)
    try:
        server = Server(host=options.host, port=options.port, delay=options.delay)
    except (OSError, OverflowError) as error:
        sys.exit(f"The demo servers cannot listen on {options.host}:{options.port}: {error}")
    sys.stdout.write(f"The demo model answers at {server.url}\n")
    sys.stdout.flush()
    server.serve(poll_seconds=60)  # a signal ends it at once


main()
