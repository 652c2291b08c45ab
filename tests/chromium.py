"""The Chromium of the browser tests. `python -m tests.chromium` installs what it lacks, or fails with a sentence."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PLAYWRIGHT = (sys.executable, "-m", "playwright")
LACKING = """The browser tests need Chromium, and Playwright's driver on Linux the library libatomic1.
Here {} does not start. On Debian: apt install chromium libatomic1 (as root).
Elsewhere: install Chromium or Chrome, or say in the variable CHROMIUM where it is."""


def find() -> str | None:
    """The path of a Chromium: $CHROMIUM or one on the PATH. None is Playwright's own, for whoever launches it."""
    for name in (os.environ.get("CHROMIUM"), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    return None


def lacking() -> str:
    """What does not start here, "Playwright's driver" or "Chromium"; nothing where both do."""
    if not quietly([*PLAYWRIGHT, "--version"]):
        return "Playwright's driver"
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(executable_path=find(), args=FLAGS).close()
    except Error:
        return "Chromium"
    return ""


def quietly(command: Sequence[str]) -> bool:
    """Whether a command succeeds that may ask nothing and whose words are not shown."""
    silent = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=silent, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


def install() -> None:
    """By Debian's package manager where we are root, or else Playwright's own build; nothing asks for a password."""
    root = sys.platform != "win32" and os.getuid() == 0
    print("Installing what the browser tests need: a minute or two, and only this once.", flush=True)
    if root and shutil.which("apt-get"):
        quietly(["apt-get", "update"])
        for package in ("libatomic1", "chromium"):  # one by one: Ubuntu has the first alone
            quietly(["apt-get", "install", "-y", package])
    if lacking() == "Chromium":
        quietly([*PLAYWRIGHT, "install", *(["--with-deps"] if root else []), "chromium"])


def main() -> None:
    if lacking():
        install()
    if what := lacking():
        sys.exit(LACKING.format(what))


if __name__ == "__main__":
    main()
