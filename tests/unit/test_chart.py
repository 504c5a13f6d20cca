"""The chart's picture: its glyphs are in the font, and what people write does no harm."""

import io
from datetime import datetime, timedelta

import pytest
from PIL import Image, ImageOps

from bot.chart import png
from messages.exports import Charted
from messages.figures import Course
from messages.notices import Category, Lane, Notice
from messages.text.catalog import Catalog
from tests.district import MORNING, ZONE


def notice(acknowledge_by: timedelta | None = timedelta(hours=3)) -> Notice:
    return Notice(
        id=1,
        key="broadcast:1",
        category=Category.BROADCAST,
        lane=Lane.BROADCAST,
        template="text",
        params={},
        title=None,
        audience="all",
        acknowledge=True,
        acknowledge_by=MORNING + acknowledge_by if acknowledge_by else None,
        send_at=MORNING,
        expires_at=None,
        provisional=False,
        created_at=MORNING,
        created_by=None,
        approved_by=None,
        cancelled_at=None,
        paused_at=None,
        recalled_at=None,
        anytime=False,
        attachments=(),
    )


def course(most: int) -> Course:
    return tuple((MORNING + timedelta(minutes=10 * step), most * step // 40) for step in range(41))


def drawn(title: str, language: str = "zh_CN", *, delivered: Course = (), acknowledged: Course = ()) -> Image.Image:
    shown = Charted(notice=notice(), people=120, posts=100, delivered=delivered, acknowledged=acknowledged)
    catalog = Catalog.load()
    content = png(shown, title, say=lambda what: catalog.say(what, language), zone=ZONE, language=language)
    return Image.open(io.BytesIO(content)).convert("RGB")


def has(picture: Image.Image, colour: tuple[int, int, int]) -> bool:
    counted = picture.getcolors(picture.width * picture.height) or []
    return any(found == colour for _, found in counted)


BLUE, GREEN, RED = (0x2F, 0x6D, 0xB5), (0x1A, 0x8F, 0x5A), (0xC0, 0x39, 0x2B)


def test_it_shows_both_courses_and_the_deadline() -> None:
    picture = drawn("国庆节廉洁提醒", delivered=course(110), acknowledged=course(80))
    assert picture.size == (1500, 840)
    assert all(has(picture, colour) for colour in (BLUE, GREEN, RED))


def test_what_asks_for_nothing_and_has_not_arrived_is_drawn_too() -> None:
    picture = drawn("空")
    assert not has(picture, BLUE)
    assert not has(picture, GREEN)


@pytest.mark.parametrize("title", ["$\\frac{1}{2}$ 与 $x", "签收 🎉👍", "\x07\x00标题\n第二行", "很" * 300, ""])
def test_a_title_is_drawn_as_text_whatever_it_holds(title: str) -> None:
    # Warnings are errors here: a glyph that the font has not would be one.
    assert drawn(title, delivered=course(5)).size == (1500, 840)


def test_simplified_glyphs_are_drawn_for_readers_of_simplified_chinese() -> None:
    chinese, other = drawn("通过骨角没", delivered=course(5)), drawn("通过骨角没", "en", delivered=course(5))
    heading = (0, 0, 1500, 70)
    assert chinese.crop(heading).tobytes() != other.crop(heading).tobytes()


def test_an_empty_notice_has_no_axis() -> None:
    """Its axis went to 3,200 people, of whom none had been told."""
    words = ImageOps.invert(drawn("").crop((0, 90, 1500, 840))).getbbox()
    assert words is not None
    left, top, right, bottom = words
    assert left > 500
    assert right < 1000
    assert bottom - top < 40


def rows_of(picture: Image.Image, colour: tuple[int, int, int]) -> dict[int, int]:
    """At which heights a colour is found, and how far to the right there."""
    found: dict[int, int] = {}
    for x in range(picture.width):
        for y in range(picture.height):
            if picture.getpixel((x, y)) == colour:
                found[y] = x
    return found


def test_both_courses_go_on_to_the_end_and_rise_in_steps() -> None:
    """The acknowledged line ended in the middle, and a jump was drawn as a slow rise."""
    delivered = ((MORNING, 100), (MORNING + timedelta(minutes=40), 120))
    acknowledged = ((MORNING + timedelta(minutes=5), 60),)
    picture = drawn("", delivered=delivered, acknowledged=acknowledged).crop((0, 130, 1500, 840))  # below the legend
    ends = {max(rows_of(picture, colour).values()) for colour in (BLUE, GREEN)}
    assert max(ends) - min(ends) <= 2
    level = max(set(rows_of(picture, GREEN)), key=lambda y: sum(picture.getpixel((x, y)) == GREEN for x in range(1500)))
    assert sum(picture.getpixel((x, level)) == GREEN for x in range(1500)) > 900  # a level line, not a slope


def test_the_marks_of_a_short_span_say_the_seconds() -> None:
    """The axis said the same minute four times."""

    def marks(begin: datetime) -> bytes:
        picture = drawn("", delivered=((begin, 100), (begin + timedelta(seconds=90), 120)))
        return picture.crop((0, 760, 1500, 840)).tobytes()

    assert marks(MORNING) != marks(MORNING + timedelta(seconds=30))


def test_no_line_of_the_grid_strikes_the_legend_through() -> None:
    """It stood upon the grid; it stands above it now."""
    legend = drawn("", delivered=course(120), acknowledged=course(90)).crop((0, 40, 1500, 160))
    for y in range(legend.height):
        grid = sum(legend.getpixel((x, y)) == (0xD9, 0xDE, 0xE5) for x in range(legend.width))
        assert grid < 1000 or y > 80
