"""What is done about a notice in the browser: have the silent reminded; pause it, resume it, cancel it, recall it."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from bot.web.notices import NOTICE, NoticePages
from bot.web.reception import Reception, Visit
from messages.errors import LianxunError, NotEntitled, NotFound
from messages.store.database import Database
from messages.text.phrase import Phrase, nphrase, phrase
from schedules import notice_acts
from schedules.calendars import Calendars
from schedules.notice_acts import Steering
from schedules.policy import Policy
from schedules.recall_lists import still_there
from schedules.reminding import remind

_ROWS: Final = 50


_ASKED_FIRST: Final = (Steering.CANCEL, Steering.RECALL)
_NOBODY: Final = phrase("Nobody whom the notice has reached is silent: there is nobody to remind.")


class SteeringPages:
    """Does what the buttons of a notice's page say."""

    def __init__(
        self,
        reception: Reception,
        db: Database,
        notices: NoticePages,
        *,
        policy: Policy,
        calendars: Calendars,
        wake: Callable[[], None],
    ) -> None:
        """``notices`` shows what came of it; ``wake`` tells the sender that something is due."""
        self._reception = reception
        self._db = db
        self._notices = notices
        self._policy = policy
        self._calendars = calendars
        self._wake = wake

    def routes(self) -> list[web.RouteDef]:
        """The acts' addresses; whoever opens one as a page sees the notice, or is asked first."""
        signed_in, posted = self._reception.signed_in, self._reception.posted
        asked = "|".join(_ASKED_FIRST)
        return [
            web.post(f"{NOTICE}/remind", posted(self._remind)),
            web.post(rf"{NOTICE}/{{what:{'|'.join(Steering)}}}", posted(self._steer)),
            web.get(rf"{NOTICE}/{{what:{asked}}}", signed_in(self._ask)),
            web.get(rf"{NOTICE}/{{what:remind|pause|resume}}", signed_in(self._see)),
            web.get(f"{NOTICE}/recalled", signed_in(self._recalled)),
        ]

    async def _see(self, visit: Visit) -> web.Response:
        return self._reception.go(f"/notices/{visit.part('notice')}")

    async def _remind(self, visit: Visit) -> web.Response:
        most = self._policy.reminders.by_hand_most

        async def done() -> Phrase:
            reminded = await remind(self._db, visit.part("notice"), visit.viewer.id, visit.now, most=most)
            if not reminded.people:
                return _NOBODY
            return nphrase("{count} person is reminded.", "{count} people are reminded.", reminded.people)

        return await self._done(visit, done)

    async def _steer(self, visit: Visit) -> web.Response:
        what = Steering(visit.request.match_info["what"])

        async def done() -> Phrase:
            acts = notice_acts.acts(await self._calendars.current())
            return notice_acts.steered_said(
                what, await acts[what](self._db, visit.part("notice"), visit.viewer.id, visit.now)
            )

        return await self._done(visit, done)

    async def _done(self, visit: Visit, act: Callable[[], Awaitable[Phrase]]) -> web.Response:
        """Do it, and show the notice with what came of it, or with why it was of no use."""
        try:
            said = await act()
        except (NotEntitled, NotFound):
            raise
        except LianxunError as refusal:
            return await self._notices.show(visit, refused=refusal.phrase)
        self._wake()
        return await self._notices.show(visit, said=said)

    async def _ask(self, visit: Visit) -> web.Response:
        what = Steering(visit.request.match_info["what"])
        notice = await notice_acts.steerable(self._db, visit.part("notice"), visit.viewer.id, visit.now, what)
        return self._reception.answer(
            visit,
            "notice_confirm",
            section="notices",
            notice=notice,
            title=self._notices.title(notice, visit.language),
            what=what.value,
            deletable=await self._notices.deletable(notice, visit),
        )

    async def _recalled(self, visit: Visit) -> web.Response:
        """How far a recall is, and who still has a message: for who may recall that notice."""
        ids = visit.viewer.id, visit.part("notice")
        seen = await still_there(self._db, *ids, visit.count("page"), visit.now, size=_ROWS)
        if seen.notice.recalled_at is None:
            raise web.HTTPNotFound
        return self._reception.answer(
            visit,
            "notice_recalled",
            section="notices",
            notice=seen.notice,
            title=self._notices.title(seen.notice, visit.language),
            recalled=seen.recalled,
            page=seen.page,
        )
