"""The parts of the benchmark, each measured in a process of its own."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog
import uvloop

from tests.benchmarks import (
    bench_acks,
    bench_bots,
    bench_claims,
    bench_fanout,
    bench_items,
    bench_ledger,
    bench_pages,
    bench_rate,
    bench_register,
    bench_register_import,
    bench_statistics,
    bench_steps,
    bench_tenders,
    bench_throughput,
    bench_urgent,
)
from tests.benchmarks.figures import Part

PARTS: Final[dict[str, Callable[..., Coroutine[Any, Any, Part]]]] = {
    "rate": bench_rate.measure,
    "throughput": bench_throughput.measure,
    "urgent": bench_urgent.measure,
    "acks": bench_acks.measure,
    "fanout": bench_fanout.measure,
    "steps": bench_steps.measure,
    "claims": bench_claims.measure,
    "bots": bench_bots.measure,
    "items": bench_items.measure,
    "pages": bench_pages.measure,
    "register": bench_register.measure,
    "import": bench_register_import.measure,
    "tenders": bench_tenders.measure,
    "ledger": bench_ledger.measure,
    "statistics": bench_statistics.measure,
}


def measured(name: str, quick: bool) -> Part:  # noqa: FBT001 -- called across processes
    """Measure a part on an event loop of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for library in ("telegram", "apscheduler"):  # the peer logs every flood error: they are counted
        logging.getLogger(library).setLevel(logging.CRITICAL)
    return uvloop.run(PARTS[name](quick=quick))
