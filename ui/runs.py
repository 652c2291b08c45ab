"""What tunes the process: whose turn it is, what is kept, what memory is given back, how long a switch takes.

Python works on one run at a time anyway, and fifty people who take turns wait half as long as fifty who share every
moment: all of those are done at the end.
"""

import ctypes
import gc
import logging
import marshal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import wraps
from hashlib import blake2b
from threading import Condition, Lock, get_ident
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas  # noqa: F401
import plotly.graph_objects  # noqa: F401
import pyarrow  # noqa: F401
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

import charts.heatmap  # noqa: F401
import posenc

from . import links

P = ParamSpec("P")
T = TypeVar("T")
PATIENCE, SLOW, STUCK = 0.2, 2.0, 15.0
MAX_UPLOADS, MAX_FILES = 64 * 2**20, 1000
log = logging.getLogger("positions")


class Turns:
    """Runs take turns, first come, first served, so that a visitor who moves on and on gets every other one at most.

    A run that takes longer than `patience` seconds goes on, but keeps nobody waiting: the next one starts beside it.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._lock = Lock()
        self._waiting: deque[Condition] = deque()
        self._holder = 0
        self._free_at = 0.0
        self._running: dict[int, tuple[float, str]] = {}

    @contextmanager
    def take(self, what: str) -> Iterator[None]:
        """Wait for a turn and hold it. Within a turn of the same thread there is nothing to wait for."""
        me = get_ident()
        if me in self._running:
            yield
            return
        began = self._wait(me, what)
        try:
            yield
        finally:
            with self._lock:
                del self._running[me]
                if self._holder == me:
                    self._holder = 0
                self._wake_the_next()
            if (took := time.monotonic() - began) > SLOW:
                log.warning("a run of %s took %.1f s, %.1f s are allowed", what, took, SLOW)

    def longest(self) -> tuple[float, str]:
        """How many seconds the longest of the runs under way has been at work, and what it is."""
        with self._lock:
            began, what = min(self._running.values(), default=(time.monotonic(), ""))
        return time.monotonic() - began, what

    def _wait(self, me: int, what: str) -> float:
        ticket = Condition(self._lock)  # each its own: of fifty who wait, one is woken
        with self._lock:
            self._waiting.append(ticket)
            try:
                while self._waiting[0] is not ticket or (left := self._left()) > 0:
                    ticket.wait(left if self._waiting[0] is ticket else None)
            finally:
                self._waiting.remove(ticket)
            began = time.monotonic()
            self._holder, self._free_at = me, began + self.patience
            self._running[me] = began, what
            self._wake_the_next()  # who now waits until this turn is over, or has lasted
        return began

    def _wake_the_next(self) -> None:
        if self._waiting:
            self._waiting[0].notify()

    def _left(self) -> float:
        """How long the turn that is held may still keep others waiting."""
        return self._free_at - time.monotonic() if self._holder else 0.0


turns = Turns()


def report_stuck_runs() -> None:
    """Fail the health check, a run in no visitor's session, while another run does not end."""
    seconds, what = turns.longest()
    if seconds > STUCK and links.is_of_no_visitor():
        raise RuntimeError(f"a run of {what} has not ended for {seconds:.0f} s")


def cached(make: Callable[P, T]) -> Callable[P, T]:
    """Decorates what its arguments alone decide, a value or a part of a page: it is made once for everyone, and a part's
    messages are sent again. Not for controls.

    Streamlit would hash two schemes with equal field values as one, whatever class they are of. Arguments that `_key`
    does not know are made anew each time: that costs speed, never truth.
    """
    if make.__closure__:
        raise ValueError(f"{make.__qualname__} must depend on its arguments alone; it closes over other values")

    def made(key: str, _make: Callable[[], T]) -> T:
        return _make()

    # Streamlit tells functions apart by these and by their source, which is the same for every `made`.
    made.__module__ = make.__module__
    made.__qualname__ = f"{make.__qualname__} {_digest(marshal.dumps(make.__code__))}"
    once = st.cache_resource(max_entries=64, show_spinner=False)(made)

    @wraps(make)
    def made_once(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            key = _key((args, kwargs))
        except TypeError:
            log.warning("%s is made anew: no key for its arguments", make.__qualname__)
            return make(*args, **kwargs)
        return once(key, lambda: make(*args, **kwargs))

    return made_once


def _key(value: Any) -> str:
    """A text that differs wherever two values do, their classes included; TypeError for kinds of values unknown here.

    >>> _key((1, "a")) == _key([1, "a"]), _key(1) == _key(True), _key(0.0) == _key(-0.0)
    (False, False, False)
    """
    cls = type(value)
    if cls in (bool, int, float, complex, str, bytes, type(None)) or isinstance(value, np.generic):
        return f"{cls.__name__} {value!r}"
    if cls is np.ndarray and not value.dtype.hasobject:
        return f"array {value.dtype.str} {value.shape} {_digest(np.ascontiguousarray(value))}"
    if cls in (tuple, list):
        return f"{cls.__name__}({', '.join(map(_key, value))})"
    if cls is dict:
        return f"dict({', '.join(f'{_key(name)}: {_key(part)}' for name, part in value.items())})"
    if is_dataclass(cls):
        parts = ", ".join(_key(getattr(value, field.name)) for field in fields(value))
        return f"{cls.__module__}.{cls.__qualname__}({parts})"
    raise TypeError(f"no key for a {cls.__qualname__}")


def _digest(data: Any) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def tune_process() -> None:
    """Once a process, before any session has state."""
    _switch_often()
    _give_memory_back()
    _bound_uploads()
    _freeze()


def _switch_often() -> None:
    """Let another thread go on after half a millisecond, where Python's own five are usual.

    The thread that sends gives way with each message, and while others compute it waits this long for its turn again, 50
    times an answer. Of a hundred people half then wait 0.13 s, where it was 0.4 s.
    """
    sys.setswitchinterval(0.0005)


def _give_memory_back() -> None:
    """Let glibc return what was freed: two arenas, and blocks of a megabyte on their own. Elsewhere nothing changes.

    After 600 visitors who left, 288 MB stayed in place of 850; with the same as environment variables, before the
    process starts, 261 (Makefile, Dockerfile).
    """
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(-8, 2)  # M_ARENA_MAX
        mallopt(-3, 1_000_000)  # M_MMAP_THRESHOLD


def _bound_uploads() -> None:
    """Keep at most so many bytes and files of all visitors: the oldest go first.

    Streamlit takes any number of files, asked for or not, and holds them until two minutes after the visitor has left.
    What a page asks for is decoded in the run right after, so that nobody misses an old one.
    """
    add, held = MemoryUploadedFileManager.add_file, deque[tuple[str, str, int]]()

    def add_file(self: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec) -> None:
        add(self, session_id, file)
        held.append((session_id, file.file_id, len(file.data)))
        while len(held) > MAX_FILES or sum(size for *_, size in held) > MAX_UPLOADS:
            owner, id, _ = held.popleft()
            self.remove_file(owner, id)

    MemoryUploadedFileManager.add_file = add_file  # type: ignore[method-assign]


def _freeze() -> None:
    """Spare Python's collector what is there for good: 120,000 objects, most of pandas and pyarrow.

    A full collection stops everyone for 27 ms in place of 102, and a run takes 1.6 ms less, 4 %. Before anyone's session
    has state, so that nothing of a session is ever frozen.
    """
    posenc.schemes()
    gc.collect()
    gc.freeze()
