"""The catalogs' own checks: what they let pass and what they name."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from scripts import catalogs


def faults(english: str | tuple[str, str], chinese: str | tuple[str, ...]) -> list[str]:
    catalog = Catalog(locale="zh_CN")
    return list(catalogs.message_faults(catalog.add(english, chinese)))


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Hello, {name}.", "{name}，您好。"),
        ("At %(time)s: noted", "%(time)s：已记录"),
        ("See https://t.me/x?start=1", "见 https://t.me/x?start=1"),
        (("{count} post", "{count} posts"), ("{count} 个岗位",)),
        ("Use /inbox, /help", "可用 /inbox、/help"),
        ("An audience, such as unit:x", "受众，例如 unit:财政局"),
    ],
)
def test_a_good_translation_passes(english: str | tuple[str, str], chinese: str | tuple[str, ...]) -> None:
    assert faults(english, chinese) == []


@pytest.mark.parametrize("chinese", ["", ("",)])
def test_a_missing_translation_is_named(chinese: str | tuple[str, ...]) -> None:
    assert faults("Noted", chinese) == ["has no translation"]


@pytest.mark.parametrize("chinese", ["您好。", "{nme}，您好。", "{name}{extra}，您好。", "%(name)s，您好。"])
def test_a_place_holder_that_differs_is_named(chinese: str) -> None:
    (fault,) = faults("Hello, {name}.", chinese)
    assert "place-holders" in fault


@pytest.mark.parametrize(
    "chinese",
    [
        "您好,请签收",
        "何时?",
        "单位: 财政局",
        "已记录;谢谢",
        "时间:{at}",
        "收到!\n请看",
        "用 <b>,再签收",
        "应为表(table)",
        "《{at}》(1)",
        "({at})已被取代",
        "（见 (附件二)）",
    ],
)
def test_a_half_width_mark_in_chinese_is_named(chinese: str) -> None:
    (fault,) = faults("{at}" if "{at}" in chinese else "x", chinese)
    assert "half-width" in fault


def test_a_guess_is_named() -> None:
    catalog = Catalog(locale="zh_CN")
    message = catalog.add("Noted", "已知悉", flags=["fuzzy"])
    assert list(catalogs.message_faults(message)) == ["is only guessed (fuzzy)"]


def test_a_message_that_no_catalog_knows_is_named() -> None:
    template = Catalog()
    template.add("Noted")
    assert list(catalogs.catalog_faults(Catalog(locale="zh_CN"), template)) == ["lacks 'Noted'"]


def test_templates_are_collected_as_they_are_rendered(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("{% trans who=name %}\n  Dear {{ who }},\n  50% is done.\n{% endtrans %}", encoding="utf-8")
    ids = [message.id for message in catalogs.collect([page]) if message.id]
    assert ids == ["Dear %(who)s, 50%% is done."]


def test_a_phrase_without_a_literal_text_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    module = tmp_path / "module.py"
    module.write_text('phrase("good {x}", x=1)\nphrase(text)\nnphrase("one", many, 2)\n', encoding="utf-8")
    found = list(catalogs.unreadable([module]))
    assert [fault.split(": ")[0] for fault in found] == ["module.py:2", "module.py:3"]
