"""The message catalogs: ``update`` collects what people read into them, ``check`` says what is wrong with them.

The English in the code and the templates is the key. ``messages.pot`` lists the keys; each language's ``messages.po``
answers them. Both are written in one canonical form (sorted, without line numbers and dates), so that a change of them
shows only what is said differently.
"""

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("bot", "schedules", "messages")
LOCALES: Final = ROOT / "messages" / "text" / "locales"
TEMPLATE: Final = LOCALES / "messages.pot"

_KEYWORDS: Final = {"phrase": None, "nphrase": (1, 2), "gettext": None, "ngettext": (1, 2)}
# As `messages/text/rendering.py` reads templates; a template that cannot be read stops the collection.
_JINJA: Final = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "silent": "false",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}
_KINDS: Final = {".py": "python", ".html": "jinja2.ext:babel_extract"}
_DROPPED: Final = (
    "Project-Id-Version",
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Report-Msgid-Bugs-To",
    "Generated-By",
)

_PLACE_HOLDER: Final = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")
_CJK: Final = r"[\u3400-\u9fff\u300a-\u3011\u201d]"
# A Latin mark right after a Chinese character, or right before one and after no Latin word (as in unit:财政局); a Latin
# bracket beside one.
_HALF_WIDTH: Final = re.compile(rf"{_CJK}[,;:?!(]|(?<!\w)[,;:?!]{_CJK}|\({_CJK}|{_CJK}\)|\){_CJK}", re.ASCII)


def sources() -> Iterator[Path]:
    """Every file whose messages people read: the packages' modules and their Jinja templates."""
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))
        yield from sorted(path for path in (ROOT / package).rglob("*.html") if "{%" in path.read_text(encoding="utf-8"))


def collect(paths: Iterable[Path]) -> Catalog:
    """The messages of ``paths``, without places: where a message stands in the code is no part of what it says."""
    found = Catalog(
        project="lianxun",
        charset="utf-8",
        fuzzy=False,
        header_comment="# 廉讯 (lianxun): what people read, in English.",
    )
    for path in paths:
        options = _JINJA if path.suffix == ".html" else {}
        for _, message, comments, context in extract_from_file(
            _KINDS[path.suffix], path, _KEYWORDS, ("For translators:",), options
        ):
            found.add(message, auto_comments=comments, context=context)
    return found


def written(catalog: Catalog) -> str:
    """The catalog's canonical text."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    lines = out.getvalue().decode().splitlines()
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}' for name in _DROPPED))]
    return "\n".join(kept).rstrip() + "\n"


def read(path: Path, language: str | None = None) -> Catalog:
    """The catalog in a file; obsolete and fuzzy entries too."""
    with path.open("rb") as file:
        return read_po(file, locale=language)


def languages() -> dict[str, Path]:
    """Each language's catalog by its code."""
    return {path.parent.parent.name: path for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po"))}


def updated(path: Path, language: str, template: Catalog) -> Catalog:
    """A language's catalog with the template's messages: what was said stays, what is new is empty."""
    catalog = read(path, language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def update() -> int:
    """Write the template and every language anew; say what still lacks a translation."""
    template = collect(sources())
    TEMPLATE.write_text(written(template), encoding="utf-8")
    for language, path in languages().items():
        catalog = updated(path, language, template)
        path.write_text(written(catalog), encoding="utf-8")
        missing = sum(not _said(message) for message in catalog if message.id)
        print(f"{path.relative_to(ROOT)}: {len(catalog)} messages, {missing} without a translation")
    return 0


def check() -> int:
    """Print every fault of the catalogs; 1 when there is one."""
    template = collect(sources())
    faults = [*unreadable(sources()), *_stale(TEMPLATE, template)]
    for language, path in languages().items():
        catalog = read(path, language)
        faults += [f"{path.relative_to(ROOT)}: {fault}" for fault in catalog_faults(catalog, template)]
        faults += _stale(path, updated(path, language, template))
    for fault in faults:
        print(fault)
    print(f"catalogs: {len(template)} messages, {len(faults)} faults")
    return int(bool(faults))


def catalog_faults(catalog: Catalog, template: Catalog) -> Iterator[str]:
    """What is wrong with a language's catalog, beside the messages of the code."""
    for message in template:
        if message.id and catalog.get(message.id, message.context) is None:
            yield f"lacks {_name(message)}"
    yield from (f"is obsolete: {_name(message)}" for message in catalog.obsolete.values())
    for message in catalog:
        if message.id:
            yield from (f"{fault}: {_name(message)}" for fault in message_faults(message))


def message_faults(message: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    if message.fuzzy:
        yield "is only guessed (fuzzy)"
    if not _said(message):
        yield "has no translation"
        return
    wanted = _place_holders(_texts(message.id)[-1])
    for text in _texts(message.string):
        if (found := _place_holders(text)) != wanted:
            yield f"has the place-holders {sorted(found)} instead of {sorted(wanted)}"
        if half := _HALF_WIDTH.search(text):
            yield f"has a half-width mark in Chinese text, {half.group()!r}"


def _stale(path: Path, catalog: Catalog) -> list[str]:
    if path.exists() and path.read_text(encoding="utf-8") == written(catalog):
        return []
    return [f"{path.relative_to(ROOT)}: is not current; run `make catalogs`"]


def unreadable(paths: Iterable[Path]) -> Iterator[str]:
    """Phrases that no collection can read, since their text is not written where they are made."""
    for path in paths:
        if path.suffix != ".py" or path.name == "phrase.py":
            continue
        for call in ast.walk(ast.parse(path.read_bytes())):
            if not (
                isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"phrase", "nphrase"}
            ):
                continue
            texts = call.args[: 1 if call.func.id == "phrase" else 2]
            if not texts or not all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts):
                yield f"{path.relative_to(ROOT)}:{call.lineno}: a phrase's English is a literal here, to be collected"


def _literal(call: ast.Call) -> bool:
    """Whether a call is none that makes a phrase, or makes it from literal texts."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    texts = call.args[: {"phrase": 1, "nphrase": 2}.get(name, 0)]
    literal = all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts)
    return literal and (name not in {"phrase", "nphrase"} or bool(texts))


def _texts(said: str | Iterable[str] | None) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ("",))


def _said(message: Message) -> bool:
    return all(_texts(message.string))


def _place_holders(text: str) -> set[str]:
    return {match.group() for match in _PLACE_HOLDER.finditer(text)}


def _name(message: Message) -> str:
    return repr(_texts(message.id)[0])


if __name__ == "__main__":
    acts = {"update": update, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in acts:  # noqa: PLR2004 -- the script's own name and the act
        sys.exit("use: scripts/catalogs.py update|check")
    sys.exit(acts[sys.argv[1]]())
