"""What a person marks in Telegram is sent with the same marks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.text.entities import to_api_html
from messages.text.markup import length16, parse


def mark(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- an entity's fields
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("plain", [], "plain"),
        ("a < b & c", [], "a &lt; b &amp; c"),
        ("bold", [mark("bold", 0, 4)], "<b>bold</b>"),
        ("😀 bold", [mark("bold", 3, 4)], "😀 <b>bold</b>"),
        ("ab", [mark("bold", 0, 2), mark("italic", 1, 1)], "<b>a<i>b</i></b>"),
        ("abc", [mark("bold", 0, 2), mark("italic", 1, 2)], "<b>a<i>b</i></b><i>c</i>"),
        (
            "abc",
            [mark("bold", 0, 2), mark("blockquote", 1, 2)],
            "<b>a</b><blockquote><b>b</b>c</blockquote>",
        ),
        ("quote", [mark("expandable_blockquote", 0, 5)], "<blockquote expandable>quote</blockquote>"),
        ("abc", [mark("bold", 0, 3), mark("code", 1, 1)], "<b>a</b><code>b</code><b>c</b>"),
        ("x=1", [mark("pre", 0, 3, language="py")], '<pre><code class="language-py">x=1</code></pre>'),
        ("here", [mark("text_link", 0, 4, url="https://a.cn/?a=1&b=2")], '<a href="https://a.cn/?a=1&amp;b=2">here</a>'),
        ("bad", [mark("text_link", 0, 3, url="javascript:alert(1)")], "bad"),
        ("王", [mark("text_mention", 0, 1, user={"id": 7})], '<a href="tg://user?id=7">王</a>'),
        ("https://a.cn #tag @someone", [mark("url", 0, 12), mark("hashtag", 13, 4), mark("mention", 18, 8)],
         "https://a.cn #tag @someone"),
        ("👍", [mark("custom_emoji", 0, 2, custom_emoji_id="53")], '<tg-emoji emoji-id="53">👍</tg-emoji>'),
        ("secret", [mark("spoiler", 0, 6)], "<tg-spoiler>secret</tg-spoiler>"),
    ],
)  # fmt: skip
def test_marks_become_tags(text: str, entities: list[dict[str, Any]], html: str) -> None:
    assert to_api_html(text, entities) == html


@pytest.mark.parametrize(
    "entity",
    [
        None, 7, {}, {"type": "bold"}, mark("bold", -1, 2), mark("bold", 0, 0), mark("bold", 0, 99), mark("x", 0, 2),
        mark("bold", 1, 1), mark("custom_emoji", 0, 2, custom_emoji_id='1">'), {"type": 5, "offset": 0, "length": 2},
        {"type": "bold", "offset": "0", "length": 2}, {"type": "bold", "offset": True, "length": True},
    ],
)  # fmt: skip
def test_what_is_no_mark_is_left_out(entity: object) -> None:
    assert to_api_html("😀<", [entity]) == "😀&lt;"


def test_a_language_cannot_break_out_of_its_tag() -> None:
    html = to_api_html("x", [mark("pre", 0, 1, language='"><b>')])
    assert parse(html).text == "x"


kinds = st.sampled_from(
    ["bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote", "expandable_blockquote"]
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)


@given(texts, st.lists(st.tuples(kinds, st.integers(0, 30), st.integers(1, 30)), max_size=8))
def test_any_marks_over_any_text_are_read_back_as_that_text(text: str, marks: list[tuple[str, int, int]]) -> None:
    entities = [mark(kind, at, length) for kind, at, length in marks]
    marked = parse(to_api_html(text, entities))
    assert marked.text == text
    size = length16(text)
    wanted = {kind for kind, at, length in marks if at + length <= size}
    assert {entity.type for entity in marked.entities} <= wanted
