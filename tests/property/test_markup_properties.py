"""What holds for every text that is read as the Bot API's HTML."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.text.markup import Marked, MarkupFault, length16, parse, to_html

TAGS = ("b", "i", "u", "s", "a", "code", "pre", "span", "tg-spoiler", "tg-emoji", "blockquote", "x", "")
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS]),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(['<a href="https://x.cn/?a=1&amp;b=2">', "<a href=javascript:1>", '<span class="tg-spoiler">']),
    st.sampled_from(['<tg-emoji emoji-id="5">', '<code class="language-py">', "<blockquote expandable>", "<a href='"]),
    st.sampled_from(
        ["&lt;", "&#128512;", "&#xd800;", "&nbsp;", "&", "<", ">", '"', "\n", " ", "\0", "廉", "😀", "\ud800"]
    ),
    st.text(max_size=5),
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@st.composite
def well_formed(draw: st.DrawFn, depth: int = 3) -> str:
    """A text whose tags are closed in order."""
    inner = draw(st.text(alphabet="ab <&>\"'廉😀\n", max_size=4)).replace("<", "&lt;")
    for _ in range(draw(st.integers(0, 3)) if depth else 0):
        tag = draw(st.sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler"]))
        inner += f"<{tag}>{draw(well_formed(depth - 1))}</{tag}>"
    if depth and draw(st.booleans()):
        inner = f'<a href="example.cn/{draw(st.text(alphabet="a&?", max_size=3))}">{inner}</a>'
    return inner


def read(text: str) -> tuple[MarkupFault | None, Marked]:
    try:
        return None, parse(text)
    except MarkupFault as fault:
        return fault, Marked(text="")


@given(TEXTS)
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    fault, marked = read(text)
    if fault:
        line = text.split("\n")[fault.line - 1]
        assert 0 <= fault.offset < len(text)
        assert line[fault.column - 1 : fault.column] == text[fault.offset : fault.offset + 1]
    end = length16(marked.text)
    assert all(entity.length > 0 and entity.offset + entity.length <= end for entity in marked.entities)
    assert parse(to_html(marked)) == marked


@given(well_formed())
def test_what_is_shown_in_a_browser_reads_as_the_same(text: str) -> None:
    marked = parse(text)
    assert parse(to_html(marked)) == marked


@given(st.text())
def test_a_plain_text_shows_as_it_is(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    assert parse(escaped).text == text


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 50_000 + "x" + "</b>" * 50_000,
        "<i><b>" * 50_000 + "x",
        "&" * 500_000,
        "<a href='" + "&amp;" * 100_000,
        "<b " + " a=1" * 100_000,
        "<a href=" + "x" * 500_000 + "?",
    ],
    ids=["nested", "open", "ampersands", "quote", "attributes", "token"],
)
def test_reading_takes_time_in_proportion_to_the_text(html: str) -> None:
    with suppress(MarkupFault):
        parse(html)
