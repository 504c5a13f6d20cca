"""Logs: structured lines on standard error; no secret ever stands in them."""

import logging
import sys
from typing import Final

import structlog

from bot.settings import LogFormat

# Their request lines carry the token in the URL.
_QUIET: Final = ("httpx", "httpcore", "telegram", "aiohttp.access", "apscheduler", "asyncio", "alembic")


class _Lines(logging.Handler):
    """What a library warns of is a line like any other: programs read them all."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it as our own lines are said."""
        structlog.get_logger().log(
            record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info or None
        )


def configure(log_format: LogFormat) -> None:
    """Set up logging once for the process."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format is LogFormat.JSON
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    tail: list[structlog.typing.Processor] = [structlog.processors.format_exc_info, renderer]
    structlog.configure(
        processors=[*shared, *tail],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Standard error as it is at each line, not as it was at the start: it may be another one by then.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Lines()], level=logging.WARNING)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
