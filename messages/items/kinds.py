"""The kinds of items within the four categories, those of the seed document and one of ours; what each is dated by."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.notices import Category
from messages.text.phrase import Phrase, phrase

CATEGORIES: Final = (Category.CAUTION, Category.REMINDER, Category.PROMPT, Category.STUDY)
"""The four categories that items have, in the seed's order."""


class ItemKind(StrEnum):
    """What an item is about, within its category."""

    AUDIT = "audit"  # 经济责任审计
    INSPECTION = "inspection"  # 目标督查
    ACCOUNTABILITY = "accountability"  # 效能问责
    CASE = "case"  # 案件查处
    EVALUATION = "evaluation"  # 年度考评
    FREQUENT_PROBLEMS = "frequent_problems"  # 同类问题频发
    COMPLAINTS = "complaints"  # 群众投诉举报相对集中
    LOW_SATISFACTION = "low_satisfaction"  # 测评满意率低
    LIMIT = "limit"  # 法定时限未落实: of a tender, a purchase or a recruitment
    TENDER = "tender"  # 项目招标
    PROCUREMENT = "procurement"  # 政府采购
    RECRUITMENT = "recruitment"  # 人员招聘
    HOLIDAY = "holiday"  # 重大节假日廉洁自律
    RULES = "rules"  # 反腐倡廉法规制度
    DOCUMENTS = "documents"  # 重要文件
    EXPERIENCE = "experience"  # 各地工作经验
    ART = "art"  # 廉政书画作品
    SAYINGS = "sayings"  # 格言警句


class Decisive(StrEnum):
    """What the date is of from which the days to enter an item count."""

    CONCLUSION = "conclusion"  # 结论确定或材料通过
    APPROVAL = "approval"  # 领导批准
    SETTLEMENT = "settlement"  # 相关事项确定


KINDS: Final[Mapping[Category, tuple[ItemKind, ...]]] = MappingProxyType(
    {
        Category.CAUTION: (
            ItemKind.AUDIT,
            ItemKind.INSPECTION,
            ItemKind.ACCOUNTABILITY,
            ItemKind.CASE,
            ItemKind.EVALUATION,
        ),
        Category.REMINDER: (
            ItemKind.FREQUENT_PROBLEMS,
            ItemKind.COMPLAINTS,
            ItemKind.LOW_SATISFACTION,
            ItemKind.LIMIT,
        ),
        Category.PROMPT: (ItemKind.TENDER, ItemKind.PROCUREMENT, ItemKind.RECRUITMENT, ItemKind.HOLIDAY),
        Category.STUDY: (
            ItemKind.RULES,
            ItemKind.DOCUMENTS,
            ItemKind.EXPERIENCE,
            ItemKind.ART,
            ItemKind.SAYINGS,
        ),
    }
)
"""The kinds of each category, in the seed's order."""

DECISIVE: Final[Mapping[Category, Decisive]] = MappingProxyType(
    {
        Category.CAUTION: Decisive.CONCLUSION,
        Category.REMINDER: Decisive.APPROVAL,
        Category.PROMPT: Decisive.SETTLEMENT,
    }
)
"""By what each category is dated; study items, which are entered at any time (适时录入), by nothing."""

_CATEGORIES_SAID: Final[Mapping[Category, Phrase]] = MappingProxyType(
    {
        Category.CAUTION: phrase("caution"),
        Category.REMINDER: phrase("graded reminder"),
        Category.PROMPT: phrase("prompt"),
        Category.STUDY: phrase("study"),
    }
)
_KINDS_SAID: Final[Mapping[ItemKind, Phrase]] = MappingProxyType(
    {
        ItemKind.AUDIT: phrase("economic responsibility audit"),
        ItemKind.INSPECTION: phrase("target inspection"),
        ItemKind.ACCOUNTABILITY: phrase("accountability for performance"),
        ItemKind.CASE: phrase("case investigated"),
        ItemKind.EVALUATION: phrase("yearly evaluation"),
        ItemKind.FREQUENT_PROBLEMS: phrase("problems of one kind that recur"),
        ItemKind.COMPLAINTS: phrase("concentrated complaints and reports"),
        ItemKind.LOW_SATISFACTION: phrase("low satisfaction in a survey"),
        ItemKind.LIMIT: phrase("limit that was not kept"),
        ItemKind.TENDER: phrase("project tender"),
        ItemKind.PROCUREMENT: phrase("government procurement"),
        ItemKind.RECRUITMENT: phrase("recruitment"),
        ItemKind.HOLIDAY: phrase("integrity on a holiday"),
        ItemKind.RULES: phrase("laws and rules"),
        ItemKind.DOCUMENTS: phrase("important documents"),
        ItemKind.EXPERIENCE: phrase("experience from elsewhere"),
        ItemKind.ART: phrase("calligraphy and painting"),
        ItemKind.SAYINGS: phrase("sayings"),
    }
)
_DECISIVE_SAID: Final[Mapping[Decisive, Phrase]] = MappingProxyType(
    {
        Decisive.CONCLUSION: phrase("day of the conclusion"),
        Decisive.APPROVAL: phrase("day of the approval"),
        Decisive.SETTLEMENT: phrase("day on which the matter was settled"),
    }
)


def category_said(category: Category) -> Phrase:
    """The category of an item, to be said to people."""
    return _CATEGORIES_SAID[category]


def kind_said(kind: ItemKind) -> Phrase:
    """The kind of an item, to be said to people."""
    return _KINDS_SAID[kind]


def decisive_said(decisive: Decisive) -> Phrase:
    """What the decisive date is of, to be said to people."""
    return _DECISIVE_SAID[decisive]
