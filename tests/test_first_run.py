"""What `make run` and `make test` say and do on a machine that lacks something: a sentence, and they recover.

Here a stub plays Python: its venv and pip cost nothing. Only what the Makefile asks by `-c` is asked of a real one.
"""

import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import chromium

ROOT = Path(__file__).parents[1]
STUB = f"""#!/bin/sh
echo "$*" >> "$CALLS"
case "$1 $2" in
  "-c import pip") test -e "${{0%/*}}/pip" ;;
  "-c "*) exec "{sys.executable}" -c "$FIRST; $2" ;;
  "-m venv") test "$3" = --clear && rm -rf "$4"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; touch "$4/bin/pip" ;;
  "-m pip") echo "$PIP_SAYS" >&2; test -z "$PIP_SAYS" ;;
  "-m streamlit") env ;;
  "--version ") echo "Python 3.10.1" ;;
esac
"""
OFFLINE = """WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError()': /simple/altair/
ERROR: No matching distribution found for altair==6.3.0"""
OLD = "import sys; sys.version_info = (3, 10, 1)"
WITHOUT_VENV = "import sys; sys.modules['ensurepip'] = None"
SET_UP = ["-m venv --clear .venv", "-m pip install", "-m streamlit run app.py"]


class Machine:
    """A clone of what `make run` reads, and a Python that says what it was asked to do."""

    def __init__(self, home: Path) -> None:
        self.home, self.clone = home, home / "a clone (é)"
        (self.clone / "encodings").mkdir(parents=True)
        for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "encodings/pyproject.toml"):
            shutil.copy(ROOT / name, self.clone / name)
        (home / "bin").mkdir()
        self.python = home / "bin" / "python3"
        self.python.write_text(STUB)
        self.python.chmod(0o755)

    def make(self, goal: str = "run", first: str = "pass", pip_says: str = "") -> tuple[int, str, list[str]]:
        """The exit status of a goal, its words, and what of the set-up it did."""
        calls = self.home / "calls"
        calls.write_text("")
        environment = {
            "PATH": f"{self.home / 'bin'}:{os.environ['PATH']}", "PWD": str(self.clone),
            "CALLS": str(calls), "FIRST": first, "PIP_SAYS": pip_says,
        }  # fmt: skip
        done = subprocess.run(
            ["make", goal], cwd=self.clone, env=environment, capture_output=True, text=True, check=False
        )
        did = [step for line in calls.read_text().splitlines() for step in SET_UP if line.startswith(step)]
        return done.returncode, done.stdout + done.stderr, did

    def refuses(self, **why: str) -> str:
        """What a failing `make run` says, without make's own last line."""
        status, said, did = self.make(**why)
        *said, last = said.splitlines()
        assert status
        assert last.startswith("make")
        assert SET_UP[2] not in did
        return "\n".join(line for line in said if not line.startswith("Installing"))


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_the_first_run_sets_up_and_the_second_runs(machine):
    status, said, did = machine.make()
    assert (status, did) == (0, SET_UP)
    assert {"OPENBLAS_NUM_THREADS=1", "MALLOC_ARENA_MAX=2", "MALLOC_MMAP_THRESHOLD_=1000000"} <= set(said.splitlines())
    assert machine.make()[2] == SET_UP[2:]


def test_the_container_has_the_same_settings_as_make_run():
    command = next(line for line in (ROOT / "Makefile").read_text().splitlines() if "streamlit run app.py" in line)
    told = [
        word
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if line.startswith("ENV")
        for word in line.split()
    ]
    settings = [word for word in command.split() if "=" in word]
    assert len(settings) == 3
    assert set(settings) <= set(told)


def test_without_venv_a_sentence_names_the_package_and_then_it_recovers(machine):
    sentence = "python3 cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"
    assert machine.refuses(first=WITHOUT_VENV) == sentence
    half = machine.clone / ".venv" / "bin"
    half.mkdir(parents=True)
    shutil.copy(machine.python, half / "python")
    assert machine.refuses(first=WITHOUT_VENV) == sentence
    assert machine.make()[2] == SET_UP


@pytest.mark.parametrize("what", ["pip", "python"])
def test_a_venv_that_lost_its_pip_or_its_python_is_made_anew(machine, what):
    machine.make()
    (machine.clone / ".venv" / "bin" / what).unlink()
    assert machine.make()[2] == SET_UP


def test_a_moved_folder_is_set_up_anew_once(machine):
    machine.make()
    machine.clone = machine.clone.rename(machine.home / "moved")
    assert machine.make()[2] == SET_UP
    assert machine.make()[2] == SET_UP[2:]


def test_a_folder_reached_by_a_link_is_the_same_folder(machine):
    machine.make()
    (machine.home / "link").symlink_to(machine.clone)
    machine.clone = machine.home / "link"
    assert machine.make()[2] == SET_UP[2:]


def test_an_old_python_or_none_gets_a_sentence(machine):
    said = machine.refuses(first=OLD)
    assert said == (
        "Python 3.11 or newer is needed; python3 says: Python 3.10.1. Name another: make run PYTHON=python3.13"
    )
    machine.python.write_text("#!/bin/sh\necho 'python3: command not found' >&2\nexit 127")
    assert "python3 says: python3: command not found." in machine.refuses()
    assert not (machine.clone / ".venv").exists()


def test_without_a_network_a_sentence_says_what_was_not_installed(machine):
    sentence = (
        "requirements.txt could not be installed: no package index answered. Is there a network? "
        "pip's words: .venv/pip.log"
    )
    assert machine.refuses(pip_says=OFFLINE) == sentence
    assert (machine.clone / ".venv" / "pip.log").read_text().strip() == OFFLINE
    assert machine.make()[2] == SET_UP[1:]
    for file in machine.clone.rglob("*"):
        os.utime(file, (1, 1))
    os.utime(machine.clone / "requirements.txt", (2, 2))  # newer, as after a `git pull`
    assert machine.refuses(pip_says=OFFLINE) == sentence
    machine.make()
    assert machine.refuses(goal="test", pip_says=OFFLINE) == sentence.replace("requirements", "requirements-dev")


def test_any_other_failure_of_pip_is_shown_as_pip_says_it(machine):
    assert machine.refuses(pip_says="ERROR: No space left on device") == "ERROR: No space left on device"


def test_a_desktop_that_never_ran_streamlit_is_not_asked_for_an_address(tmp_path):
    ours, theirs = pty.openpty()
    environment = {**os.environ, "HOME": str(tmp_path), "DISPLAY": ":99", "BROWSER": "true", "PATH": "/nowhere"}
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "127.0.0.1"],
        cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    said = ""
    try:
        while "URL:" not in said and "Email:" not in said and select.select([ours], [], [], 60)[0]:
            said += os.read(ours, 4096).decode()
    finally:
        server.kill()
        server.wait()
        os.close(ours)
        os.close(theirs)
    assert "URL:" in said
    assert "Email:" not in said


@pytest.fixture
def without_driver(tmp_path, monkeypatch):
    """Playwright's driver as on a Debian without libatomic1, an apt-get that only tells, and nothing else on the PATH."""
    for name, status in (("node", 127), ("apt-get", 0)):
        (tmp_path / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/calls\nexit {status}')
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(tmp_path / "node"))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "calls"


def test_the_browser_tests_install_what_they_lack_as_root(without_driver, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 0)
    with pytest.raises(SystemExit, match=r"Playwright's driver does not start.*apt install chromium libatomic1"):
        chromium.main()
    asked = [line for line in without_driver.read_text().splitlines() if line.startswith("apt-get")]
    assert asked == ["apt-get update", "apt-get install -y libatomic1", "apt-get install -y chromium"]


def test_the_browser_tests_ask_nobody_for_a_password(without_driver, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(SystemExit, match=r"Chromium.*libatomic1"):
        chromium.main()
    assert "apt-get" not in without_driver.read_text()
    asked = []
    monkeypatch.setattr(chromium, "lacking", lambda: "Chromium")
    monkeypatch.setattr(chromium, "quietly", lambda command: asked.append(command[2:]))
    chromium.install()
    assert asked == [["playwright", "install", "chromium"]]


def test_a_missing_chromium_is_noticed(tmp_path):
    environment = {**os.environ, "PATH": str(tmp_path), "CHROMIUM": "", "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    code = "from tests import chromium; print(chromium.lacking())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "Chromium\n"
