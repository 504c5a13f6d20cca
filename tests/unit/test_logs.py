"""With LIANXUN_LOG_FORMAT=json each line on standard error is a document, whoever has something to say."""

import json
import subprocess
import sys
from pathlib import Path

SAYING = """
import logging
from bot.logs import configure
from bot.settings import LogFormat

configure(LogFormat.JSON)
logging.getLogger("apscheduler.scheduler").warning("run of %s skipped", "a job")
logging.getLogger("apscheduler.scheduler").info("nobody wants to know")
try:
    raise ValueError("no")
except ValueError:
    logging.getLogger("aiohttp.server").exception("fault")
"""


def test_what_a_library_warns_of_is_a_line_as_well() -> None:
    """The scheduler said in plain words that it passed over a wake, and what read the lines stumbled over that."""
    repository = Path(__file__).parents[2]
    said = subprocess.run([sys.executable, "-c", SAYING], cwd=repository, capture_output=True, check=True)
    first, second = [json.loads(line) for line in said.stderr.splitlines()]
    assert (first["event"], first["level"], first["logger"]) == (
        "run of a job skipped",
        "warning",
        "apscheduler.scheduler",
    )
    assert (second["level"], "ValueError: no" in second["exception"]) == ("error", True)
