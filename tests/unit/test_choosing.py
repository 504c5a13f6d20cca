"""What there is to choose from, as it is searched."""

from messages.store import choosing
from messages.store.database import Database
from tests.district import District


async def test_the_risk_node_of_just_this_name_comes_first_then_those_that_begin_so(db: Database) -> None:
    """Who searched for 评标 found the six kinds of its supervision first, and the step itself on the next page."""
    district = District(db)
    await district.bureau("A")
    await district.mark("P1", "信息化工程评标监督", "评标专家抽取", "评标", "开标")
    async with db.reading() as conn:
        found, total = await choosing.nodes_named(conn, "评标", offset=0, limit=2)
        rest, _ = await choosing.nodes_named(conn, "评标", offset=2, limit=2)
    assert [one.name for one in (*found, *rest)] == ["评标", "评标专家抽取", "信息化工程评标监督"]
    assert total == 3
