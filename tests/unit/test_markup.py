"""The Bot API's HTML is read as the Bot API reads it, and refused in its words and with the place."""

import pytest

from messages.text.markup import Entity, Marked, MarkupFault, parse, to_html, visible_length
from messages.text.phrase import english


def entity(kind: str, offset: int, length: int, **more: str) -> Entity:
    return Entity(type=kind, offset=offset, length=length, **more)


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("plain > text", "plain > text", ()),
        ("<b>bold</b> <STRONG>too</STRONG>", "bold too", (entity("bold", 0, 4), entity("bold", 5, 3))),
        ("<i>a</i><em>b</em>", "ab", (entity("italic", 0, 1), entity("italic", 1, 1))),
        ("<u>a</u><ins>b</ins>", "ab", (entity("underline", 0, 1), entity("underline", 1, 1))),
        ("<s>a</s><del>b</del>", "ab", (entity("strikethrough", 0, 1), entity("strikethrough", 1, 1))),
        ('<span class="tg-spoiler">a</span>', "a", (entity("spoiler", 0, 1),)),
        ("<tg-spoiler>a</tg-spoiler>", "a", (entity("spoiler", 0, 1),)),
        ("😀<b>廉</b>", "😀廉", (entity("bold", 2, 1),)),
        ("<b>a<i>b</i></b>", "ab", (entity("bold", 0, 2), entity("italic", 1, 1))),
        ("<b></b>x", "x", ()),
        ("<b>x</>", "x", (entity("bold", 0, 1),)),
        ("<code>a<b>b</b></code>", "ab", (entity("code", 0, 2),)),
        ("<b>a<b>b</b></b>", "ab", (entity("bold", 0, 2),)),
        ('<pre><code class="language-py">x</code></pre>', "x", (entity("pre", 0, 1, language="py"),)),
        ("<blockquote expandable>x</blockquote>", "x", (entity("expandable_blockquote", 0, 1),)),
        ("<blockquote>x</blockquote>", "x", (entity("blockquote", 0, 1),)),
        ('<tg-emoji emoji-id="5368">👍</tg-emoji>', "👍", (entity("custom_emoji", 0, 2, custom_emoji_id="5368"),)),
        ('<a href="https://a.cn/?b=1&amp;c">x</a>', "x", (entity("text_link", 0, 1, url="https://a.cn/?b=1&c"),)),
        ("<a>a.cn</a>", "a.cn", (entity("text_link", 0, 4, url="http://a.cn"),)),
        ('<a href="tg://user?id=5">x</a>', "x", (entity("text_link", 0, 1, url="tg://user?id=5"),)),
        ('<a href="javascript:alert(1)">x</a>', "x", ()),
        ('<a href=" javascript:alert(1)">x</a>', "x", ()),
        ("&lt;&gt;&amp;&quot;&#65;&#x4e00;", '<>&"A一', ()),
        ("&nbsp; &copy; & &;", "&nbsp; &copy; & &;", ()),
        ("&#0; &#xd800; &#99999999999;", "&#0; &#xd800; &#99999999999;", ()),
        ("a&ltb &lt b", "a&ltb < b", ()),
    ],
)
def test_it_reads_text_and_entities(html: str, text: str, entities: tuple[Entity, ...]) -> None:
    assert parse(html) == Marked(text=text, entities=entities)


@pytest.mark.parametrize(
    ("html", "api"),
    [
        ("廉讯<x>a</x>", 'Unsupported start tag "x" at byte offset 6'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a =x>a</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x?y>a</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>a</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_it_refuses_in_the_words_of_the_bot_api(html: str, api: str) -> None:
    with pytest.raises(MarkupFault) as refusal:
        parse(html)
    assert refusal.value.api == f"can't parse entities: {api}"


def test_a_refusal_tells_a_person_the_line_and_the_column() -> None:
    """It said the fault twice, in two ways, and not that the text was refused."""
    with pytest.raises(MarkupFault) as refusal:
        parse("各位同事:\n请<b>注意</i>")
    [fault] = refusal.value.faults
    assert str(refusal.value) == "The input was refused."
    assert (fault.line, fault.column) == (2, "7")
    assert english(fault.message) == "</b> was expected, </i> was found."


def test_visible_length_counts_utf16_without_tags() -> None:
    assert visible_length("<b>廉😀</b>&amp;") == 4


def test_a_browser_gets_known_tags_and_safe_links_only() -> None:
    marked = Marked(
        text="<a>😀b",
        entities=(
            entity("text_link", 0, 3, url='https://a.cn/"><script>'),
            entity("text_link", 3, 2, url="javascript:alert(1)"),
            entity("strange", 5, 1),
        ),
    )
    assert to_html(marked) == (
        '<a href="https://a.cn/&quot;&gt;&lt;script&gt;" target="_blank" rel="noopener noreferrer">&lt;a&gt;</a>😀b'
    )
