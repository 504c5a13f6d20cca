"""Another system asks what notices have come to, as far as its token's person sees it."""

from bot.web.api.statistics_shapes import StatisticsWanted, Work
from messages.store.database import Database
from schedules.statistics.looking import WORK
from tests.district import MORNING, saying
from tests.interface import calling

SEES = "statistics:read"


async def test_a_leaders_token_sees_the_own_units_and_no_others(db: Database) -> None:
    async with calling(db) as caller:
        await caller.office.district.issue(saying(audience="unit:区", acknowledge=True))
        await caller.statistics.sweep(MORNING)
        token = await caller.token("L", SEES)
        seen = await caller.ask("GET", "/statistics?period=2026-Q3&by=unit", token)
        assert seen.status == 200
        assert (seen.body["period"], seen.body["total"]["notices"], seen.body["total"]["people"]) == ("2026-Q3", 1, 3)
        assert [one["unit"] for one in seen.body["units"]] == ["财政局"]
        assert seen.body["days"] is None
        assert seen.body["counted_at"].endswith("+08:00")
        by_category = await caller.ask("GET", "/statistics?period=2026&by=category&category=broadcast", token)
        assert [(one["category"], one["notices"]) for one in by_category.body["categories"]] == [("broadcast", 1)]
        by_day = await caller.ask("GET", "/statistics?by=day&unit=财政局", token)
        assert [(one["day"], one["obligations"]) for one in by_day.body["days"]] == [("2026-09-21", 3)]
        assert len((await caller.ask("GET", "/statistics?by=period", token)).body["periods"]) == 12

        assert (await caller.ask("GET", "/statistics?unit=教育局", token)).status == 403
        assert (await caller.ask("GET", "/statistics?unit=无", token)).status == 404
        for wrong in ("period=2026-13", "period=1", "by=person", "category=report", "what=all"):
            assert (await caller.ask("GET", f"/statistics?{wrong}", token)).status == 422
        assert (await caller.ask("GET", "/statistics", await caller.token("H", SEES))).status == 403
        assert (await caller.ask("GET", "/statistics", await caller.token("L", "items:read"))).status == 403


def test_categories_that_are_counted_have_the_same_names_at_every_face() -> None:
    """Pages, the command line and the interface each name them."""
    described = StatisticsWanted.model_json_schema()["properties"]["category"]["anyOf"][0]["enum"]
    assert {*described} == {*Work} == {*WORK}
