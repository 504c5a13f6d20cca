"""The command line of an office as a test calls it: in this process, with the settings of the office."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli


def settle(monkeypatch: pytest.MonkeyPatch, folder: Path, url: str, now: datetime | None = None) -> None:
    """Commands are about the office in this folder, with its database there, and its clock at ``now``."""
    settings = {"DATA_DIR": str(folder / "data"), "DATABASE_URL": url, "LOCALE": "en", "TELEGRAM_TOKEN": ""}
    if now is not None:
        settings["CLOCK"] = now.isoformat()
    for name, value in settings.items():
        monkeypatch.setenv(f"LIANXUN_{name}", value)


def call(*words: object, code: int = 0) -> Result:
    """What a command said, which ended with ``code``."""
    said = CliRunner().invoke(cli, [str(word) for word in words])
    assert said.exit_code == code, said.output
    return said


def document(*words: object, code: int = 0) -> Any:  # noqa: ANN401 -- any document
    """The one document on standard output."""
    return json.loads(call(*words, "--json", code=code).stdout)
