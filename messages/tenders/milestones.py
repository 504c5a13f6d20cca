"""The steps of a matter that have a date (节点): their names, and the kinds of matters that have them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.text.phrase import Phrase, phrase


class MatterKind(StrEnum):
    """What a matter is: by it the rules are chosen."""

    TENDER = "tender"  # 工程招标 (招标投标法)
    PROCUREMENT = "procurement"  # 政府采购 (政府采购法)
    RECRUITMENT = "recruitment"  # 公开招聘


class Milestone(StrEnum):
    """What happens in the course of a matter and has a date."""

    ANNOUNCED = "announced"  # 公告发布
    PREQUALIFICATION_FROM = "prequalification_from"  # 资格预审文件发售开始
    PREQUALIFICATION_UNTIL = "prequalification_until"  # 资格预审文件发售截止
    PREQUALIFICATION_CLARIFIED = "prequalification_clarified"  # 资格预审文件澄清
    PREQUALIFICATION_OBJECTED = "prequalification_objected"  # 对资格预审文件的异议
    PREQUALIFICATION_ANSWERED = "prequalification_answered"  # 答复对资格预审文件的异议
    PREQUALIFICATION_DEADLINE = "prequalification_deadline"  # 资格预审申请截止
    DOCUMENTS_FROM = "documents_from"  # 招标(采购)文件开始发出
    DOCUMENTS_UNTIL = "documents_until"  # 招标(采购)文件发售(提供)截止
    CLARIFIED = "clarified"  # 澄清、修改
    OBJECTED = "objected"  # 对招标文件的异议
    OBJECTION_ANSWERED = "objection_answered"  # 答复异议
    ENQUIRIES_UNTIL = "enquiries_until"  # 提问截止
    SINGLE_SOURCE_FROM = "single_source_from"  # 单一来源公示开始
    SINGLE_SOURCE_UNTIL = "single_source_until"  # 单一来源公示结束
    BID_DEADLINE = "bid_deadline"  # 投标(响应)截止
    EXPERTS_DRAWN = "experts_drawn"  # 抽取评标(评审)专家
    OPENING = "opening"  # 开标
    EVALUATION = "evaluation"  # 评标(评审)
    EVALUATION_REPORTED = "evaluation_reported"  # 提交评标(评审)报告
    CANDIDATES_FROM = "candidates_from"  # 中标候选人公示开始
    CANDIDATES_UNTIL = "candidates_until"  # 中标候选人公示结束
    BUYER_DECIDED = "buyer_decided"  # 采购人确定中标(成交)人
    AWARD_NOTICE = "award_notice"  # 发出中标(成交)通知书
    AWARD_PUBLISHED = "award_published"  # 公告中标(成交)结果
    QUESTION_ASKED = "question_asked"  # 供应商询问
    QUESTION_ANSWERED = "question_answered"  # 答复询问
    CHALLENGE_RAISED = "challenge_raised"  # 供应商质疑
    CHALLENGE_ANSWERED = "challenge_answered"  # 答复质疑
    COMPLAINT = "complaint"  # 投诉
    CONTRACT_SIGNED = "contract_signed"  # 签订合同
    CONTRACT_PUBLISHED = "contract_published"  # 公告合同
    CONTRACT_FILED = "contract_filed"  # 合同副本备案
    SUPERVISOR_REPORTED = "supervisor_reported"  # 向监督部门书面报告
    DEPOSITS_RETURNED = "deposits_returned"  # 退还投标保证金
    ACCEPTANCE = "acceptance"  # 履约验收
    PLANNED_AWARD_UNTIL = "planned_award_until"  # 计划定标
    PLANNED_PERFORMANCE_FROM = "planned_performance_from"  # 计划履约开始
    PLANNED_PERFORMANCE_UNTIL = "planned_performance_until"  # 计划履约截止
    REGISTRATION_FROM = "registration_from"  # 报名开始
    REGISTRATION_UNTIL = "registration_until"  # 报名截止
    EXAMINATION = "examination"  # 考试
    INSPECTION = "inspection"  # 考察
    PUBLICITY_FROM = "publicity_from"  # 公示开始
    PUBLICITY_UNTIL = "publicity_until"  # 公示结束
    APPOINTED = "appointed"  # 聘用


_RECRUITMENT: Final = (
    Milestone.ANNOUNCED,
    Milestone.REGISTRATION_FROM,
    Milestone.REGISTRATION_UNTIL,
    Milestone.EXAMINATION,
    Milestone.INSPECTION,
    Milestone.PUBLICITY_FROM,
    Milestone.PUBLICITY_UNTIL,
    Milestone.APPOINTED,
)
_BUYING: Final = tuple(one for one in Milestone if one is Milestone.ANNOUNCED or one not in _RECRUITMENT)
_ONLY_WORKS: Final = frozenset(
    {
        Milestone.OBJECTED,
        Milestone.OBJECTION_ANSWERED,
        Milestone.PREQUALIFICATION_OBJECTED,
        Milestone.PREQUALIFICATION_ANSWERED,
        Milestone.CANDIDATES_FROM,
        Milestone.CANDIDATES_UNTIL,
        Milestone.SUPERVISOR_REPORTED,
        Milestone.DEPOSITS_RETURNED,
    }
)
_ONLY_GOVERNMENT: Final = frozenset(
    {
        Milestone.SINGLE_SOURCE_FROM,
        Milestone.SINGLE_SOURCE_UNTIL,
        Milestone.BUYER_DECIDED,
        Milestone.AWARD_PUBLISHED,
        Milestone.QUESTION_ASKED,
        Milestone.QUESTION_ANSWERED,
        Milestone.CHALLENGE_RAISED,
        Milestone.CHALLENGE_ANSWERED,
        Milestone.COMPLAINT,
        Milestone.CONTRACT_PUBLISHED,
        Milestone.CONTRACT_FILED,
    }
)

MILESTONES: Final[Mapping[MatterKind, tuple[Milestone, ...]]] = MappingProxyType(
    {
        MatterKind.TENDER: tuple(one for one in _BUYING if one not in _ONLY_GOVERNMENT),
        MatterKind.PROCUREMENT: tuple(one for one in _BUYING if one not in _ONLY_WORKS),
        MatterKind.RECRUITMENT: _RECRUITMENT,
    }
)
"""The milestones of each kind of matter, in the order in which they usually come."""

PLANS: Final = frozenset(
    {Milestone.PLANNED_AWARD_UNTIL, Milestone.PLANNED_PERFORMANCE_FROM, Milestone.PLANNED_PERFORMANCE_UNTIL}
)
"""What is only meant to be: no limit is about it or counts from it, and its day proves nothing when it has come."""

_BY_THE_CLOCK: Final = frozenset(
    {Milestone.OPENING, Milestone.EXAMINATION}
    | {one for one in Milestone if one.value.endswith(("_from", "_until", "_deadline"))}
)

_KINDS_SAID: Final[Mapping[MatterKind, Phrase]] = MappingProxyType(
    {
        MatterKind.TENDER: phrase("works tender"),
        MatterKind.PROCUREMENT: phrase("government purchase"),
        MatterKind.RECRUITMENT: phrase("public recruitment"),
    }
)
_SAID: Final[Mapping[Milestone, Phrase]] = MappingProxyType(
    {
        Milestone.ANNOUNCED: phrase("announcement"),
        Milestone.PREQUALIFICATION_FROM: phrase("prequalification documents available from"),
        Milestone.PREQUALIFICATION_UNTIL: phrase("prequalification documents available until"),
        Milestone.PREQUALIFICATION_CLARIFIED: phrase("clarification of the prequalification documents"),
        Milestone.PREQUALIFICATION_OBJECTED: phrase("objection to the prequalification documents"),
        Milestone.PREQUALIFICATION_ANSWERED: phrase("reply to an objection to the prequalification"),
        Milestone.PREQUALIFICATION_DEADLINE: phrase("deadline for prequalification applications"),
        Milestone.DOCUMENTS_FROM: phrase("documents issued"),
        Milestone.DOCUMENTS_UNTIL: phrase("documents available until"),
        Milestone.CLARIFIED: phrase("clarification of the documents"),
        Milestone.OBJECTED: phrase("objection to the documents"),
        Milestone.OBJECTION_ANSWERED: phrase("reply to an objection"),
        Milestone.ENQUIRIES_UNTIL: phrase("deadline for questions"),
        Milestone.SINGLE_SOURCE_FROM: phrase("single-source notice shown from"),
        Milestone.SINGLE_SOURCE_UNTIL: phrase("single-source notice shown until"),
        Milestone.BID_DEADLINE: phrase("bid deadline"),
        Milestone.EXPERTS_DRAWN: phrase("drawing of the experts"),
        Milestone.OPENING: phrase("bid opening"),
        Milestone.EVALUATION: phrase("evaluation of the bids"),
        Milestone.EVALUATION_REPORTED: phrase("evaluation report"),
        Milestone.CANDIDATES_FROM: phrase("candidates published"),
        Milestone.CANDIDATES_UNTIL: phrase("candidates shown until"),
        Milestone.BUYER_DECIDED: phrase("decision of the buyer"),
        Milestone.AWARD_NOTICE: phrase("award notice"),
        Milestone.AWARD_PUBLISHED: phrase("publication of the result"),
        Milestone.QUESTION_ASKED: phrase("question of a supplier"),
        Milestone.QUESTION_ANSWERED: phrase("answer to a question"),
        Milestone.CHALLENGE_RAISED: phrase("challenge by a supplier"),
        Milestone.CHALLENGE_ANSWERED: phrase("answer to a challenge"),
        Milestone.COMPLAINT: phrase("complaint"),
        Milestone.CONTRACT_SIGNED: phrase("signing of the contract"),
        Milestone.CONTRACT_PUBLISHED: phrase("publication of the contract"),
        Milestone.CONTRACT_FILED: phrase("filing of the contract"),
        Milestone.SUPERVISOR_REPORTED: phrase("report to the supervisor"),
        Milestone.DEPOSITS_RETURNED: phrase("return of the bid deposits"),
        Milestone.ACCEPTANCE: phrase("acceptance of the performance"),
        Milestone.PLANNED_AWARD_UNTIL: phrase("award planned by"),
        Milestone.PLANNED_PERFORMANCE_FROM: phrase("performance planned from"),
        Milestone.PLANNED_PERFORMANCE_UNTIL: phrase("performance planned until"),
        Milestone.REGISTRATION_FROM: phrase("registration from"),
        Milestone.REGISTRATION_UNTIL: phrase("registration until"),
        Milestone.EXAMINATION: phrase("examination"),
        Milestone.INSPECTION: phrase("background inspection"),
        Milestone.PUBLICITY_FROM: phrase("publicity of the candidates from"),
        Milestone.PUBLICITY_UNTIL: phrase("publicity of the candidates until"),
        Milestone.APPOINTED: phrase("appointment"),
    }
)


def matter_kind_said(kind: MatterKind) -> Phrase:
    """What a matter is, to be said to people."""
    return _KINDS_SAID[kind]


def milestone_said(milestone: Milestone) -> Phrase:
    """A step of a matter, to be said to people."""
    return _SAID[milestone]


def is_act(milestone: Milestone) -> bool:
    """Whether somebody has to do it, so that a planned day that goes by proves nothing; others come by the clock."""
    return milestone not in _BY_THE_CLOCK
