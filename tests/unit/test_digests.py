"""A digest says all where that fits, the beginnings where not, and has buttons for each notice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from messages.deliveries import ClaimedDelivery
from messages.files import Attachment, FileKind
from messages.store.gathering import MOST
from messages.text.catalog import LANGUAGES, Catalog
from messages.text.markup import parse, visible_length
from messages.text.rendering import Renderer
from schedules.composer import Composer
from schedules.digests import Item
from schedules.notifier import Outgoing
from tests.district import MORNING
from tests.unit.test_composer import DELIVERY

LONG = "请各单位于节前开展廉洁教育，认真落实各项要求。" * 60


@pytest.fixture
def composer(renderer: Renderer, catalog: Catalog) -> Composer:
    return Composer(renderer, catalog)


def gathered(*texts: str, language: str = "en", **changes: object) -> ClaimedDelivery:
    """Notices with these texts, going together."""
    made = [
        replace(DELIVERY, id=n, notice_id=n, title=f"Notice {n}", params={"text": text}, language=language, **changes)  # type: ignore[arg-type]
        for n, text in enumerate(texts, start=1)
    ]
    return replace(made[0], gathered=tuple(made[1:]))


def labels(message: Outgoing) -> list[list[str]]:
    return [[choice.label for choice in row] for row in message.choices]


def test_a_short_digest_says_all_of_each_notice_with_its_marks_and_by_when(composer: Composer) -> None:
    message = composer.compose(gathered("one <b>bold</b>", "two", "three", "four"), 7)
    assert message.text.startswith(
        "📬 <b>4 notices have come together for you</b>\n\n<b>1. Notice 1</b>\none <b>bold</b>"
    )
    assert message.text.count("⏰ Please acknowledge by 24 September, 09:10.") == 4
    assert "<b>4. Notice 4</b>\nfour" in message.text
    assert "\n\n\n" not in message.text
    assert labels(message) == [[f"✅ {n} · Notice {n}"] for n in range(1, 5)]


def test_what_does_not_fit_is_cut_and_has_a_button_that_shows_the_whole(composer: Composer) -> None:
    message = composer.compose(gathered(f"<b>{LONG}</b>", "short", LONG, LONG), 7)
    assert 3000 < visible_length(message.text) <= 4096
    assert "<b>请各单位" not in message.text
    assert "short" in message.text
    assert labels(message) == [
        ["✅ 1 · Notice 1", "📖 Read 1"],
        ["✅ 2 · Notice 2"],
        ["✅ 3 · Notice 3", "📖 Read 3"],
        ["✅ 4 · Notice 4", "📖 Read 4"],
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_largest_digest_fits_one_message_in_every_language(composer: Composer, language: str) -> None:
    digest = gathered(*[LONG] * MOST, language=language)
    wide = [replace(one, title="🧧" * 200, reminder=9, repeat=True, gathered=()) for one in digest.together]
    message = composer.compose(replace(wide[0], gathered=tuple(wide[1:])), 7)
    assert visible_length(message.text) <= 4096
    assert len(parse(message.text).entities) >= MOST
    assert all(len(choice.label) <= 40 for row in message.choices for choice in row)


def test_files_are_read_behind_their_button_and_what_asks_for_nothing_has_none(composer: Composer) -> None:
    plain = gathered("one", "two", "three", "four", acknowledge=False)
    assert labels(composer.compose(plain, 7)) == []
    files = replace(plain, attachments=(Attachment(file=1, kind=FileKind.PHOTO),))
    assert labels(composer.compose(files, 7)) == [["📖 Read 1"]]
    assert composer.compose(files, 7).attachments == ()


def test_markup_in_a_title_or_in_what_is_cut_stays_text(composer: Composer) -> None:
    digest = gathered(*[f"&lt;b&gt; {LONG}"] * 4)
    message = composer.compose(replace(digest, title="<b>"), 7)
    assert "<b>1. &lt;b&gt;</b>" in message.text
    assert "&lt;b&gt; 请各单位" in message.text


def test_a_digest_is_protected_where_one_of_its_notices_is(composer: Composer) -> None:
    digest = gathered("one", "two", "three", "four")
    assert not composer.compose(digest, 7).protect
    assert composer.compose(replace(digest, protect=True), 7).protect


def test_digests_of_the_same_notices_are_written_once_and_name_each_readers_deliveries(composer: Composer) -> None:
    first = gathered("one", "two", "three", "four")
    other = [replace(one, id=one.id + 100, gathered=()) for one in first.together]
    messages = [composer.compose(first, 7), composer.compose(replace(other[0], gathered=tuple(other[1:])), 8)]
    assert messages[0].text is messages[1].text
    assert [row[0].delivery_id for row in messages[1].choices] == [101, 102, 103, 104]


def test_what_was_acknowledged_says_when_and_has_no_button(composer: Composer) -> None:
    items = [Item(delivery=one) for one in gathered("one", "two", "three", "four").together]
    items[1] = replace(items[1], acknowledged_at=MORNING + timedelta(minutes=5))
    message = composer.redrawn(items, "en", 7)
    assert "<b>2. Notice 2</b>\ntwo\n✅ Acknowledged on 21 September, 09:15\n" in message.text
    assert labels(message) == [[f"✅ {n} · Notice {n}"] for n in (1, 3, 4)]


def test_of_a_digest_from_which_all_was_withdrawn_a_line_is_left(composer: Composer) -> None:
    message = composer.redrawn([], "zh_CN", 7)
    assert (message.text, message.choices) == ("此处的通知均已撤回。", ())


def test_a_notice_without_a_title_says_how_it_begins_once(composer: Composer) -> None:
    """Its first line stood there as its title, and below it once more as its text."""
    texts = "Night notice one, in short", "Night notice two\nwith <b>more</b>", f"Long {LONG}", f"Longer {LONG}"
    untitled = [replace(one, title=None, gathered=()) for one in gathered(*texts).together]
    message = composer.compose(replace(untitled[0], gathered=tuple(untitled[1:])), 7)
    assert "<b>1.</b> Night notice one, in short\n" in message.text
    assert "<b>2.</b> Night notice two\nwith <b>more</b>\n" in message.text
    assert "<b>3.</b> Long 请各单位" in message.text
    assert [message.text.count(said) for said in ("Night notice one", "Night notice two", "Longer")] == [1, 1, 1]
    assert labels(message)[0] == ["✅ 1 · Night notice one, in sh…"]
