"""Processes of the command line, each with a pid, an environment and an end of its own: killed, frozen, started twice.

``python -m bot`` takes two seconds of a processor to import what it is made of. Here one process a test run has done
so, and each that is asked for is forked from it, before anything has begun: it goes on as ``python -m`` would, by
running the module anew under its own arguments and environment. (``test_demo_command.py`` starts one by its command.)
"""

import asyncio
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Self
from zoneinfo import ZoneInfo

import bot.app
import bot.cli
import bot.cli.frame
from messages.text.catalog import Catalog
from schedules.clock import Clock

_REPOSITORY: Final = Path(__file__).parents[1]
_LONGEST: Final = 1 << 20
_MOST_UNREAD: Final = 1 << 24
_COUNT: Final = 0.02


class _Pipe(asyncio.StreamReaderProtocol):
    """The end of a pipe from which is read, until the other end is closed."""

    def __init__(self) -> None:
        self.reader = asyncio.StreamReader(_MOST_UNREAD)
        self.ended = asyncio.Event()
        super().__init__(self.reader)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.ended.set()

    @classmethod
    async def reading(cls, pipe: int) -> Self:
        _, protocol = await asyncio.get_running_loop().connect_read_pipe(cls, os.fdopen(pipe, "rb"))
        return protocol


class Process:
    """One that was started, used as ``asyncio.subprocess.Process`` is."""

    def __init__(self, pid: int, *pipes: _Pipe) -> None:
        self.pid = pid
        self.returncode: int | None = None
        """Its exit code, or the signal that ended it as a negative number; None while it runs."""
        self.stdout, self.stderr, self._told = [pipe.reader for pipe in pipes]
        self._pipes = pipes
        self._ending = asyncio.create_task(self._end())

    @classmethod
    async def start(cls, module: str, *words: str, environment: Mapping[str, str]) -> Self:
        """Run ``python -m module words`` in the repository, with this environment alone."""
        pairs = [os.pipe() for _ in range(3)]  # standard output, standard error, what is told of it
        asked = json.dumps([module, words, dict(environment)]).encode()
        socket.send_fds(_started()[1], [asked], [its for _, its in pairs])
        for _, its in pairs:
            os.close(its)
        pipes = [await _Pipe.reading(ours) for ours, _ in pairs]
        return cls(int(await pipes[-1].reader.readline()), *pipes)

    async def _end(self) -> int:
        self.returncode = int(await self._told.readline())
        for pipe in self._pipes:
            await pipe.ended.wait()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Nothing is done once it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        return await self._ending

    async def seconds_to_end(self) -> float:
        """How long it takes to end, counted in short sleeps: while the machine has no time for us, none goes by."""
        counted = 0
        while self.returncode is None:
            await asyncio.sleep(_COUNT)
            counted += 1
        return counted * _COUNT

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it still has to say on standard output and standard error, once it has ended."""
        out, err, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return out, err


@cache
def _started() -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        command = [sys.executable, "-m", "tests.processes", str(its.fileno())]
        silent = subprocess.DEVNULL
        process = subprocess.Popen(
            command, cwd=_REPOSITORY, env={}, pass_fds=[its.fileno()], stdin=silent, stdout=silent
        )
        return process, ours


def end() -> None:
    """The process from which the others are forked ends, if it was needed at all."""
    if _started.cache_info().currsize:
        process, ours = _started()
        ours.close()
        process.wait()
        _started.cache_clear()


# ── in the process from which the others are forked ──


def _serve(asking: socket.socket) -> None:
    Catalog.load()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who looks after a process ends with it, and nobody waits for that
    while True:
        asked, pipes, *_ = socket.recv_fds(asking, _LONGEST, 3)
        if not asked:
            return
        if os.fork() == 0:
            asking.close()
            _look_after(asked, *pipes)
            return
        for pipe in pipes:
            os.close(pipe)


def _look_after(asked: bytes, out: int, err: int, told: int) -> None:
    """Fork it, say its pid, and how it ended; returns in the process itself once that has come to its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if (pid := os.fork()) == 0:
        os.close(told)
        os.dup2(out, 1)
        os.dup2(err, 2)
        for pipe in (out, err):
            os.close(pipe)
        _become(*json.loads(asked))
        return
    for pipe in (out, err):
        os.close(pipe)
    os.write(told, b"%d\n" % pid)
    _, status = os.waitpid(pid, 0)
    os.write(told, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(module: str, words: list[str], environment: Mapping[str, str]) -> None:
    os.environ.clear()  # noqa: TID251 -- the new process's own
    os.environ.update(environment)  # noqa: TID251
    setattr(bot.cli.frame, "PROCESS_BEGAN", Clock(ZoneInfo("UTC")).steady())  # noqa: B010 -- it begins now
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
