"""Leases kept for a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from messages.store.lease import Leases


@asynccontextmanager
async def keeping(leases: Leases) -> AsyncIterator[Leases]:
    """They are kept within the block, as a process that runs would, and lost after it."""
    task = asyncio.create_task(leases.run())
    try:
        await asyncio.wait([task, ready := asyncio.create_task(leases.ready())], return_when=asyncio.FIRST_COMPLETED)
        await ready
        yield leases
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
