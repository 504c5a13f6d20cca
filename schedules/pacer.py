"""The pace of one bot token: as fast as the wire allows, never faster.

The Bot API's limits are its own to count, at its own end: a request counts when it arrives there, which is some time
between our start and its answer. So a chat, and the window of one second over all chats, is free again one period
after the *answer* of the send that occupied it (after its start, as long as there is no answer). What is spaced
evenly then arrives within the limit even where our process or the network stumbles.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_GUARD: Final = 0.003
"""Seconds left free at the end of each period: two clocks never agree to the millisecond."""
_UNANSWERED: Final = 0.5
"""A send without an answer for this many seconds is taken to have arrived by then."""
_EVEN: Final = 1.01
"""Sends are spaced evenly at this multiple of the rate's period, a little below the limit …"""
_CATCH_UP: Final = 0.25
"""… and after a stumble of ours up to this many seconds of lost places are made good …"""
_CLOSEST: Final = 0.5
"""… at no less than this multiple of the rate's period: a crash repeats what is in flight, so that is to be little."""
_RECOVERY: Final = 0.05
"""After a flood error the rate regains this share of the full rate …"""
_RECOVERY_EVERY: Final = 5.0
"""… for each of this many quiet seconds."""
_GROUP_PERIOD: Final = 60.0
_PRUNE_AT: Final = 20_000
"""How many chats are remembered before those that are free again are forgotten."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the wire allows: ``rate`` a second over all chats (0: no such limit), then a chat, then a group's minute."""

    rate: float = 30.0
    chat_seconds: float = 1.0
    group_per_minute: int = 20

    def chat_period(self, chat_id: int) -> float:
        """Seconds between two messages to a chat in the long run."""
        return self.chat_seconds if chat_id > 0 else max(self.chat_seconds, _GROUP_PERIOD / self.group_per_minute)


@dataclass(eq=False)
class Send:
    """One send on the wire; ``ended`` when its answer is in. ``waiting`` for an instant that it was promised."""

    chat_id: int
    started: float
    ended: float | None = None
    waiting: bool = False

    def arrived_by(self) -> float:
        """The latest instant at which the other side may have counted it.

        Of one that still waits it is the promised instant: whoever counts on that looks again when it comes.
        """
        if self.ended is not None:
            return self.ended
        return self.started if self.waiting else self.started + _UNANSWERED


@dataclass(eq=False)
class Pacer:
    """Says when the next send may start. All instants are seconds of ``steady``."""

    limits: Limits
    steady: Callable[[], float]
    floods: int = 0
    _rate: float = field(init=False)
    _paused_until: float = field(init=False, default=0.0)
    _rate_changed: float = field(init=False, default=0.0)
    _next: float = field(init=False, default=0.0)
    _closest: float = field(init=False, default=0.0)
    _window: deque[Send] = field(init=False, default_factory=deque)
    _chats: dict[int, Send] = field(init=False, default_factory=dict)
    _groups: dict[int, deque[Send]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Start at the full rate."""
        self._rate = self.limits.rate

    @property
    def rate(self) -> float:
        """The present overall rate a second; 0 where there is no overall limit."""
        return self._rate

    @property
    def silent_until(self) -> float:
        """Until when the whole bot is silent, whatever it would do."""
        return self._paused_until

    def free_at(self) -> float:
        """When the wire as a whole is free for one more send."""
        free = self._paused_until
        if not self.limits.rate:
            return free
        self._recover()
        while len(self._window) > self._size():
            self._window.popleft()
        if len(self._window) == self._size():
            free = max(free, self._free_after(self._window[0]))
        return max(free, self._next, self._closest)

    def chat_free_at(self, chat_id: int) -> float:
        """When this chat may be written to again."""
        last = self._chats.get(chat_id)
        free = last.arrived_by() + self.limits.chat_seconds + _GUARD if last else 0.0
        in_group = self._groups.get(chat_id)
        if in_group and len(in_group) >= self.limits.group_per_minute:
            free = max(free, in_group[0].arrived_by() + _GROUP_PERIOD + _GUARD)
        return free

    def start(self, chat_id: int, at: float | None = None) -> Send:
        """A send to ``chat_id`` starts now (or was promised the instant ``at``)."""
        send = Send(chat_id, self.steady() if at is None else at)
        if self.limits.rate:
            self._window.append(send)
            while len(self._window) > self._size():
                self._window.popleft()
            self._next = max(self._next, send.started - _CATCH_UP) + _EVEN / self._rate
            self._closest = send.started + _CLOSEST / self._rate
        self._chats[chat_id] = send
        if chat_id < 0:
            self._groups.setdefault(chat_id, deque(maxlen=self.limits.group_per_minute)).append(send)
        if len(self._chats) > _PRUNE_AT:
            self._prune()
        return send

    def end(self, send: Send) -> None:
        """The answer to a send is in, whatever it says."""
        send.ended = self.steady()

    def flooded(self, retry_after: float) -> None:
        """The Bot API asked for silence: the whole bot waits, then goes on at half the rate."""
        now = self.steady()
        self.floods += 1
        self._paused_until = max(self._paused_until, now + retry_after)
        if self._paused_until > self._rate_changed:
            self._rate = max(1.0, self._rate / 2) if self.limits.rate else 0.0
            self._rate_changed = self._paused_until

    def pause(self, seconds: float) -> None:
        """Be silent for so long, at an unchanged rate."""
        self._paused_until = max(self._paused_until, self.steady() + seconds)

    async def answer(self, chat_id: int) -> Send:
        """Take the very next place on the wire for an answer to a person, ahead of everything that queues.

        It waits only for the wire itself: never behind a notice. Many at once are promised instants that may lie
        seconds ahead, so what each counted on is looked at again when its instant comes.
        """
        send, ahead = self._promise(chat_id)
        while True:
            await asyncio.sleep(send.started - self.steady())
            if self._paused_until > self.steady():
                if send in self._window:
                    self._window.remove(send)
                send, ahead = self._promise(chat_id)
            elif ahead is not None and self._free_after(ahead) > self.steady():
                send.started = self._free_after(ahead)
            else:
                send.waiting = False
                return send

    def _promise(self, chat_id: int) -> tuple[Send, Send | None]:
        """A place on the wire, and the send whose answer frees it."""
        at = max(self.steady(), self.free_at(), self.chat_free_at(chat_id))
        ahead = self._window[0] if self.limits.rate and len(self._window) == self._size() else None
        send = self.start(chat_id, at)
        send.waiting = True
        return send, ahead

    def _size(self) -> int:
        """How many sends fill the window of all chats."""
        return max(1, int(self._rate))

    def _free_after(self, ahead: Send) -> float:
        """When the place that a send took in that window is free again."""
        # Never less than a second: 28.5 a second is 28 in 0.98 s, and with lost places made good 31 and more in one.
        return ahead.arrived_by() + max(1.0, self._size() / self._rate) + _GUARD

    def _recover(self) -> None:
        quiet = self.steady() - self._rate_changed
        if self._rate < self.limits.rate and quiet >= _RECOVERY_EVERY:
            steps = int(quiet / _RECOVERY_EVERY)
            self._rate = min(self.limits.rate, self._rate + steps * _RECOVERY * self.limits.rate)
            self._rate_changed += steps * _RECOVERY_EVERY

    def _prune(self) -> None:
        now = self.steady()
        self._chats = {chat: send for chat, send in self._chats.items() if self.chat_free_at(chat) > now}
        self._groups = {
            chat: sends for chat, sends in self._groups.items() if sends[-1].arrived_by() + _GROUP_PERIOD > now
        }
