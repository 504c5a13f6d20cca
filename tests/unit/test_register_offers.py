"""What is offered to who writes points down: templates of the office, and what others have written, nobody's."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from messages.errors import DecidedBefore, NotEntitled, NotFound, Refused
from messages.register.records import Content
from messages.register.templates import Suggestion
from messages.store import risk_templates, tables
from messages.store.database import Database
from tests.district import MORNING
from tests.holders import GIFTS, LEAKS, Holders, short


@pytest.fixture
async def place(db: Database) -> Holders:
    return await Holders(db, short()).found()


async def offered(place: Holders, content: Content = GIFTS, by: str = "G", post: str = "PG") -> tuple[Suggestion, ...]:
    like = {"node": content.node, "category": content.category}
    return await place.register.suggestions(place.posts[post], place.id(by), **like, now=MORNING)


async def test_what_others_have_written_is_offered_the_same_node_first_and_tells_nobody(place: Holders) -> None:
    common = replace(LEAKS, section="采购科")
    await place.stands(GIFTS)
    await place.stands(common)
    await place.stands(common, "C", "PC")
    await place.save(replace(GIFTS, name="还是草稿"), "D", "PD")
    await place.stands(replace(GIFTS, name="张三收受礼品"), "L", "PL", "K")
    await place.stands(replace(GIFTS, name="经办不严", description="财政局的印章"), "C", "PC")
    found = await offered(place)
    assert [(one.content.name, one.count, one.template_id) for one in found] == [
        ("收受投标人礼品", 1, None),  # of the same node
        ("泄露标底", 2, None),
    ]
    for one in found:
        said = one.content
        assert (said.section, said.duty, said.responsible, said.leading) == ("", "", "", "")
        assert said.controls
    assert not await offered(place, replace(GIFTS, node="无", category="别的"))
    assert not await offered(place, replace(GIFTS, node="", category=""))


async def test_a_post_that_moved_is_known_by_its_unit_now_and_one_that_ended_offers_nothing(place: Holders) -> None:
    await place.stands(replace(GIFTS, name="教育局的采购"))
    await place.stands(LEAKS)
    await place.move("PH", "教育局")
    assert [one.content.name for one in await offered(place)] == ["泄露标底"]
    await place.end("PH")
    assert not await offered(place)


async def test_what_the_post_has_already_is_not_offered(place: Holders) -> None:
    await place.stands(GIFTS)
    await place.stands(LEAKS)
    await place.save(replace(GIFTS, node="别的环节"), "G", "PG")
    assert [one.content.name for one in await offered(place)] == ["泄露标底"]
    with pytest.raises(NotEntitled):
        await offered(place, by="H")


async def test_a_template_is_published_without_whose_it_is_offered_first_and_adopted_once(place: Holders) -> None:
    point = await place.stands(replace(GIFTS, section="采购科"))
    await place.stands(LEAKS)
    template = await place.register.publish(point.id, place.id("A"), MORNING)
    assert [(one.content.name, one.template_id) for one in await offered(place)] == [
        ("收受投标人礼品", template),
        ("泄露标底", None),
    ]
    draft = await place.register.adopt(template, place.posts["PG"], place.id("G"), MORNING)
    assert (draft.state.value, draft.template_id, draft.content.section, draft.content.duty) == (
        "draft",
        template,
        "",
        "",
    )
    with pytest.raises(DecidedBefore):
        await place.register.adopt(template, place.posts["PG"], place.id("G"), MORNING)
    (listed,) = (await place.register.templates("礼品 评标", 5)).templates
    assert (listed.id, listed.adopted, listed.published_by, listed.point_id) == (template, 1, "姓名A", point.id)
    assert not (await place.register.templates("没有%", 1)).templates
    with pytest.raises(DecidedBefore):  # it has a point of this name
        await place.register.adopt(template, place.posts["PH"], place.id("H"), MORNING)
    review = await place.lay("G", "PG")
    await place.accept(review, "L2")
    assert (await place.point(draft)).template_id == template
    assert await place.happened("risk_template") == ["published"]


async def test_templates_of_the_own_nodes_come_first_however_many_are_called_nearly_so(place: Holders) -> None:
    """Of the first page of all that hold a node's name those of just this node were taken: often there were none."""
    await place.save(replace(GIFTS, node="评标"), "G", "PG")
    contents = [replace(GIFTS, name="其类"), replace(GIFTS, name="就是", node="评标", category="别类")]
    contents[0] = replace(contents[0], node="别的")
    contents += [replace(GIFTS, name=f"近{number}", node=f"评标{number}", category="别类") for number in range(9)]
    async with place.db.writing() as conn:
        await risk_templates.add(conn, contents, place.id("A"), MORNING)
    page = await place.register.templates_of(place.posts["PG"], place.id("G"), 1, MORNING)
    assert [one.content.name for one in page.templates] == ["就是", "其类"]
    with pytest.raises(NotEntitled):
        await place.register.templates_of(place.posts["PG"], place.id("H"), 1, MORNING)


async def test_only_the_office_publishes_what_stands_once_and_ends_it(place: Holders) -> None:
    point, draft = await place.stands(), await place.save(LEAKS)
    for other in ("L", "H", "I"):
        with pytest.raises(NotEntitled):
            await place.register.publish(point.id, place.id(other), MORNING)
    with pytest.raises(Refused):
        await place.register.publish(draft.id, place.id("A"), MORNING)
    with pytest.raises(NotFound):
        await place.register.publish(9999, place.id("A"), MORNING)
    template = await place.register.publish(point.id, place.id("A"), MORNING)
    with pytest.raises(DecidedBefore):
        await place.register.publish(point.id, place.id("B"), MORNING)
    with pytest.raises(NotEntitled):
        await place.register.unpublish(template, place.id("L"), MORNING)
    await place.register.unpublish(template, place.id("B"), MORNING)
    with pytest.raises(DecidedBefore):
        await place.register.unpublish(template, place.id("B"), MORNING)
    with pytest.raises(NotFound):
        await place.register.unpublish(9999, place.id("B"), MORNING)
    with pytest.raises(NotFound):
        await place.register.adopt(template, place.posts["PG"], place.id("G"), MORNING)
    async with place.db.reading() as conn:
        ended = (await conn.execute(select(tables.risk_templates))).one()
    assert (ended.ended_by, ended.content["duty"]) == (place.id("B"), "")
    assert await place.happened("risk_template") == ["published", "ended"]
