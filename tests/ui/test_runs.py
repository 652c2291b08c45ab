"""Runs take turns, a long one keeps nobody waiting, and what is kept or uploaded has bounds."""

import logging
import re
import sys
import threading
import time
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from posenc.families import Bias, Paper
from posenc.parameters import parameter
from tests.pages.app import open_page
from ui import links, runs
from ui.runs import Turns, _key, cached, turns

FOREVER = 300.0


def start(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(condition):
    deadline = time.monotonic() + FOREVER
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_page_waits_for_the_run_before_it():
    done, patient = threading.Event(), turns.patience
    turns.patience = FOREVER
    try:
        with turns.take("a test"):
            visit = start(lambda: (open_page("11_catalogue"), done.set()))
            until(lambda: turns._waiting or done.is_set())
            assert not done.is_set(), "the page did not wait for its turn"
    finally:
        turns.patience = patient
    visit.join(FOREVER)
    assert done.is_set()


def test_first_come_first_served_and_one_at_a_time():
    """One visitor who asks again and again gets one turn, then stands behind all others."""
    line, served, at_once, maximum = Turns(FOREVER), [], [], []

    def visitor(name, times):
        for _ in range(times):
            with line.take(name):
                at_once.append(name)
                maximum.append(len(at_once))
                served.append(name)
                time.sleep(0.01)
                at_once.remove(name)

    threads = []
    with line.take("first"):
        for number, (name, times) in enumerate([("greedy", 4), ("a", 1), ("b", 1), ("c", 1)], 1):
            threads.append(start(lambda name=name, times=times: visitor(name, times)))
            until(lambda number=number: len(line._waiting) == number)
    for thread in threads:
        thread.join(FOREVER)
    assert served[:4] == ["greedy", "a", "b", "c"]
    assert served[4:] == ["greedy"] * 3
    assert max(maximum) == 1


def test_a_run_that_takes_long_keeps_nobody_waiting():
    line, stop, inside = Turns(0.05), threading.Event(), threading.Event()

    def slow():
        with line.take("slow"):
            inside.set()
            stop.wait(FOREVER)

    thread = start(slow)
    assert inside.wait(FOREVER)
    with line.take("next"), line.take("a part of it"):
        assert line.longest()[1] == "slow", "it is still under way"
    with line.take("another"):
        assert line.longest()[1] == "slow"
    stop.set()
    thread.join(FOREVER)
    assert line.longest()[1] == ""


def test_a_turn_is_given_back_when_a_run_fails():
    line = Turns(FOREVER)
    with pytest.raises(ZeroDivisionError), line.take("one"):
        _ = 1 / 0
    with line.take("two"):
        assert line.longest()[1] == "two"


def test_a_run_over_the_bound_is_logged(monkeypatch, caplog):
    monkeypatch.setattr(runs, "SLOW", 0.01)
    with caplog.at_level(logging.WARNING, "positions"), Turns().take("Heatmap"):
        time.sleep(0.02)
    assert re.search(r"a run of Heatmap took \d+\.\d s", caplog.text)


@pytest.mark.parametrize(
    ("stuck", "of_no_visitor", "fails"), [(-1, True, True), (-1, False, False), (FOREVER, True, False)]
)
def test_the_health_check_alone_fails_while_a_run_does_not_end(monkeypatch, stuck, of_no_visitor, fails):
    monkeypatch.setattr(runs, "STUCK", stuck)
    monkeypatch.setattr(links, "is_of_no_visitor", lambda: of_no_visitor)
    with turns.take("Heatmap"):
        if not fails:
            runs.report_stuck_runs()
            return
        with pytest.raises(RuntimeError, match="a run of Heatmap has not ended for 0 s"):
            runs.report_stuck_runs()


def test_the_process_is_tuned_once_ui_is_imported():
    assert sys.getswitchinterval() == pytest.approx(0.0005)
    assert MemoryUploadedFileManager.add_file.__module__ == "ui.runs"


@dataclass(frozen=True, eq=False)
class Inner:
    size: int


@dataclass(frozen=True)
class Twin:
    size: int


@dataclass(frozen=True)
class Outer:
    part: object
    table: np.ndarray


@dataclass(frozen=True)
class Steps(Bias):
    id = title = formula = used_by = "probe"
    paper = Paper("Nobody et al.", 2099, "A Probe", "9912.00001")

    step: float = parameter(1.0, "How much a step costs.", minimum=0.0, maximum=9.0)


@dataclass(frozen=True)
class Leaps(Steps):
    """Another scheme with the very same parameters."""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        (1, "1"),
        (0.0, -0.0),
        (np.float32(1), np.float64(1)),
        ((1, 2), [1, 2]),
        (("a", "b"), ("a, b",)),
        (("ab", "c"), ("a", "bc")),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}),
        (np.zeros(3), np.zeros((3, 1))),
        (np.zeros(2, np.int64), np.zeros(2, np.float64)),
        (np.arange(5000), np.concatenate([np.arange(4999), [0]])),
        (Inner(1), Twin(1)),
        (Outer(Inner(1), np.eye(2)), Outer(Twin(1), np.eye(2))),
        (Steps(), Leaps()),
        (Outer(Steps(), np.eye(2)), Outer(Leaps(), np.eye(2))),
        (Outer(Twin(1), np.arange(3000.0)), Outer(Twin(1), -np.arange(3000.0))),
    ],
)
def test_what_differs_has_another_key(one, other):
    assert _key(one) != _key(other)
    made = cached(lambda value: object())
    assert made(one) is not made(other)
    assert made(one) is made(one)


def test_arrays_are_known_by_their_values_however_they_lie():
    square = np.arange(6).reshape(2, 3)
    assert _key(square.T) == _key(np.ascontiguousarray(square.T))


def test_what_has_no_key_is_made_anew(caplog):
    made = cached(lambda value: object())
    unknown = SimpleNamespace(size=1)
    assert made(unknown) is not made(unknown)
    assert "made anew" in caplog.text
    assert made((1, 2)) is made((1, 2))


def test_two_functions_of_one_name_do_not_share_what_is_kept():
    def first():
        return cached(lambda value: "one")

    def second():
        return cached(lambda value: "two")

    second.__qualname__ = first.__qualname__
    assert first()(1) == "one"
    assert second()(1) == "two"


def test_a_function_that_closes_over_a_value_is_not_kept():
    hidden = 3
    with pytest.raises(ValueError, match="closes over"):
        cached(lambda value: hidden)


@pytest.mark.parametrize("size", [2**20, 10 * 2**20, 0])
def test_uploads_of_all_visitors_are_bounded_together(size):
    held, data = MemoryUploadedFileManager("/upload"), bytes(size)
    for number in range(runs.MAX_FILES + 50):
        held.add_file(f"visitor {number % 7}", UploadedFileRec(str(number), "a.png", "image/png", data))
    kept_files = [id for files in held.file_storage.values() for id in files]
    assert sum(len(file.data) for files in held.file_storage.values() for file in files.values()) <= runs.MAX_UPLOADS
    assert len(kept_files) <= runs.MAX_FILES
    assert str(runs.MAX_FILES + 49) in kept_files, "the newest stays: its page has not read it yet"
