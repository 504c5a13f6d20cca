"""The disk is full: nothing is sent that cannot be recorded, no press is answered, and with space all goes on."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.promises import lines, nothing_is_permanent
from tests.service import BEFORE, DUE, PATIENCE, chat, town, until

HEADING = "国庆节"
TEXT = "请大家注意"
AWAY = "the database is away; nothing is lost, everything waits for it"
BACK = "the database is back"
SIZE = 8 * 1024 * 1024
PEOPLE = 60


def _mount(folder: Path) -> bool:
    """Whether a small file system could be mounted there: only who administers the machine may."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or not shutil.which("mount") or not _mount(folder):
        pytest.skip("a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


class Ballast:
    """What fills the rest of the disk."""

    def __init__(self, disk: Path) -> None:
        self._file = disk / "ballast"

    def fill(self) -> None:
        """Until not one more page fits."""
        with suppress(OSError), self._file.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def remove(self) -> None:
        self._file.unlink()


async def founded(disk: Path, sqlite_template: Path) -> str:
    """The address of an empty office's file on that disk."""
    await asyncio.to_thread(shutil.copyfile, sqlite_template, disk / "lianxun.db")
    return f"sqlite:///{disk}/lianxun.db"


async def test_a_full_disk_stops_a_broadcast_and_space_lets_it_go_on(
    small_disk: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    """Promises 1 and 2: lost 0; repeated 0, as the process lives on and remembers what it could not record."""
    ballast = Ballast(small_disk)
    async with town(tmp_path, PEOPLE, url=await founded(small_disk, sqlite_template)) as place:
        with capture_logs() as logs:
            async with place.serving(BEFORE, send_rate=30) as service:
                notice_id = await place.issue(service, TEXT)
                await until(lambda: sum(place.said(TEXT).values()) >= 10)
                await asyncio.to_thread(ballast.fill)
                await until(lambda: bool(lines(logs, AWAY)))
                await until(lambda: service.supervisor.restarts["senders"] >= 2)
                counts = await place.counts(notice_id)
                sent = sum(place.said(TEXT).values())
                assert sent - counts.delivered <= counts.sending  # each intent was recorded before
                assert sent < PEOPLE
                await asyncio.to_thread(ballast.remove)
                await place.settled(notice_id, delivered=PEOPLE)
                await until(lambda: bool(lines(logs, BACK)))
        assert place.said(TEXT) == place.everyone()
        await nothing_is_permanent(place)
        (line,) = lines(logs, AWAY)
        assert "full" in line["error"]


async def test_presses_while_the_disk_is_full_are_answered_when_they_are_recorded(
    small_disk: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    """Promise 3: what is read is still answered; no press is said to be recorded that is not, and none is lost."""
    ballast = Ballast(small_disk)
    async with town(tmp_path, 8, url=await founded(small_disk, sqlite_template)) as place:
        with capture_logs() as logs:
            async with place.serving(BEFORE) as service:
                await service.move_clock(DUE)
                await place.settled(await place.notice_id(), delivered=8)
                await asyncio.to_thread(ballast.fill)
                presses = [asyncio.create_task(place.press(n, place.heard(n, HEADING)[0])) for n in range(1, 7)]
                await until(lambda: bool(lines(logs, AWAY)))
                await place.sandbox.send_text(chat(8), "/help")
                await until(lambda: bool(place.heard(8, "/inbox")))
                assert await place.acknowledged() == 0
                assert not place.sandbox.calls("answerCallbackQuery")
                await asyncio.to_thread(ballast.remove)
                async with asyncio.timeout(PATIENCE):
                    assert all(await asyncio.gather(*presses))
                assert await place.acknowledged() == 7  # the second person holds two posts
        assert len(lines(logs, AWAY)) == 1
