"""The roster's import in the browser: a file is sent in, looked at, and imported once its sender confirms it."""

from collections.abc import Iterator
from typing import Any, Final

from aiohttp import BodyPartReader, web

from bot.web.reception import STAMP, Reception, Visit, in_time
from messages.errors import Refused
from messages.organisation.roster import uploads
from messages.organisation.roster.change import Plan
from messages.organisation.roster.importing import Agreed, ImportReport
from messages.organisation.roster.telling import KINDS, Changed, line_of, person_in
from messages.organisation.roster.uploads import MOST_BYTES, Preview
from messages.pages import part_of
from messages.rights import Act, entitle
from messages.store.database import Database
from messages.text.phrase import phrase

_UPLOAD: Final = r"/roster/import/{upload:\d{1,18}}"
_LONGEST_STAMP: Final = 200
_UPLOAD_SECONDS: Final = 300.0
_ROWS: Final = 100
_NO_FILE: Final = phrase("Please choose a file first: the roster, .xlsx or .csv.")
_DONE: Final = {"created": phrase("new"), "updated": phrase("changed"), "ended": phrase("ends")}


class ImportPages:
    """Draws the import's steps."""

    def __init__(self, reception: Reception, db: Database, *, default_language: str) -> None:
        """``default_language`` is that of new people of whom a file does not say it."""
        self._reception = reception
        self._db = db
        self._default_language = default_language

    def routes(self) -> list[web.RouteDef]:
        """The steps' addresses."""
        signed_in, posted = self._reception.signed_in, self._reception.posted
        return [
            web.get("/roster/import", signed_in(self._offer)),
            web.post("/roster/import", signed_in(self._receive)),
            web.get(_UPLOAD, signed_in(self._look)),
            web.post(_UPLOAD, posted(self._confirm)),
            web.post(f"{_UPLOAD}/discard", posted(self._discard)),
        ]

    async def _offer(self, visit: Visit) -> web.Response:
        await entitle(self._db, visit.viewer.id, Act.IMPORT_ROSTER, visit.now)
        return self._reception.answer(visit, "import", section="roster", most=MOST_BYTES)

    async def _receive(self, visit: Visit) -> web.Response:
        """The stamp comes before the file, so that nothing is read for somebody else's form."""
        await entitle(self._db, visit.viewer.id, Act.IMPORT_ROSTER, visit.now)
        async with in_time(_UPLOAD_SECONDS):
            name, content = await self._file(visit)
        upload = await uploads.keep(self._db, visit.viewer.id, name, content, visit.now)
        return self._reception.go(f"/roster/import/{upload}")

    async def _file(self, visit: Visit) -> tuple[str, bytes]:
        if not visit.request.content_type.startswith("multipart/"):
            raise Refused(_NO_FILE)
        parts = await visit.request.multipart()
        stamp = await parts.next()
        given = await _read(stamp, _LONGEST_STAMP) if isinstance(stamp, BodyPartReader) and stamp.name == STAMP else b""
        self._reception.check_stamp(visit, given.decode("utf-8", "replace"))
        file = await parts.next()
        if not isinstance(file, BodyPartReader) or not file.filename:
            raise Refused(_NO_FILE)
        return file.filename, await _read(file, MOST_BYTES)

    async def _look(self, visit: Visit) -> web.Response:
        upload = visit.part("upload")
        try:
            seen = await uploads.look(self._db, visit.viewer.id, upload, visit.now, language=self._default_language)
        except Refused as refusal:
            return self._faults(visit, upload, refusal)
        return await self._preview(visit, seen)

    def _faults(self, visit: Visit, upload: int, refusal: Refused) -> web.Response:
        page = part_of(refusal.faults, visit.count("page"), _ROWS)
        values = {"upload": upload, "why": refusal.phrase, "page": page}
        return self._reception.answer(visit, "import_faults", section="roster", **values)

    async def _preview(self, visit: Visit, seen: Preview, *, anew: bool = False) -> web.Response:
        page = part_of(list(self._changes(seen.report.plan)), visit.count("page"), _ROWS)
        people = {code for _, _, value in page.rows if (code := person_in(value))}
        await uploads.seen(self._db, visit.viewer.id, seen, sorted(people), visit.now)
        return self._reception.answer(
            visit,
            "import_preview",
            section="roster",
            seen=seen,
            report=seen.report,
            kinds=KINDS,
            counts=seen.report.plan.counts(),
            done=_DONE,
            line_of=lambda value: line_of(value, lambda what: self._reception.pages.say(what, visit.language)),
            page=page,
            warnings=list(seen.report.losses.warnings()),
            anew=anew,
        )

    def _changes(self, plan: Plan) -> Iterator[tuple[str, str, Changed]]:
        """Every change, what ends first: that is what one must look at most."""
        for done in ("ended", "updated", "created"):
            for kind, change in plan.changes().items():
                for value in getattr(change, done):
                    yield done, kind, _plain(value)

    async def _confirm(self, visit: Visit) -> web.Response:
        upload = visit.part("upload")
        agreed = Agreed(digest=visit.form.get("digest", ""), word=visit.form.get("word", ""))
        language = self._default_language
        try:
            done = await uploads.confirm(self._db, visit.viewer.id, upload, agreed, visit.now, language=language)
        except Refused as refusal:
            return self._faults(visit, upload, refusal)
        if isinstance(done, Preview):
            return await self._preview(visit, done, anew=not done.unsure)
        return self._imported(visit, done)

    def _imported(self, visit: Visit, report: ImportReport) -> web.Response:
        values = {"report": report, "kinds": KINDS, "counts": report.plan.counts()}
        return self._reception.answer(visit, "imported", section="roster", **values)

    async def _discard(self, visit: Visit) -> web.Response:
        await uploads.discard(self._db, visit.viewer.id, visit.now)
        return self._reception.go("/roster/import")


def _plain(value: Any) -> Any:  # noqa: ANN401 -- a new value, or a row's that differs
    return getattr(value, "value", value)


async def _read(part: BodyPartReader, most: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk():
        content += chunk
        if len(content) > most:
            message = phrase("A file of at most {most} MiB is accepted.", most=most // 1024**2)
            raise Refused(message)
    return bytes(content)
