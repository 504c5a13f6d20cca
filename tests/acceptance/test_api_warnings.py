"""Another system looks at the warnings of a post as far as its token's person may; that it did is recorded."""

from messages.store.database import Database
from tests.interface import REMINDER, Caller, calling

SEES = "warnings:read"
PROBLEM = "application/problem+json"


async def warned(caller: Caller) -> None:
    """Post PH is warned."""
    said = await caller.submit(await caller.token("C"), REMINDER)
    office, now = caller.office, caller.clock.now()
    await office.items.approve(said.body["id"], office.id("L"), said.body["version"], now)


async def test_the_holder_and_a_post_of_the_same_level_see_them(db: Database) -> None:
    async with calling(db) as caller:
        await warned(caller)
        seen = await caller.ask("GET", "/posts/PH/warnings", await caller.token("H", SEES))
        assert (seen.status, seen.body["post"], seen.body["holder"], seen.body["total"]) == (200, "PH", "姓名H", 1)
        (warning,) = seen.body["warnings"]
        assert (warning["grade"], warning["state"], warning["title"]) == ("blue", "issued", REMINDER["title"])
        assert warning["answer_by"].endswith("+08:00")
        assert not await caller.office.events("record_seen")

        assert (await caller.ask("GET", "/posts/PH/warnings", await caller.token("G", SEES))).body == seen.body
        ((_, look),) = await caller.office.events("record_seen")
        assert (look["by"], look["post"], look["what"]) == ("G", "PH", "warnings")


async def test_a_lower_post_and_a_narrow_token_do_not(db: Database) -> None:
    async with calling(db) as caller:
        await warned(caller)
        lower = await caller.ask("GET", "/posts/PH/warnings", await caller.token("D", SEES))
        assert (lower.status, lower.type) == (403, PROBLEM)
        assert "投诉" not in str(lower.body)
        assert [body["act"] for _, body in await caller.office.events("act_refused")] == ["see_record"]
        narrow = await caller.token("H", "items:read")
        assert (await caller.ask("GET", "/posts/PH/warnings", narrow)).status == 403
        for code in ("NONE", "a%00b", "%FF", "x" * 65):
            assert (await caller.ask("GET", f"/posts/{code}/warnings", await caller.token("H", SEES))).status == 404
