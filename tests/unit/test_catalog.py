"""Phrases said in a language."""

import pytest

from messages.text.catalog import LANGUAGES, Catalog
from messages.text.phrase import english, nphrase, phrase


@pytest.mark.parametrize(("language", "said"), [("zh_CN", "✅ 已知悉"), ("en", "✅ Noted"), ("fr", "✅ Noted")])
def test_a_phrase_is_said_in_the_readers_language_and_else_in_english(
    catalog: Catalog, language: str, said: str
) -> None:
    assert catalog.say(phrase("✅ Noted"), language) == said


def test_a_phrase_that_no_catalog_knows_is_said_as_it_stands(catalog: Catalog) -> None:
    assert catalog.say(phrase("never said {x}", x=3), "zh_CN") == "never said 3"


def test_a_value_may_be_a_phrase_of_its_own(catalog: Catalog) -> None:
    nested = phrase("<{what}>", what=phrase("✅ Noted"))
    assert catalog.say(nested, "zh_CN") == "<✅ 已知悉>"
    assert english(nested) == "<✅ Noted>"


@pytest.mark.parametrize(("count", "said"), [(1, "1 thing"), (0, "0 things"), (2, "2 things")])
def test_a_plural_is_chosen_by_the_count(catalog: Catalog, count: int, said: str) -> None:
    things = nphrase("{count} thing", "{count} things", count)
    assert catalog.say(things, "en") == said
    assert english(things) == said


def test_a_value_with_braces_is_not_read_as_a_place_holder(catalog: Catalog) -> None:
    assert catalog.say(phrase("{name}", name="{0} {x} %s"), "zh_CN") == "{0} {x} %s"


def test_an_empty_phrase_says_nothing(catalog: Catalog) -> None:
    """gettext's catalog keeps its own header under the empty message."""
    assert [catalog.say(phrase(""), language) for language in LANGUAGES] == ["", ""]
