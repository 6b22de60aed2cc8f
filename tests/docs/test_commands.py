"""Every command of README and docs works, pasted in order on a fresh clone, and prints what its page says."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dev.processes import folder_for_services, processes_of
from tests.docs.pages import PAGES, ROOT, Commands, matches, read

MAX_SECONDS = 120  # of one block


@pytest.fixture(scope="module")
def checkout():
    """A folder with the tracked files, as git would clone them, and with the Python environment that runs the tests."""
    with folder_for_services() as folder:
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in filter(lambda name: (ROOT / name).is_file(), tracked.split("\0")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
        (folder / ".venv").symlink_to(sys.prefix)
        os.utime(folder / "requirements-dev.txt", (0, 0))  # or make would install it again, over the network
        yield folder


@contextmanager
def make_run(folder: Path, environment: dict[str, str]):
    """`make run` in the background, as in another terminal; yields what it has printed until it was ready."""
    output = folder / "make-run.log"
    with output.open("wb") as file:
        process = subprocess.Popen(
            ["make", "run"], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=file,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while "Ctrl-C stops everything" not in output.read_text():
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)
        yield output.read_text()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def run(commands: Commands, folder: Path, environment: dict[str, str], port: int) -> str:
    """What is wrong with the block; empty if each command succeeds and all print what the page says.

    Variables that a block sets are there in the blocks that follow, as in one terminal.
    """
    variables, script = folder / "variables", folder / "block"
    script.write_text(on_port(commands.text, port) + "\n")
    keep = f"set -ae; test ! -e {variables} || . {variables}; . {script}; export -p > {variables}"
    done = subprocess.run(["sh", "-c", keep], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=MAX_SECONDS)  # fmt: skip
    if done.returncode:
        return f"exit code {done.returncode}:\n{done.stdout}"
    return difference(commands, done.stdout, port)


def difference(commands: Commands, printed: str, port: int) -> str:
    said = on_port(commands.prints, port)
    return "" if matches(said, printed) else f"the page says\n{said or '(nothing)'}\nbut this came:\n{printed}"


def on_port(text: str, port: int) -> str:
    return re.sub(r"\b(localhost|127\.0\.0\.1):8000\b", rf"\1:{port}", text)


def test_every_command_of_the_pages_works_and_prints_what_its_page_says(checkout):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment |= {"PORT": str(port)}
    blocks = [block for page in PAGES for block in read(page).commands if not block.not_run]
    first, *rest = blocks
    assert first.text == "make run", "the README begins with make run; all other commands need it"
    with make_run(checkout, environment) as printed:
        wrong = {first.place: difference(first, printed, port)}
        wrong |= {block.place: run(block, checkout, environment, port) for block in rest}
    if any(wrong.values()):
        pytest.fail("\n\n".join(f"{place}: {what}" for place, what in wrong.items() if what), pytrace=False)
    assert processes_of(checkout) == []
