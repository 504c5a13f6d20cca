"""The emoji that we write are drawn by the sandbox's page: a computer without a font for them shows no empty boxes."""

import re
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "bot" / "sandbox" / "page" / "static"
WRITTEN = (
    "bot/chat/**/*.py",
    "bot/*.py",
    "schedules/**/*.py",
    "messages/*.py",
    "messages/items/*.py",
    "messages/register/*.py",
    "messages/warnings/*.py",
    "messages/text/**/*.html",
)
READ = ROOT / "messages" / "register" / "words.py"
"""What stands in offices' spreadsheets: we read these signs, and write none of them."""
CATALOGS = ("messages/text/locales/**/*.po",)
EMOJI = re.compile("[\u21a9\u21aa\u2300-\u23ff\u25b6\u25c0\u2600-\u27bf\u2934\u2935\u2b00-\u2bff\U0001f000-\U0001faff]")
DRAWN = re.compile(r'"(.)": "(\w+)",')


def drawn() -> dict[str, str]:
    return dict(DRAWN.findall((STATIC / "emoji.js").read_text("utf-8")))


def test_every_emoji_of_our_texts_and_catalogs_is_drawn() -> None:
    files = chain.from_iterable(ROOT.glob(pattern) for pattern in (*WRITTEN, *CATALOGS))
    written = {emoji for file in files if file != READ for emoji in EMOJI.findall(file.read_text("utf-8"))}
    assert len(written) > 20
    assert written - set(drawn()) == set()


def test_every_one_has_its_picture_in_the_sheet() -> None:
    sheet = ET.parse(STATIC / "emoji.svg").getroot()  # noqa: S314 -- our own file
    views = {view.get("id") for view in sheet.iter("{http://www.w3.org/2000/svg}view")}
    assert views == set(drawn().values())
