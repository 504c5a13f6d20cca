"""The interface does what it says of itself, whatever it is asked: Schemathesis asks, by the served description."""

import asyncio
import sys
from pathlib import Path

import pytest

from messages.store.database import Database
from schedules.policy import load
from tests.interface import CAUTION, calling

SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))
BRIEF = 12
"""So many requests of each kind are made up, unless more are wanted: ``pytest --fuzz 100``."""
EDGES_OF_OTHERS = "".join(
    f'[[operations]]\ninclude-operation-id = "{operation}"\nphases.coverage.enabled = false\n'
    for operation in ("submitItem", "tellTender")
)
"""It takes long to find each edge of an item or a matter: a brief run only makes them up."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whatever_is_asked_is_answered_as_described(
    db: Database, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    most = pytestconfig.getoption("fuzz")
    (tmp_path / "schemathesis.toml").write_text("" if most else EDGES_OF_OTHERS)
    policy = load()
    often = policy.interface.model_copy(update={"requests_a_minute": 60_000})
    async with calling(db, policy.model_copy(update={"interface": often})) as caller:
        token = await caller.token()
        await caller.submit(token, CAUTION)
        asking = await asyncio.create_subprocess_exec(
            *(SCHEMATHESIS, "run", f"{caller.url}/openapi.json", "--header", f"Authorization: Bearer {token}"),
            *("--phases", "coverage,fuzzing", "--max-examples", str(most or BRIEF), "--workers", "1"),
            *("--seed", "20260921", "--no-color"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asking.communicate()
    assert asking.returncode == 0, said.decode()
