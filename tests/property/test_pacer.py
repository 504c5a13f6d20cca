"""However the network and the process stumble, the other side never counts more than it allows."""

import heapq
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.pacer import Limits, Pacer, Send

LONGEST_WAY = 0.5  # a request that takes longer to arrive than this is told by a flood error


class Wire:
    """Sends as fast as the pacer allows; each arrives some time before its answer."""

    def __init__(self, rate: float) -> None:
        self.now = 100.0
        self.pacer = Pacer(Limits(rate=rate), lambda: self.now)
        self.arrivals: list[float] = []
        self._answers: list[tuple[float, int, Send]] = []

    def to(self, instant: float) -> None:
        """The time goes on; answers come in."""
        while self._answers and self._answers[0][0] <= instant:
            at, _, send = heapq.heappop(self._answers)
            self.now = max(self.now, at)
            self.pacer.end(send)
        self.now = max(self.now, instant)

    def send(self, latency: float, way: float) -> None:
        """The next send, as soon as it may go; it arrives after the share ``way`` of its latency."""
        while (free := self.pacer.free_at()) > self.now:
            before_answer = self._answers[0][0] if self._answers else free
            self.to(min(free, max(before_answer, self.now)))
        started = self.now
        send = self.pacer.start(len(self.arrivals))
        self.arrivals.append(started + min(latency * way, LONGEST_WAY))
        heapq.heappush(self._answers, (started + latency, len(self.arrivals), send))

    def most_in_a_second(self) -> int:
        arrivals = sorted(self.arrivals)
        most, first = 0, 0
        for place, at in enumerate(arrivals):
            while at - arrivals[first] >= 1.0:
                first += 1
            most = max(most, place - first + 1)
        return most


latencies = st.one_of(st.floats(0, 0.05), st.floats(0, 0.6), st.floats(0, 5))
ways = st.floats(0, 1)
stumbles = st.one_of(st.just(0.0), st.just(0.0), st.just(0.0), st.floats(0, 0.5), st.floats(0, 3))
sends = st.lists(st.tuples(latencies, ways, stumbles), min_size=40, max_size=90)


@given(sends=sends, rate=st.sampled_from([1, 12.5, 28.5, 30]))
@settings(max_examples=60)
def test_no_second_ever_holds_more_than_the_rate(sends: list[tuple[float, float, float]], rate: float) -> None:
    wire = Wire(rate)
    for latency, way, stumble in sends:
        wire.send(latency, way)
        wire.to(wire.now + stumble)
    assert wire.most_in_a_second() <= rate


@given(sends=sends, quiet=st.floats(0, 60))
@settings(max_examples=40)
def test_a_rate_that_is_coming_back_never_exceeds_the_full_one(
    sends: list[tuple[float, float, float]], quiet: float
) -> None:
    wire = Wire(30)
    wire.pacer.flooded(1.0)
    wire.to(wire.now + 1.0 + quiet)
    for latency, way, stumble in sends:
        wire.send(latency, way)
        wire.to(wire.now + stumble)
    assert wire.most_in_a_second() <= 30


@given(latency=st.lists(st.floats(0.0005, 0.01), min_size=20, max_size=20), rate=st.sampled_from([10, 30, 100]))
@settings(max_examples=8)
def test_a_calm_wire_carries_97_hundredths_of_the_rate(latency: list[float], rate: float) -> None:
    wire = Wire(rate)
    for number in range(int(rate) * 10):
        wire.send(latency[number % len(latency)], 0.5)
    assert (len(wire.arrivals) - 1) / (wire.arrivals[-1] - wire.arrivals[0]) >= 0.97 * rate
    assert all(later > earlier - 0.01 for earlier, later in pairwise(wire.arrivals))


@given(chats=st.lists(st.tuples(st.integers(0, 3), latencies, ways), min_size=10, max_size=60))
@settings(max_examples=40)
def test_a_chat_never_gets_two_within_a_second(chats: list[tuple[int, float, float]]) -> None:
    wire = Wire(0)
    arrived: dict[int, list[float]] = {}
    for chat, latency, way in chats:
        while (free := wire.pacer.chat_free_at(chat)) > wire.now:
            wire.to(min(free, wire.now + 0.05))
        send = wire.pacer.start(chat)
        arrived.setdefault(chat, []).append(wire.now + min(latency * way, LONGEST_WAY))
        heapq.heappush(wire._answers, (wire.now + latency, len(wire._answers), send))  # noqa: SLF001 -- its own wire
    for arrivals in arrived.values():
        assert all(later - earlier >= 1 for earlier, later in pairwise(arrivals))
