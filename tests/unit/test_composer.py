"""A claimed delivery becomes the message that its reader can read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from messages.deliveries import ClaimedDelivery
from messages.files import Attachment, FileKind
from messages.notices import Grade, Lane
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules import composer as composing
from schedules.composer import Composer
from tests.district import MORNING, saying

DELIVERY = ClaimedDelivery(
    id=5,
    notice_id=1,
    person_id=2,
    bot_id=1,
    term=0,
    chat_id=7,
    language="zh_CN",
    reminder=0,
    repeat=False,
    lane=Lane.PROMPT,
    attempts=1,
    template="text",
    params={"text": "请<b>查收</b>"},
    title="通知 <1>",
    acknowledge=True,
    acknowledge_by=MORNING + timedelta(days=3),
    provisional=False,
    protect=False,
)


class Counting(Renderer):
    """Counts what is rendered."""

    rendered = 0

    def render(self, template: str, language: str, **params: object) -> str:
        self.rendered += 1
        return super().render(template, language, **params)


@pytest.fixture
def composer(renderer: Renderer, catalog: Catalog) -> Composer:
    return Composer(renderer, catalog)


def text_of(composer: Composer, delivery: ClaimedDelivery) -> str:
    return composer.compose(delivery, 7).text


def test_a_message_has_its_title_its_text_and_its_deadline(composer: Composer) -> None:
    message = composer.compose(DELIVERY, 77)
    assert (message.delivery_id, message.chat_id, message.acknowledge, message.protect) == (5, 77, "✅ 已知悉", False)
    assert message.text.startswith("<b>通知 &lt;1&gt;</b>\n\n请<b>查收</b>")
    assert "9月24日 09:10" in message.text


def test_it_is_in_the_readers_language(composer: Composer) -> None:
    message = composer.compose(replace(DELIVERY, language="en"), 7)
    assert message.acknowledge == "✅ Noted"
    assert "24 September, 09:10" in message.text


def test_a_message_has_the_files_of_its_notice_and_says_how_many_arrived(composer: Composer) -> None:
    files = (Attachment(file=3, kind=FileKind.PHOTO), Attachment(file=4, kind=FileKind.PHOTO))
    message = composer.compose(replace(DELIVERY, attachments=files, parts=(11,)), 7)
    assert (message.attachments, message.parts) == (files, 1)


def test_a_preview_is_what_its_readers_will_get_with_the_button_of_no_delivery(composer: Composer) -> None:
    notice = replace(
        saying(acknowledge=True, grade=Grade.ORANGE), attachments=(Attachment(file=3, kind=FileKind.PHOTO),)
    )
    message = composer.preview(notice, "en", 9)
    delivered = replace(
        DELIVERY, language="en", title=notice.title, params=notice.params, acknowledge_by=notice.acknowledge_by
    )
    assert message.text == text_of(composer, delivered)
    assert (message.delivery_id, message.chat_id, message.acknowledge, message.protect) == (0, 9, "✅ Noted", True)
    assert message.attachments == notice.attachments


def test_a_message_without_acknowledgement_has_neither_button_nor_deadline(composer: Composer) -> None:
    message = composer.compose(replace(DELIVERY, acknowledge=False, acknowledge_by=None), 7)
    assert message.acknowledge is None
    assert "⏰" not in message.text


def test_what_is_protected_stays_so(composer: Composer) -> None:
    assert composer.compose(replace(DELIVERY, protect=True), 7).protect


def test_a_reminder_says_which_one_it_is(composer: Composer) -> None:
    plain, first, second = (text_of(composer, replace(DELIVERY, reminder=number)) for number in range(3))
    assert len({plain, first, second}) == 3
    assert "2" in second.splitlines()[0]
    assert second.endswith(plain)


def test_a_repeat_says_that_it_is_one(composer: Composer) -> None:
    plain, repeat = text_of(composer, DELIVERY), text_of(composer, replace(DELIVERY, repeat=True))
    assert repeat != plain
    assert repeat.endswith(plain)


def test_provisional_dates_are_told_as_such(composer: Composer) -> None:
    provisional = replace(DELIVERY, notice_id=2, provisional=True)
    assert text_of(composer, provisional) != text_of(composer, DELIVERY)


def test_notices_do_not_take_each_others_texts(composer: Composer) -> None:
    other = replace(DELIVERY, notice_id=2, params={"text": "另一条"})
    assert "另一条" not in text_of(composer, DELIVERY)
    assert "另一条" in text_of(composer, other)


def test_what_all_read_alike_is_rendered_once(catalog: Catalog) -> None:
    renderer = Counting(catalog, MORNING.tzinfo)  # type: ignore[arg-type]
    composer = Composer(renderer, catalog)
    for person in range(1000):
        composer.compose(replace(DELIVERY, id=person, person_id=person, chat_id=person), person)
    composer.compose(replace(DELIVERY, language="en"), 7)
    assert renderer.rendered == 2


def test_not_every_text_is_remembered_for_ever(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "_REMEMBERED", 3)
    renderer = Counting(catalog, MORNING.tzinfo)  # type: ignore[arg-type]
    composer = Composer(renderer, catalog)
    for notice in (1, 2, 3, 4, 4, 1):
        composer.compose(replace(DELIVERY, notice_id=notice), 7)
    assert renderer.rendered == 5


def test_a_template_or_a_value_that_is_missing_is_an_error_not_a_blank(composer: Composer) -> None:
    with pytest.raises(TemplateNotFound):
        composer.compose(replace(DELIVERY, template="no_such"), 7)
    with pytest.raises(UndefinedError):
        composer.compose(replace(DELIVERY, params={}), 7)
