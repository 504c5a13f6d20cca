"""Metrics in Prometheus' text format, read from the running parts at each scrape."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is measured: counts since the process started, its bots, and their rate a second (0: no limit)."""

    sent: int
    failed: int
    floods: int
    faults: int
    bots: int
    refused: int
    rate: float
    restarts: int
    job_failures: int


class Metrics(Collector):
    """Shows the figures of one service."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        """``figures`` reads them at a scrape."""
        self._figures = figures
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """The figures as metrics."""
        now = self._figures()
        yield _counter("lianxun_sends", "Messages that the Bot API took.", now.sent)
        yield _counter("lianxun_send_failures", "Sends with another outcome.", now.failed)
        yield _counter("lianxun_floods", "Times the Bot API asked for silence.", now.floods)
        yield _counter("lianxun_message_faults", "Messages that could not be made: a fault of ours.", now.faults)
        yield _counter("lianxun_task_restarts", "Tasks begun again after a failure.", now.restarts)
        yield _counter(
            "lianxun_job_failures", "Planning passes, and single things due in them, that failed.", now.job_failures
        )
        yield GaugeMetricFamily("lianxun_bots", "Bots for which this process sends.", now.bots)
        yield GaugeMetricFamily("lianxun_tokens_refused", "Those of them whose token is refused.", now.refused)
        yield GaugeMetricFamily("lianxun_send_rate", "Their present rates a second together; 0 is no limit.", now.rate)

    def text(self) -> bytes:
        """The exposition."""
        return generate_latest(self._registry)


def _counter(name: str, about: str, value: int) -> CounterMetricFamily:
    return CounterMetricFamily(name, about, value)
