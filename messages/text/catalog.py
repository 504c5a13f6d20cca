"""The catalogs: says phrases in a language.

The English text is the key; each other language is a gettext catalog under ``locales/``, read from its ``.po`` file at
start (a few milliseconds), so there is no compiled twin to keep in step.
"""

import io
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from messages.text.phrase import Phrase, Value

SOURCE_LANGUAGE: Final = "en"
LANGUAGES: Final = ("zh_CN", "en")
"""The languages that people may choose, the first one preferred."""


@cache  # a test process makes the service many times over
def _read(language: str) -> NullTranslations:
    path = resources.files("messages.text") / "locales" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


class Catalog:
    """All languages, loaded once."""

    def __init__(self, translations: Mapping[str, NullTranslations]) -> None:
        """Hold ``translations`` by language code."""
        self._translations = translations

    @classmethod
    def load(cls) -> "Catalog":
        """Read every shipped language."""
        others = {language: _read(language) for language in LANGUAGES if language != SOURCE_LANGUAGE}
        return cls({SOURCE_LANGUAGE: NullTranslations(), **others})

    def translations(self, language: str) -> NullTranslations:
        """The gettext translations of a language; an unknown one is read as the source language."""
        return self._translations.get(language, self._translations[SOURCE_LANGUAGE])

    def say(self, what: Phrase, language: str) -> str:
        """Say a phrase in a language, the phrases inside it too."""
        translations = self.translations(language)
        if what.plural is not None and what.count is not None:
            template = translations.ungettext(what.message, what.plural, what.count)
        else:
            template = translations.ugettext(what.message) if what.message else ""
        return template.format_map({name: self._value(value, language) for name, value in what.values.items()})

    def _value(self, value: Value | Phrase, language: str) -> Value:
        return self.say(value, language) if isinstance(value, Phrase) else value
