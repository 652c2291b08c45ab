"""A run that does not end is seen by the probe, and keeps nobody else waiting."""

import subprocess
import sys
import time

import pytest

from tests.browser.conftest import ROOT, serve


@pytest.fixture
def stuck_app():
    server, address = serve("tests/browser/stuck_app.py", "--server.scriptHealthCheckEnabled", "true")
    yield address
    server.terminate()
    server.wait(10)


def probe(address):
    command = [sys.executable, "deploy/probe.py", address.rstrip("/")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_probe_sees_a_run_that_does_not_end_and_others_go_on(stuck_app, browser):
    assert probe(stuck_app).returncode == 0
    one, other = browser.new_page(), browser.new_page()
    one.goto(f"{stuck_app}?stuck=1")
    one.get_by_role("heading", name="Does a probe").wait_for()
    other.goto(stuck_app)
    other.get_by_text("Here all ends.").wait_for(timeout=10_000)
    deadline = time.monotonic() + 30
    while (seen := probe(stuck_app)).returncode == 0 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert seen.returncode == 1
    assert "stuck or down" in seen.stderr
    one.close()
    other.close()


def test_the_probe_sees_a_server_that_is_down():
    assert probe("http://127.0.0.1:9").returncode == 1
