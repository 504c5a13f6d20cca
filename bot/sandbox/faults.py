"""Fault switches: what a test makes go wrong, for which method and chat, and how often."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Self

from bot.sandbox.errors import ApiError, LineDropped, too_many


class Effect(StrEnum):
    """What a fault does to a call."""

    REFUSE = "refuse"  # an error answer
    DROP = "drop"  # the connection is cut
    HANG = "hang"  # no answer ever comes


@dataclass(kw_only=True, eq=False)
class Switch:
    """One fault, on until it has struck ``times`` times or is cleared; None for ``times`` is without end.

    ``method`` and ``chat_id`` narrow it; None means any. With ``after`` the call is carried out first and only its
    answer is lost. ``hit`` is set when it has struck.
    """

    effect: Effect
    error: ApiError | None = None
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    after: bool = False
    struck: int = 0
    hit: asyncio.Event = field(default_factory=asyncio.Event)
    _chance: Random | None = field(init=False, default=None)
    _share: float = field(init=False, default=1.0)

    def sometimes(self, share: float, seed: int) -> Self:
        """Strike only this share (0 to 1) of the calls that it meets, the same ones for the same ``seed``."""
        self._share, self._chance = share, Random(seed)  # noqa: S311 -- a repeatable test, no secret
        return self

    def meets(self, method: str, chat_id: int | None) -> bool:
        """Whether it strikes such a call; asked once for each call."""
        return (
            (self.times is None or self.struck < self.times)
            and (self.method is None or self.method.lower() == method.lower())
            and (self.chat_id is None or self.chat_id == chat_id)
            and (self._chance is None or self._chance.random() < self._share)
        )


class FaultSwitches:
    """The switches that are on. What concerns a person (blocked, gone, moved) is a state of the chat instead."""

    def __init__(self) -> None:
        """Begin with none on."""
        self.on: list[Switch] = []
        self._cleared = asyncio.Event()

    def turn_on(self, switch: Switch) -> Switch:
        """Add a switch made by hand."""
        self.on.append(switch)
        return switch

    def server_error(
        self,
        status: int = 502,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        times: int | None = 1,
        after: bool = False,
    ) -> Switch:
        """Answer with a 5xx."""
        words = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
        return self.refuse(
            status, words.get(status, "Internal Server Error"), method=method, chat_id=chat_id, times=times, after=after
        )

    def refuse(
        self,
        code: int,
        description: str,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        times: int | None = 1,
        after: bool = False,
    ) -> Switch:
        """Answer with any error."""
        error = ApiError(code, description)
        return self.turn_on(
            Switch(effect=Effect.REFUSE, error=error, method=method, chat_id=chat_id, times=times, after=after)
        )

    def flood(
        self, retry_after: int, *, method: str | None = None, chat_id: int | None = None, times: int | None = 1
    ) -> Switch:
        """Answer 429 with ``retry_after`` seconds."""
        return self.turn_on(
            Switch(effect=Effect.REFUSE, error=too_many(retry_after), method=method, chat_id=chat_id, times=times)
        )

    def drop(
        self, *, method: str | None = None, chat_id: int | None = None, times: int | None = 1, after: bool = False
    ) -> Switch:
        """Cut the connection, before the call is carried out or ``after``."""
        return self.turn_on(Switch(effect=Effect.DROP, method=method, chat_id=chat_id, times=times, after=after))

    def hang(
        self, *, method: str | None = None, chat_id: int | None = None, times: int | None = 1, after: bool = False
    ) -> Switch:
        """Give no answer until the switches are cleared or the sandbox stops; then the connection is cut."""
        return self.turn_on(Switch(effect=Effect.HANG, method=method, chat_id=chat_id, times=times, after=after))

    def clear(self) -> None:
        """Turn everything off and let go of what hangs."""
        self.on.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    async def strike(self, method: str, chat_id: int | None, *, after: bool) -> None:
        """Do what the first switch that meets the call does: raise ``ApiError`` or ``LineDropped``, or hang."""
        switch = next((one for one in self.on if one.after is after and one.meets(method, chat_id)), None)
        if switch is None:
            return
        switch.struck += 1
        switch.hit.set()
        if switch.error is not None:
            raise switch.error
        if switch.effect is Effect.HANG:
            await self._cleared.wait()
        raise LineDropped
