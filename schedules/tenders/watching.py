"""Sources of matters looked at by themselves: watched folders and polled addresses.

1. A source that is due is first put off until its next look, so that no failure makes it be looked at again and again.
2. What is new of it (by its digest) is read and taken as an import takes a file.
3. What came of it is remembered; what was refused is told to the office once, and is not read again until it changes.

A crash between 2 and 3 takes the same once more, which changes nothing. The process that plans does it, no other.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

import structlog

from messages.errors import Fault, Refused, refused
from messages.store import feeds, notices
from messages.store.database import Database, DatabaseFailure, is_away
from messages.store.feeds import Feed
from messages.text.phrase import phrase
from schedules.apart import Apart
from schedules.policy.tender_sources import SourceTerms
from schedules.tenders.folders import Seen, digest_of, files_of
from schedules.tenders.importing import ImportReport, Wish
from schedules.tenders.polling import (
    TOLD_AFTER,
    Answer,
    Asked,
    Failed,
    Fetch,
    Given,
    Trouble,
    Unchanged,
    asked_for,
    ending_of,
    next_look,
    said_of,
)
from schedules.tenders.source_reports import left_of, told_of

_SETTLING: Final = timedelta(seconds=10)
"""So much later it is seen whether a file that is new is still being written."""
_HEAD: Final = 64
_ANSWER: Final = "answer-"
_LONGEST_ERROR: Final = 300
_UNKNOWN: Final = phrase("It cannot be read. It is not tried again until it changes; the service's log says more.")

log: Final = structlog.get_logger(__name__)


Take: TypeAlias = Callable[[Path, datetime, Wish], Awaitable[ImportReport]]
"""Takes the matters of a file. Raises ``Refused`` with every fault: nothing is taken then."""


@dataclass(frozen=True, kw_only=True)
class Came:
    """What was found of a source: a file by its name (empty: what an address gave), and its content's digest."""

    file: str
    path: Path
    digest: str


class Watching:
    """Looks at the sources of the policy."""

    def __init__(
        self,
        *,
        db: Database,
        take: Take,
        sources: Mapping[str, SourceTerms],
        fetch: Fetch,
        folder: Path,
        apart: Apart,
    ) -> None:
        """``take`` takes a file that is new; what addresses give is kept in ``folder`` meanwhile.

        Each file is taken ``apart`` from the others.
        """
        self._db = db
        self._apart = apart
        self._import = take
        self._sources = sources
        self._fetch = fetch
        self._folder = folder
        self._seen: dict[tuple[str, str], Seen] = {}
        self._read: dict[tuple[str, str], Seen] = {}
        self._one_at_a_time = asyncio.Lock()
        self._tidied = False

    @property
    def names(self) -> Sequence[str]:
        """The sources."""
        return tuple(self._sources)

    async def look(self, name: str, now: datetime) -> bool:
        """Look at a source, if it is due; whether it was."""
        terms = self._sources[name]
        async with self._db.reading() as conn:
            known = await feeds.of_source(conn, name)
        feed = known.get("", Feed(name=name))
        if feed.next_at is not None and now < feed.next_at:
            return False
        feed = replace(feed, looked_at=now, next_at=now + terms.every)
        await self._save(feed)
        if terms.url is not None:
            await self._ask(feed, terms, now)
        else:
            await self._walk(feed, terms, known, now)
        return True

    # An address

    async def _ask(self, feed: Feed, terms: SourceTerms, now: datetime) -> None:
        await asyncio.to_thread(self._tidy)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=_ANSWER) as folder:
            into = Path(folder) / "answer"
            answer = await self._answer(feed, terms, into)
            if isinstance(answer, Failed):
                await self._failed(feed, terms, answer, now)
                return
            feed = replace(feed, failures=0, error=None if feed.failures else feed.error)
            if isinstance(answer, Unchanged) or answer.digest == feed.digest:
                await self._save(_marked(feed, answer))
                return
            ending = await asyncio.to_thread(_ending, into)
            path = into.rename(into.with_name(f"{feed.name}{ending}"))
            came = Came(file="", path=path, digest=answer.digest)
            await self._take(_marked(feed, answer), came, terms, now)

    def _tidy(self) -> None:
        """Have the folder for answers; what a process that died has left there is of no use."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._tidied:
            for left in self._folder.glob(f"{_ANSWER}*"):
                shutil.rmtree(left, ignore_errors=True)
        self._tidied = True

    async def _answer(self, feed: Feed, terms: SourceTerms, into: Path) -> Answer:
        assert terms.url is not None  # noqa: S101 -- asked by the caller
        url, most = terms.url.get_secret_value(), terms.most_bytes
        asked = Asked(url=url, etag=feed.etag, last_modified=feed.last_modified, most_bytes=most, into=into)
        answer = await self._fetch(asked)
        if isinstance(answer, Given) and answer.digest != feed.digest and _ending(into) is None:
            return Failed(trouble=Trouble.NO_DATA)
        return answer

    async def _failed(self, feed: Feed, terms: SourceTerms, failed: Failed, now: datetime) -> None:
        failures, error = feed.failures + 1, f"{failed.trouble} {failed.status or ''}".strip()
        log.warning("a source of matters gave nothing", source=feed.name, trouble=error, failures=failures)
        at = next_look(terms.every, now, failures, asked_for(failed.retry_after, now))
        if not failed.passes:
            at = max(at, now + terms.every)
        told = failures == TOLD_AFTER if failed.passes else error != feed.error
        known = feed.error if failed.passes and not told else error
        faults = [Fault(message=said_of(failed))] if told else []
        await self._save(replace(feed, failures=failures, next_at=at, error=known), faults, now)

    # A folder

    async def _walk(self, feed: Feed, terms: SourceTerms, known: Mapping[str, Feed], now: datetime) -> None:
        assert terms.folder is not None  # noqa: S101 -- asked by the caller
        try:
            found = await asyncio.to_thread(files_of, terms.folder)
        except OSError as error:
            why = error.strerror or ""
            faults = [Fault(message=phrase("The folder cannot be read: {why}.", why=why))] if why != feed.error else []
            await self._save(replace(feed, failures=feed.failures + 1, error=why), faults, now)
            return
        ready = [file for file, (_, seen) in found.items() if self._is_whole(feed.name, file, seen)]
        whole = {name: known.get(name, Feed(name=feed.name, file=name)) for name in ready}
        taken = {one.digest for one in known.values() if one.taken_at is not None and one.error is None}
        for file, one in whole.items():
            path, seen = found[file]
            with self._apart.doing("a file of a source of matters", source=feed.name):
                await self._file(one, Came(file=file, path=path, digest=""), seen, taken, terms, now)
        settles = len(ready) < len(found)
        at = now + min(terms.every, _SETTLING) if settles else now + terms.every
        await self._save(replace(feed, failures=0, error=None, next_at=at))

    def _is_whole(self, name: str, file: str, seen: Seen) -> bool:
        """Whether a file looks as it did the last time, so that nobody writes to it any more."""
        before, self._seen[name, file] = self._seen.get((name, file)), seen
        return before == seen

    async def _file(
        self, feed: Feed, came: Came, seen: Seen, taken: set[str | None], terms: SourceTerms, now: datetime
    ) -> None:
        if self._read.get((feed.name, feed.file)) == seen:
            return
        try:
            digest = await asyncio.to_thread(digest_of, came.path)
        except OSError:
            return  # it is gone meanwhile, or may not be read: the next look tries again
        if feed.digest is None and digest in taken:
            await self._save(replace(feed, digest=digest, looked_at=now, taken_at=now, error=None))
        elif digest != feed.digest and await self._take(
            replace(feed, looked_at=now), replace(came, digest=digest), terms, now
        ):
            taken.add(digest)
        self._read[feed.name, feed.file] = seen

    # What came

    async def _take(self, feed: Feed, came: Came, terms: SourceTerms, now: datetime) -> bool:
        """Read what came and take its matters, if it has no fault: one after the other, in the memory of one."""
        feed = replace(feed, digest=came.digest)
        try:
            async with self._one_at_a_time:
                report = await self._taken(feed.name, came, terms, now)
        except Refused as refusal:
            faults = refusal.faults or [Fault(message=refusal.phrase)]
            log.warning("what a source of matters gave was refused", source=feed.name, faults=len(faults))
            await self._save(replace(feed, error=faults[0].message.message[:_LONGEST_ERROR]), faults, now)
            return False
        except Exception as error:
            if isinstance(error, DatabaseFailure | OSError) or is_away(error):
                raise  # it passes: the next look tries again
            # What is read may be anything; tried again, the same would only come of it again.
            self._apart.failures += 1
            log.error("what a source of matters gave cannot be read", source=feed.name, error=type(error).__name__)  # noqa: TRY400 -- a trace would show what people wrote
            await self._save(replace(feed, error=_UNKNOWN.message), [Fault(message=_UNKNOWN)], now)
            return False
        counts = {"created": report.created, "changed": report.updated, "unchanged": report.unchanged}
        log.info("matters were taken from a source", source=feed.name, **counts, refused=report.refused)
        feed = replace(feed, taken_at=now, error=None)
        await self._save(feed, left_of(report), now, refused=report.refused)
        return True

    async def _taken(self, name: str, came: Came, terms: SourceTerms, now: datetime) -> ImportReport:
        """Take the matters of a file. Raises ``Refused`` with its faults: nothing of it was taken then."""
        if came.path.stat().st_size > terms.most_bytes:
            raise refused(phrase("A file of at most {most} MiB is accepted.", most=terms.most_megabytes))
        return await self._import(came.path, now, Wish(kind=terms.kind, unit=terms.unit, source=name))

    async def _save(
        self, feed: Feed, faults: Sequence[Fault] = (), now: datetime | None = None, *, refused: int = 0
    ) -> None:
        """Remember what was seen; with ``faults`` the office is told in the same transaction.

        They are of so many matters that were ``refused``, or (0) of the whole.
        """
        async with self._db.writing() as conn:
            await feeds.save(conn, feed)
            if faults and now is not None:
                await notices.add(conn, told_of(feed, faults, now, refused=refused))


def _marked(feed: Feed, answer: Given | Unchanged) -> Feed:
    """With the marks by which its server knows what it gave."""
    if isinstance(answer, Unchanged):
        return feed
    return replace(feed, etag=answer.etag, last_modified=answer.last_modified)


def _ending(path: Path) -> str | None:
    with path.open("rb") as file:
        return ending_of(file.read(_HEAD))
