"""The error of a file that cannot be loaded as a whole, and how errors of gzip, zip and XML readers become it."""

from __future__ import annotations

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers.expat import ExpatError

# What the readers of the standard library raise at bytes that are not as they should be.
DAMAGE = (
    gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError, ExpatError,
    EOFError, NotImplementedError,
)  # fmt: skip
# What they raise in words that only a programmer understands.
INTERNAL = (LookupError, RecursionError, OverflowError, ValueError, struct.error)


class Unreadable(ValueError):
    """The file as a whole cannot be loaded; the message says in one line what was found and what was expected."""


class Problem(Exception):
    """Why a file cannot be read: the rest of a sentence that begins with the file's name."""


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turns what reading the file `name` may raise into `Unreadable`."""
    try:
        yield
    except Unreadable:
        raise
    except Problem as problem:
        raise Unreadable(f"{name} {problem}") from problem
    except DAMAGE as error:
        raise Unreadable(f"{name} is damaged: {error}") from error
    except OSError as error:
        raise Unreadable(f"{name} cannot be read: {error.strerror or error}") from error
    except INTERNAL as error:
        raise Unreadable(f"{name} is damaged: it holds what its format does not allow") from error
