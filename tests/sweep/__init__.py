"""Sweeps: every page with many settings. `make sweep` runs them whole, `make test` what is known and a fixed tenth."""

import os
import zlib
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")
WHOLE = os.environ.get("SWEEP") == "whole"


def chosen(cases: Iterable[T], one_in: int = 10) -> list[T]:
    """All cases of a sweep when it runs whole, else one in so many, always the same ones.

    >>> chosen(range(10), one_in=1) == list(range(10))
    True
    """
    return [case for case in cases if WHOLE or zlib.crc32(repr(case).encode()) % one_in == 0]
