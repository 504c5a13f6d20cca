"""In chat, a notice in charge is passed on from the inbox: to whom, then the question whether that is meant."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from messages.notices import Category, Lane, NewNotice
from messages.store import notices, tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.office import MORNING
from tests.talk import Talk, buttons

ZHANG, LI, WANG = 101, 102, 103
REFUSED = "This button is not in use for this account. Nothing was changed."


@pytest.fixture
async def talk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Talk]:
    """Zhang holds P1 and P2, Li P3, Wang P4 in one bureau; Sun, who holds P5, has not joined."""
    async with Talk(db, clock, catalog, renderer).open() as talk:
        await talk.employ("Zhang", ZHANG, ("Head", "Supervisor"))
        await talk.employ("Li", LI, ("Deputy",))
        await talk.employ("Wang", WANG)
        await talk.hire("Sun", ("Auditor",))
        yield talk


async def tell(talk: Talk, audience: str = "post:P1", key: str = "n1") -> None:
    """A notice to acknowledge arrives."""
    new = NewNotice(
        key=key,
        category=Category.BROADCAST,
        lane=Lane.BROADCAST,
        template="text",
        params={"text": "Please <b>read</b>."},
        title="Opening of bids",
        audience=audience,
        send_at=MORNING,
        created_at=MORNING,
        acknowledge=True,
    )
    async with talk.db.writing() as conn:
        assert await notices.add(conn, new)
    await talk.plan()
    await talk.send()


def labels(talk: Talk, chat: int = ZHANG) -> list[list[str]]:
    return [[one["text"] for one in row] for row in buttons(talk.last(chat))]


async def open_inbox(talk: Talk) -> None:
    """Zhang's inbox, and the button that passes its first notice on."""
    await talk.write(ZHANG, "/inbox")
    await talk.press_button(ZHANG, talk.last(ZHANG), 0, 1)


async def test_the_whole_way(talk: Talk) -> None:
    await tell(talk)
    told = talk.last(ZHANG)
    woken = talk.woken

    await open_inbox(talk)
    assert talk.last(ZHANG).text == "↪ Opening of bids\n\nWho takes it over from you (Head)?"
    assert labels(talk) == [["Li · Deputy"], ["Wang · Clerk"], ["Sun · Auditor"], ["« Back"]]

    await talk.press_button(ZHANG, talk.last(ZHANG))
    assert "Shall Li (Deputy) acknowledge it in your place (Head)?" in talk.last(ZHANG).text
    assert labels(talk) == [["Yes, pass it on to Li"], ["« Back"]]

    assert await talk.press_button(ZHANG, talk.last(ZHANG)) == "Passed on to Li (Deputy)."
    assert talk.last(ZHANG).text == "Nothing waits for you. Thank you!"
    assert talk.woken == woken + 1

    await talk.send()
    assert talk.last(LI).text.startswith("↪ Passed on to you by Zhang · Head\n\nOpening of bids")
    assert await talk.press_button(LI, talk.last(LI)) == "Recorded at 09:09."

    said = "You passed this on to Li (Deputy) on 21 September, 09:09."
    assert await talk.press_button(ZHANG, told) == said
    (marked,) = [one for one in talk.sandbox.messages(ZHANG) if one.message_id == told.message_id]
    assert marked.text.endswith("\n\n↪ Passed on to Li on 21 September, 09:09")
    assert buttons(marked) == []
    assert await talk.acknowledged() == 1


async def test_who_has_it_for_several_posts_says_for_which(talk: Talk) -> None:
    await tell(talk, "post:P1, post:P2")
    await open_inbox(talk)
    assert labels(talk) == [["财政局 · Head"], ["财政局 · Supervisor"], ["« Back"]]
    await talk.press_button(ZHANG, talk.last(ZHANG), 1)
    await talk.press_button(ZHANG, talk.last(ZHANG))
    await talk.press_button(ZHANG, talk.last(ZHANG))

    (event,) = await talk.events("notice_passed")
    assert event["from"] == {"post": "P2", "person": "RZhang", "name": "Zhang"}
    assert "1 notice waits" in talk.last(ZHANG).text


async def test_back_leads_to_the_inbox_and_changes_nothing(talk: Talk) -> None:
    await tell(talk)
    await open_inbox(talk)
    await talk.press_button(ZHANG, talk.last(ZHANG))
    await talk.press_button(ZHANG, talk.last(ZHANG), 1)
    assert "1 notice waits" in talk.last(ZHANG).text
    assert await talk.events("notice_passed") == []


async def test_the_question_says_that_somebody_cannot_be_written_to(talk: Talk) -> None:
    await tell(talk)
    await open_inbox(talk)
    await talk.press_button(ZHANG, talk.last(ZHANG), 2)
    assert "Sun cannot be written to at present" in talk.last(ZHANG).text


async def test_where_everybody_has_it_there_is_nobody_to_pass_it_on_to(talk: Talk) -> None:
    await tell(talk, "all")
    await talk.write(ZHANG, "/inbox")
    [[acknowledge]] = buttons(talk.last(ZHANG))  # it is not offered; a button that was shown before still answers
    await talk.press(ZHANG, talk.last(ZHANG).message_id, acknowledge["callback_data"].replace("i1", "f1"))
    said = await talk.press_button(ZHANG, talk.last(ZHANG))
    assert said == "Nobody else in your unit can take it over: the others have it already."
    assert "1 notice waits" in talk.last(ZHANG).text


async def test_pressed_twice_it_is_passed_on_once(talk: Talk) -> None:
    await tell(talk)
    await open_inbox(talk)
    await talk.press_button(ZHANG, talk.last(ZHANG))
    sure = talk.last(ZHANG)
    await talk.press_button(ZHANG, sure)
    again = await talk.press_button(ZHANG, sure)
    assert again == "This notice does not wait for you any more: there is nothing to pass on."
    assert len(await talk.events("notice_passed")) == 1


async def test_another_s_notice_cannot_be_passed_on_by_a_made_up_button(talk: Talk) -> None:
    await tell(talk)
    async with talk.db.reading() as conn:
        obligation = await conn.scalar(select(tables.obligations.c.id))
        delivery = await conn.scalar(select(tables.deliveries.c.id))
    await talk.write(LI, "/inbox")
    shown = talk.last(LI).message_id
    for data in (f"f1:{delivery}:1", f"f2:{obligation}:1:1", f"f3:{obligation}:4:1", f"f4:{obligation}:4:1", "f4:x"):
        assert await talk.press(LI, shown, data) == REFUSED
    assert len(await talk.events("press_refused")) == 5
    assert await talk.events("notice_passed") == []


async def test_a_unit_of_many_is_offered_in_pages(talk: Talk) -> None:
    await talk.hire("Many", tuple(f"Clerk {number}" for number in range(10)))
    await tell(talk)
    await open_inbox(talk)
    assert talk.last(ZHANG).text.endswith("Page 1 of 2.")
    assert labels(talk)[-2:] == [["Next »"], ["« Back"]]
    await talk.press_button(ZHANG, talk.last(ZHANG), 8)
    assert talk.last(ZHANG).text.endswith("Page 2 of 2.")
    assert labels(talk)[-2:] == [["« Previous"], ["« Back"]]
