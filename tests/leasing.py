"""Leases kept for a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from messages.store.lease import PLANNING, Lease, Leases


@asynccontextmanager
async def keeping(leases: Leases) -> AsyncIterator[Leases]:
    """They are kept within the block, as a process that runs would, and lost after it."""
    task = asyncio.create_task(leases.run())
    try:
        while not await leases.take(_ANY):
            await asyncio.sleep(0)
            if task.done():
                task.result()
        await leases.give_back(_ANY)
        yield leases
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


_ANY = Lease(PLANNING.duty, 999_999)
