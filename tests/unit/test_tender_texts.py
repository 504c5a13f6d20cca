"""What people are told to mind at each step of a matter."""

import itertools
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment, PackageLoader

from messages.notices import Json
from messages.tenders.milestones import MILESTONES, PLANS, MatterKind, Milestone, milestone_said
from messages.text.articles import article_of
from messages.text.catalog import LANGUAGES, Catalog
from messages.text.markup import visible_length
from messages.text.phrase import kept
from messages.text.rendering import Frame, Renderer, environment_of
from schedules.policy import load

CATALOG = Catalog.load()
STEPS = [(kind, milestone) for kind in MatterKind for milestone in MILESTONES[kind] if milestone not in PLANS]
HALF_WIDTH = re.compile(r"[,;:?!()]|\.$")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    said: str = request.param
    return said


def templates_in(language: str) -> Environment:
    return environment_of(PackageLoader("messages.text", "templates"), CATALOG, language)


@pytest.fixture(scope="module")
def templates(language: str) -> Environment:
    return templates_in(language)


def ask(templates: Environment, milestone: Milestone) -> str:
    said: str = templates.get_template(f"tenders/{milestone}.html").module.ask()  # type: ignore[attr-defined]
    return said


def points(templates: Environment, milestone: Milestone, kind: MatterKind) -> list[str]:
    said: str = templates.get_template(f"tenders/{milestone}.html").module.points(kind.value)  # type: ignore[attr-defined]
    return said.strip().splitlines()


def test_each_step_has_two_or_three_points_that_fit_a_prompt(templates: Environment) -> None:
    for kind, milestone in STEPS:
        said = points(templates, milestone, kind)
        assert len(said) in {2, 3}, milestone
        assert all(said), milestone
        assert sum(len(point) + 4 for point in said) + len(ask(templates, milestone)) < 550, milestone


def test_no_step_says_the_same_twice(templates: Environment) -> None:
    for kind, milestone in STEPS:
        said = points(templates, milestone, kind)
        assert all(one != other for one, other in itertools.combinations(said, 2)), milestone


def test_the_points_are_whole_sentences_and_what_is_asked_is_part_of_one(templates: Environment) -> None:
    for kind, milestone in STEPS:
        assert all(point[-1] in ".。" for point in points(templates, milestone, kind)), milestone
        assert ask(templates, milestone)[-1] not in ".。", milestone


def test_chinese_is_said_in_chinese_marks() -> None:
    templates = templates_in("zh_CN")
    for kind, milestone in STEPS:
        for line in [ask(templates, milestone), *points(templates, milestone, kind)]:
            assert not HALF_WIDTH.search(line), line
            assert not re.search("[A-Za-z]", line), line


def test_a_purchase_is_not_held_to_the_tendering_law_nor_a_tender_to_that_of_procurement(
    templates: Environment,
) -> None:
    foreign = {
        MatterKind.TENDER: ("Procurement", "采购法"),
        MatterKind.PROCUREMENT: ("Tendering", "招标投标法"),
        MatterKind.RECRUITMENT: ("article", "第"),
    }
    for kind, milestone in STEPS:
        for point in points(templates, milestone, kind):
            assert not any(word in point for word in foreign[kind]), point


def test_the_whole_prompt_is_read_at_a_glance(renderer: Renderer, language: str) -> None:
    laws = load().tenders.laws
    by = datetime(2026, 10, 10, 17, tzinfo=ZoneInfo("Asia/Shanghai"))
    for kind, milestone in STEPS:
        said: dict[str, Json] = {
            "prompt": "soon",
            "step": milestone.value,
            "kind": kind.value,
            "matter_title": "办公楼维修改造工程" * 5,
            "unit": "住房和城乡建设局",
            "milestone": kept(milestone_said(milestone)),
            "due": "2026-10-12",
            "earliest": False,
            "at": "2026-10-12T09:30:00+08:00",
            "whole_day": False,
            "awaits_official": False,
            "article": article_of("BR54", laws),
            "why": "node",
            "node": "开标评标定标",
            "same": False,
            "counts_from": None,
            "required": False,
            "posts": [],
        }
        text = renderer.notice("tender_prompt", language, said, Frame(title=None, acknowledge=True, acknowledge_by=by))
        assert visible_length(text) < 900, milestone
        assert "\n\n\n" not in text
        assert text.count("\n• ") == len(points(templates_in(language), milestone, kind))


def test_each_shipped_rule_prompts_by_the_texts_of_its_own_kind() -> None:
    rules = load().tenders.rules
    wrong = [(kind, rule.name) for kind in MatterKind for rule in rules[kind] if rule.template not in MILESTONES[kind]]
    assert wrong == []


def test_the_steps_are_called_briefly(language: str) -> None:
    for _, milestone in STEPS:
        assert len(CATALOG.say(milestone_said(milestone), language)) <= 48
