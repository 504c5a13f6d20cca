"""What the columns of a sheet of matters are about: which dates, which steps, and by which names they are known."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from messages.sheets.vocabulary import Vocabulary, fold, is_not_read
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.sheets.names import ALIASES, CHINESE, Column

_LOOKS_MEANT: Final = re.compile(
    r"时间|日期|截止|开始|结束|责任岗|公告|公示|开标|评标|澄清|date|deadline|time$|posts?$|状态|类别|方式|预算"
)
"""A name like that, unknown though it is, may be meant for one of ours: what stands under it would be missed."""

_IS_NEITHER: Final = re.compile(r"(?:地点|地址|场所|媒介|媒体|网址|网站|链接|平台|办法|委员会)$")
"""A name with such an end is about no date and no post: 开标地点, 公告媒介, 评标办法."""

DATES: Final[Mapping[Column, Milestone]] = MappingProxyType(
    {column: Milestone(column.value) for column in Column if column.value in {*Milestone}}
)
"""The columns of one date each."""
SHOWN: Final[Mapping[MatterKind, tuple[Milestone, Milestone]]] = MappingProxyType(
    {
        MatterKind.TENDER: (Milestone.CANDIDATES_FROM, Milestone.CANDIDATES_UNTIL),
        MatterKind.PROCUREMENT: (Milestone.SINGLE_SOURCE_FROM, Milestone.SINGLE_SOURCE_UNTIL),
        MatterKind.RECRUITMENT: (Milestone.PUBLICITY_FROM, Milestone.PUBLICITY_UNTIL),
    }
)
"""What is shown to the public (公示) in each kind of matter: from, until."""
PERIODS: Final[Mapping[Column, tuple[Milestone, Milestone]]] = MappingProxyType(
    {
        Column.DOCUMENTS: (Milestone.DOCUMENTS_FROM, Milestone.DOCUMENTS_UNTIL),
        Column.BIDS: (Milestone.BID_DEADLINE, Milestone.OPENING),
        Column.REGISTRATION: (Milestone.REGISTRATION_FROM, Milestone.REGISTRATION_UNTIL),
    }
)
"""The columns of two steps: a beginning and an end in one cell, or (of ``BIDS``) one instant of both."""
STEPS: Final[Mapping[Column, tuple[Milestone, ...]]] = MappingProxyType(
    {
        Column.ANNOUNCED_POSTS: (Milestone.ANNOUNCED,),
        Column.DOCUMENTS_POSTS: (Milestone.DOCUMENTS_FROM, Milestone.DOCUMENTS_UNTIL, Milestone.BID_DEADLINE),
        Column.CLARIFIED_POSTS: (Milestone.CLARIFIED, Milestone.ENQUIRIES_UNTIL),
        Column.EXPERTS_POSTS: (Milestone.EXPERTS_DRAWN,),
        Column.OPENING_POSTS: (Milestone.OPENING,),
        Column.EVALUATION_POSTS: (Milestone.EVALUATION, Milestone.EVALUATION_REPORTED),
        Column.PUBLICITY_POSTS: tuple(one for both in SHOWN.values() for one in both),
        Column.AWARD_POSTS: (Milestone.BUYER_DECIDED, Milestone.AWARD_NOTICE, Milestone.AWARD_PUBLISHED),
        Column.CHALLENGE_POSTS: (
            Milestone.PREQUALIFICATION_ANSWERED,
            Milestone.OBJECTION_ANSWERED,
            Milestone.QUESTION_ANSWERED,
            Milestone.CHALLENGE_ANSWERED,
        ),
        Column.CONTRACT_POSTS: (
            Milestone.CONTRACT_SIGNED,
            Milestone.CONTRACT_PUBLISHED,
            Milestone.CONTRACT_FILED,
            Milestone.SUPERVISOR_REPORTED,
            Milestone.DEPOSITS_RETURNED,
        ),
        Column.ACCEPTANCE_POSTS: (Milestone.ACCEPTANCE,),
        Column.REGISTRATION_POSTS: (Milestone.REGISTRATION_FROM, Milestone.REGISTRATION_UNTIL),
        Column.EXAMINATION_POSTS: (Milestone.EXAMINATION,),
        Column.INSPECTION_POSTS: (Milestone.INSPECTION,),
        Column.APPOINTED_POSTS: (Milestone.APPOINTED,),
    }
)
"""The steps for which a column names posts; of them those that a kind of matter has."""

_ENDS: Final = ("", "时间", "日期")
_TWINS: Final = MappingProxyType({"开始": ("起", "起始"), "截止": ("止", "结束"), "结束": ("止", "截止")})
"""What offices write as well for a beginning and an end."""
_POSTS_ENDS: Final = ("位", "位编号", "位代码")
_DATED: Final = frozenset({*DATES, *PERIODS, Column.SHOWN_FROM, Column.SHOWN_UNTIL, Column.SHOWN})


def is_passed_over(name: str) -> bool:
    """Whether a column is of the office's own, such as 代理机构 or 联系电话: it is not read."""
    said = fold(name)
    return is_not_read(name) or _IS_NEITHER.search(said) is not None or not _LOOKS_MEANT.search(said)


def _with_ends() -> Mapping[Column, str]:
    """The names, those of dates also with what offices write behind them, of posts with 岗位 for 岗."""
    taken = {word for column, words in ALIASES.items() for word in (CHINESE[column], *words.split())}
    taken |= {*CHINESE.values()}
    more: dict[Column, str] = {}
    for column, name in CHINESE.items():
        said = ALIASES.get(column, "").split()
        bare = [re.sub("(时间|日期)$", "", one) for one in (name, *said)]
        if column in _DATED:
            bare += [one[:-2] + twin for one in bare for twin in _TWINS.get(one[-2:], ())]
        ends = _ENDS if column in _DATED else _POSTS_ENDS if column in STEPS else ()
        ended = [one + end for one in bare for end in ends]
        more[column] = " ".join([*said, *(one for one in dict.fromkeys(ended) if one not in taken)])
        taken |= {*ended}
    return more


VOCABULARY: Final = Vocabulary(CHINESE, _with_ends(), required=(Column.TITLE, Column.BUYER), passed_over=is_passed_over)
"""The names by which a sheet of matters is understood."""
