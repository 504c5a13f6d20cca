"""What people read before and on a holiday: every festival, wave, text in turn and language."""

import re
from datetime import date

import pytest

from messages.official_days import Festival
from messages.text.catalog import LANGUAGES
from messages.text.markup import visible_length
from messages.text.rendering import Frame, Renderer
from schedules.holidays import VARIANTS, HolidayWaveKind, holiday_params
from schedules.workdays import DaysOff, WorkCalendar

MERGED = (Festival.MID_AUTUMN, Festival.NATIONAL_DAY)
OCCASIONS = [*((festival,) for festival in Festival), MERGED]
LATIN = re.compile(r"[A-Za-z]")
TAG = re.compile(r"<[^>]+>")
TEXTS = (HolidayWaveKind.FORMAL, HolidayWaveKind.SHORT, HolidayWaveKind.DUTY)


def days_of(festivals: tuple[Festival, ...], year: int) -> DaysOff:
    name = "公共假期" if festivals == (Festival.OTHER,) else ""
    first, last = date(year, 9, 28), date(year, 10, 6)
    return DaysOff(year=year, festivals=festivals, first=first, last=last, provisional=False, name=name)


def said(renderer: Renderer, kind: HolidayWaveKind, language: str, days: DaysOff) -> str:
    frame = Frame(title=None, provisional=days.provisional)
    return renderer.notice(f"holiday_{kind}", language, holiday_params(days), frame)


def in_turn(renderer: Renderer, kind: HolidayWaveKind, language: str, festivals: tuple[Festival, ...]) -> list[str]:
    return [said(renderer, kind, language, days_of(festivals, 2026 + turn)) for turn in range(VARIANTS)]


@pytest.mark.parametrize("kind", HolidayWaveKind)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("festivals", OCCASIONS, ids="+".join)
def test_every_text_is_valid_fits_and_names_the_dates(
    renderer: Renderer, kind: HolidayWaveKind, language: str, festivals: tuple[Festival, ...]
) -> None:
    for text in in_turn(renderer, kind, language, festivals):
        assert 60 < visible_length(text) < 2000
        for shown in ("9月28日", "10月6日") if language == "zh_CN" else ("28 September", "6 October"):
            assert shown in text
        assert "\n\n\n" not in text
        assert "!" not in text
        assert "！" not in text


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("festivals", OCCASIONS, ids="+".join)
def test_no_text_is_sent_in_two_years_running_and_each_gives_the_telephone(
    renderer: Renderer, kind: HolidayWaveKind, language: str, festivals: tuple[Festival, ...]
) -> None:
    texts = in_turn(renderer, kind, language, festivals)
    assert len(set(texts)) == VARIANTS
    assert all("12388" in text for text in texts)


@pytest.mark.parametrize("kind", HolidayWaveKind)
@pytest.mark.parametrize("festivals", OCCASIONS, ids="+".join)
def test_chinese_texts_have_no_english_left_and_full_width_punctuation(
    renderer: Renderer, kind: HolidayWaveKind, festivals: tuple[Festival, ...]
) -> None:
    for text in in_turn(renderer, kind, "zh_CN", festivals):
        plain = TAG.sub("", text)
        assert not LATIN.search(plain), plain
        assert not re.search(r"[,;:()?]", plain), plain


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("festivals", OCCASIONS, ids="+".join)
def test_the_formal_text_has_seven_to_ten_numbered_rules(
    renderer: Renderer, language: str, festivals: tuple[Festival, ...]
) -> None:
    for text in in_turn(renderer, HolidayWaveKind.FORMAL, language, festivals):
        numbers = [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert 7 <= len(numbers) <= 10


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("festivals", OCCASIONS, ids="+".join)
def test_the_short_text_has_few_lines(renderer: Renderer, language: str, festivals: tuple[Festival, ...]) -> None:
    for text in in_turn(renderer, HolidayWaveKind.SHORT, language, festivals):
        title, _, body = text.partition("\n\n")
        assert title
        assert 3 <= len(body.splitlines()) <= 6


@pytest.mark.parametrize(
    ("festival", "theme"),
    [
        (Festival.MID_AUTUMN, "月饼"),
        (Festival.QINGMING, "封建迷信"),
        (Festival.DRAGON_BOAT, "粽子"),
        (Festival.SPRING_FESTIVAL, "拜年"),
    ],
)
def test_each_festival_has_its_theme(renderer: Renderer, festival: Festival, theme: str) -> None:
    texts = in_turn(renderer, HolidayWaveKind.FORMAL, "zh_CN", (festival,))
    assert any(theme in text for text in texts)


@pytest.mark.parametrize(
    ("first", "last", "chinese", "english"),
    [
        (date(2026, 9, 25), date(2026, 9, 27), "9月25日至27日放假，共3天", "from 25 to 27 September, 3 days in all"),
        (date(2025, 12, 30), date(2026, 1, 1), "12月30日至1月1日放假，共3天", "from 30 December to 1 January, 3 days"),
        (date(2027, 6, 9), date(2027, 6, 9), "6月9日放假，共1天", "The holiday is 9 June, one day"),
    ],
)
def test_dates_are_said_as_people_say_them(
    renderer: Renderer, first: date, last: date, chinese: str, english: str
) -> None:
    days = DaysOff(year=last.year, festivals=(Festival.MID_AUTUMN,), first=first, last=last, provisional=False)
    assert chinese in said(renderer, HolidayWaveKind.FORMAL, "zh_CN", days)
    assert english in said(renderer, HolidayWaveKind.FORMAL, "en", days)


def test_a_provisional_date_says_so(renderer: Renderer) -> None:
    days = next(days for days in WorkCalendar().festivals(2027) if days.festival is Festival.NEW_YEAR)
    assert "provisional" in said(renderer, HolidayWaveKind.FORMAL, "en", days)


def test_a_title_stands_alone(renderer: Renderer) -> None:
    params = holiday_params(days_of((Festival.NATIONAL_DAY,), 2026))
    assert renderer.title("holiday_formal", "en", **params) == "Reminder of integrity: National Day 2026"
