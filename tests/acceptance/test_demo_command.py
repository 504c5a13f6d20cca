"""``lianxun demo``: what it refuses, it refuses before anything is made or erased."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "demo", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_port_that_is_taken_costs_no_data(tmp_path: Path) -> None:
    """``--fresh`` erased the folder first and was refused the port after it."""
    kept = tmp_path / "lianxun.db"
    kept.write_bytes(b"kept")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = demo("--port", str(taken.getsockname()[1]), "--data", str(tmp_path), "--fresh")
    assert said.returncode == 1
    assert kept.read_bytes() == b"kept"
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("instant", ["0001-01-01", "9999-12-31T23:59:59Z", "garbage"])
def test_a_clock_out_of_reach_is_refused_plainly(tmp_path: Path, instant: str) -> None:
    said = demo("--port", "0", "--data", str(tmp_path / "new"), "--clock", instant)
    assert said.returncode == 2
    assert "--clock accepts" in said.stderr
    assert not (tmp_path / "new").exists()
