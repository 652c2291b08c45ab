"""What the repository promises besides its code."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import posenc

ROOT = Path(__file__).parents[1]


def test_every_package_is_pinned_and_none_names_a_host_or_a_path():
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            assert line == "-e ./encodings" or re.match(r"[\w.-]+==[\w.]+( ;|$)", line), line


def test_what_the_app_is_built_on_is_what_is_pinned():
    pinned = dict(re.findall(r"^([\w-]+)==([\w.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    asked = re.findall(r"^([\w-]+)==([\d.]+)\*", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    assert {name for name, _ in asked} == {"streamlit", "numpy", "plotly", "uvloop"}
    assert all(pinned[name].startswith(version) for name, version in asked)


@pytest.mark.parametrize(("folders", "maximum"), [("pages", 120), ("sections ui charts encodings benchmarks", 500)])
def test_every_file_can_be_read_at_one_sitting(folders, maximum):
    files = [file for folder in folders.split() for file in (ROOT / folder).rglob("*.py")]
    assert {file.name for file in files if len(file.read_text("utf-8").splitlines()) > maximum} == set()


def test_importing_ui_freezes_what_the_collector_need_not_walk():
    frozen = subprocess.run(
        [sys.executable, "-c", "import gc, ui; print(gc.get_freeze_count())"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(frozen.stdout.split()[-1]) > 100_000


def test_the_readme_names_every_command_and_the_makefile_has_it():
    commands = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"make (\w+)", (ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()))
    assert {"run", "test", "lint"} <= named <= commands


def test_the_worked_example_of_a_scheme_works(tmp_path, monkeypatch):
    folder = import_module("posenc.schemes")  # posenc.schemes itself is the function of that name
    text = (ROOT / "CONTRIBUTING.md").read_text()
    example = re.search(r'```python\n("""A single slow wave.+?)```', text, re.DOTALL)
    (tmp_path / "slow_wave.py").write_text(example[1])
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    try:
        scheme = posenc.scheme("slow-wave", width=10.0)
        assert scheme.table(5, 3).shape == (5, 3)
        assert scheme.kernel([0, 1]).shape == (8, 2)
        assert posenc.raster(scheme, 64, 4, 8, 4).shape == (8, 4)
    finally:
        sys.modules.pop("posenc.schemes.slow_wave", None)
