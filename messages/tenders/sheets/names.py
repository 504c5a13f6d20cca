"""The columns of a sheet of matters (项目台账), and the names that offices give them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Column(StrEnum):
    """A column; its value is the English header that we write. Those of dates are called by their milestones."""

    REF = "ref"
    TITLE = "title"
    KIND = "kind"
    BUYER = "buyer"
    METHOD = "method"
    AMOUNT = "amount"
    CURRENCY = "currency"
    STATE = "state"
    ANNOUNCED = "announced"
    PREQUALIFICATION_FROM = "prequalification_from"
    PREQUALIFICATION_UNTIL = "prequalification_until"
    PREQUALIFICATION_CLARIFIED = "prequalification_clarified"
    PREQUALIFICATION_OBJECTED = "prequalification_objected"
    PREQUALIFICATION_ANSWERED = "prequalification_answered"
    PREQUALIFICATION_DEADLINE = "prequalification_deadline"
    DOCUMENTS_FROM = "documents_from"
    DOCUMENTS_UNTIL = "documents_until"
    DOCUMENTS = "documents"  # from and until in one cell
    CLARIFIED = "clarified"
    OBJECTED = "objected"
    OBJECTION_ANSWERED = "objection_answered"
    ENQUIRIES_UNTIL = "enquiries_until"
    SINGLE_SOURCE_FROM = "single_source_from"
    SINGLE_SOURCE_UNTIL = "single_source_until"
    BID_DEADLINE = "bid_deadline"
    BIDS = "bids"  # their deadline and their opening, which are one instant
    EXPERTS_DRAWN = "experts_drawn"
    OPENING = "opening"
    EVALUATION = "evaluation"
    EVALUATION_REPORTED = "evaluation_reported"
    CANDIDATES_FROM = "candidates_from"
    CANDIDATES_UNTIL = "candidates_until"
    SHOWN_FROM = "shown_from"  # whichever publicity this kind of matter has
    SHOWN_UNTIL = "shown_until"
    SHOWN = "shown"
    BUYER_DECIDED = "buyer_decided"
    AWARD_NOTICE = "award_notice"
    AWARD_PUBLISHED = "award_published"
    QUESTION_ASKED = "question_asked"
    QUESTION_ANSWERED = "question_answered"
    CHALLENGE_RAISED = "challenge_raised"
    CHALLENGE_ANSWERED = "challenge_answered"
    COMPLAINT = "complaint"
    CONTRACT_SIGNED = "contract_signed"
    CONTRACT_PUBLISHED = "contract_published"
    CONTRACT_FILED = "contract_filed"
    SUPERVISOR_REPORTED = "supervisor_reported"
    DEPOSITS_RETURNED = "deposits_returned"
    ACCEPTANCE = "acceptance"
    PLANNED_AWARD_UNTIL = "planned_award_until"
    PLANNED_PERFORMANCE_FROM = "planned_performance_from"
    PLANNED_PERFORMANCE_UNTIL = "planned_performance_until"
    REGISTRATION_FROM = "registration_from"
    REGISTRATION_UNTIL = "registration_until"
    REGISTRATION = "registration"
    EXAMINATION = "examination"
    INSPECTION = "inspection"
    PUBLICITY_FROM = "publicity_from"
    PUBLICITY_UNTIL = "publicity_until"
    APPOINTED = "appointed"
    POSTS = "posts"
    ANNOUNCED_POSTS = "announced_posts"
    DOCUMENTS_POSTS = "documents_posts"
    CLARIFIED_POSTS = "clarified_posts"
    EXPERTS_POSTS = "experts_posts"
    OPENING_POSTS = "opening_posts"
    EVALUATION_POSTS = "evaluation_posts"
    PUBLICITY_POSTS = "publicity_posts"
    AWARD_POSTS = "award_posts"
    CHALLENGE_POSTS = "challenge_posts"
    CONTRACT_POSTS = "contract_posts"
    ACCEPTANCE_POSTS = "acceptance_posts"
    REGISTRATION_POSTS = "registration_posts"
    EXAMINATION_POSTS = "examination_posts"
    INSPECTION_POSTS = "inspection_posts"
    APPOINTED_POSTS = "appointed_posts"


CHINESE: Final[Mapping[Column, str]] = {
    Column.REF: "项目编号",
    Column.TITLE: "项目名称",
    Column.KIND: "类别",
    Column.BUYER: "采购人",
    Column.METHOD: "采购方式",
    Column.AMOUNT: "预算金额",
    Column.CURRENCY: "币种",
    Column.STATE: "状态",
    Column.ANNOUNCED: "公告日期",
    Column.PREQUALIFICATION_FROM: "资格预审文件发售开始",
    Column.PREQUALIFICATION_UNTIL: "资格预审文件发售截止",
    Column.PREQUALIFICATION_CLARIFIED: "资格预审文件澄清",
    Column.PREQUALIFICATION_OBJECTED: "资格预审文件异议",
    Column.PREQUALIFICATION_ANSWERED: "资格预审文件异议答复",
    Column.PREQUALIFICATION_DEADLINE: "资格预审申请截止时间",
    Column.DOCUMENTS_FROM: "文件获取开始",
    Column.DOCUMENTS_UNTIL: "文件获取截止",
    Column.DOCUMENTS: "文件获取时间",
    Column.CLARIFIED: "澄清",
    Column.OBJECTED: "异议",
    Column.OBJECTION_ANSWERED: "异议答复",
    Column.ENQUIRIES_UNTIL: "提问截止时间",
    Column.SINGLE_SOURCE_FROM: "单一来源公示开始",
    Column.SINGLE_SOURCE_UNTIL: "单一来源公示结束",
    Column.BID_DEADLINE: "投标截止时间",
    Column.BIDS: "投标截止及开标时间",
    Column.EXPERTS_DRAWN: "专家抽取",
    Column.OPENING: "开标时间",
    Column.EVALUATION: "评标",
    Column.EVALUATION_REPORTED: "评标报告日期",
    Column.CANDIDATES_FROM: "中标候选人公示开始",
    Column.CANDIDATES_UNTIL: "中标候选人公示结束",
    Column.SHOWN_FROM: "公示开始",
    Column.SHOWN_UNTIL: "公示结束",
    Column.SHOWN: "公示期",
    Column.BUYER_DECIDED: "定标日期",
    Column.AWARD_NOTICE: "中标通知书发出日期",
    Column.AWARD_PUBLISHED: "中标结果公告日期",
    Column.QUESTION_ASKED: "询问",
    Column.QUESTION_ANSWERED: "询问答复",
    Column.CHALLENGE_RAISED: "质疑",
    Column.CHALLENGE_ANSWERED: "质疑答复",
    Column.COMPLAINT: "投诉",
    Column.CONTRACT_SIGNED: "合同签订日期",
    Column.CONTRACT_PUBLISHED: "合同公告日期",
    Column.CONTRACT_FILED: "合同备案日期",
    Column.SUPERVISOR_REPORTED: "书面报告日期",
    Column.DEPOSITS_RETURNED: "保证金退还日期",
    Column.ACCEPTANCE: "验收日期",
    Column.PLANNED_AWARD_UNTIL: "计划定标日期",
    Column.PLANNED_PERFORMANCE_FROM: "计划履约开始",
    Column.PLANNED_PERFORMANCE_UNTIL: "计划履约截止",
    Column.REGISTRATION_FROM: "报名开始",
    Column.REGISTRATION_UNTIL: "报名截止",
    Column.REGISTRATION: "报名时间",
    Column.EXAMINATION: "考试",
    Column.INSPECTION: "考察",
    Column.PUBLICITY_FROM: "拟聘公示开始",
    Column.PUBLICITY_UNTIL: "拟聘公示结束",
    Column.APPOINTED: "聘用",
    Column.POSTS: "责任岗位",
    Column.ANNOUNCED_POSTS: "公告责任岗",
    Column.DOCUMENTS_POSTS: "文件责任岗",
    Column.CLARIFIED_POSTS: "澄清责任岗",
    Column.EXPERTS_POSTS: "专家抽取责任岗",
    Column.OPENING_POSTS: "开标责任岗",
    Column.EVALUATION_POSTS: "评标责任岗",
    Column.PUBLICITY_POSTS: "公示责任岗",
    Column.AWARD_POSTS: "定标责任岗",
    Column.CHALLENGE_POSTS: "质疑责任岗",
    Column.CONTRACT_POSTS: "合同责任岗",
    Column.ACCEPTANCE_POSTS: "验收责任岗",
    Column.REGISTRATION_POSTS: "报名责任岗",
    Column.EXAMINATION_POSTS: "考试责任岗",
    Column.INSPECTION_POSTS: "考察责任岗",
    Column.APPOINTED_POSTS: "聘用责任岗",
}
"""The Chinese header that we write."""

ALIASES: Final[Mapping[Column, str]] = {
    Column.REF: (
        "编号 项目编码 项目代码 招标编号 采购编号 采购项目编号 招标项目编号 标段编号 公告编号 计划编号 招聘编号 "
        "ocid number id 项目号 采购计划编号 projectno projectnumber reference"
    ),
    Column.TITLE: (
        "名称 项目 工程名称 采购项目名称 招标项目名称 标段名称 采购项目 招标项目 招聘项目 招聘名称 标题 name "
        "project subject"
    ),
    Column.KIND: "项目类别 项目类型 类型 事项类别 事项类型 业务类别 采购类型 type category",
    Column.BUYER: (
        "招标人 建设单位 用人单位 单位 单位名称 采购单位 招标单位 采购人名称 招标人名称 项目单位 业主 业主单位 "
        "招聘单位 实施单位 责任单位 所属单位 采购人单位 unit purchaser procuringentity employer"
    ),
    Column.METHOD: "招标方式 采购方法 采购形式 招标形式 发包方式 交易方式 procurementmethod",
    Column.AMOUNT: (
        "预算 金额 项目金额 采购预算 预算金额万元 预算金额元 预算万元 预算元 金额万元 金额元 采购预算万元 "
        "采购预算元 招标控制价 控制价 最高限价 最高限价万元 招标控制价万元 概算 投资额 估算价 合同估算价 "
        "合同估算价万元 投资金额 总投资 总投资万元 budget value"
    ),
    Column.CURRENCY: "货币 币别",
    Column.STATE: "项目状态 进展 进展情况 进度 当前状态 状况 status",
    Column.ANNOUNCED: (
        "公告发布 发布 招标公告 采购公告 招标公告发布 采购公告发布 招聘公告发布 招聘公告 发布公告 noticedate"
    ),
    Column.PREQUALIFICATION_FROM: "资格预审文件获取开始 预审文件发售开始",
    Column.PREQUALIFICATION_UNTIL: "资格预审文件发售结束 资格预审文件获取截止 预审文件发售截止",
    Column.PREQUALIFICATION_CLARIFIED: "资格预审澄清 预审文件澄清",
    Column.PREQUALIFICATION_OBJECTED: "资格预审异议 预审文件异议",
    Column.PREQUALIFICATION_ANSWERED: (
        "资格预审异议答复 预审文件异议答复 答复资格预审异议 答复资格预审文件异议 答复对资格预审文件的异议"
    ),
    Column.PREQUALIFICATION_DEADLINE: "资格预审截止 预审申请截止 资格预审申请文件提交截止 资格预审申请文件递交截止",
    Column.DOCUMENTS_FROM: (
        "文件发售开始 文件发出 文件开始发出 招标文件发出 招标文件开始发出 招标文件发售开始 招标文件获取开始 "
        "采购文件发出 采购文件发售开始 采购文件获取开始 磋商文件获取开始 谈判文件获取开始 文件提供开始 获取开始 "
        "发售开始 文件发售起 文件获取起"
    ),
    Column.DOCUMENTS_UNTIL: (
        "文件获取结束 文件发售截止 文件发售结束 招标文件发售截止 招标文件获取截止 采购文件发售截止 "
        "采购文件获取截止 磋商文件获取截止 谈判文件获取截止 文件提供截止 获取截止 发售截止 文件发售止 文件获取止"
    ),
    Column.DOCUMENTS: (
        "文件发售时间 文件发售期 文件获取期 文件获取期限 文件发售期限 招标文件获取时间 招标文件发售时间 "
        "招标文件发售期 招标文件发售期限 招标文件获取期限 采购文件获取时间 采购文件获取期限 "
        "采购文件发售时间 文件提供期限"
    ),
    Column.CLARIFIED: "澄清修改 澄清或修改 澄清公告 更正公告 更正 答疑 招标文件澄清 文件澄清 补遗",
    Column.OBJECTED: "异议提出 提出异议 招标文件异议",
    Column.OBJECTION_ANSWERED: "答复异议",
    Column.ENQUIRIES_UNTIL: "提疑截止 疑问提出截止 疑问提交截止 提出疑问截止 提问结束 投标人提问截止 供应商提问截止",
    Column.SINGLE_SOURCE_FROM: "单一来源公示",
    Column.SINGLE_SOURCE_UNTIL: "单一来源公示截止",
    Column.BID_DEADLINE: (
        "投标文件递交截止 投标文件提交截止 递交投标文件截止 响应文件提交截止 响应文件递交截止 响应截止 提交截止 "
        "递交截止 报价截止 biddeadline deadline"
    ),
    Column.BIDS: "投标截止时间及开标 投标截止开标 投标截止和开标 截标及开标 响应文件提交截止及开启",
    Column.EXPERTS_DRAWN: "抽取专家 评标专家抽取 评审专家抽取",
    Column.OPENING: "开启 响应文件开启 开标会 bidopening openingdate openingtime",
    Column.EVALUATION: "评审 磋商 谈判 evaluationdate",
    Column.EVALUATION_REPORTED: "评标报告提交 提交评标报告 评审报告 评审报告提交 提交评审报告 评审报告送交",
    Column.CANDIDATES_FROM: "中标候选人公示 候选人公示开始 候选人公示",
    Column.CANDIDATES_UNTIL: "中标候选人公示截止 候选人公示结束 候选人公示截止",
    Column.SHOWN_FROM: "公示开始日期 公示开始时间 公示日期 公示起 公示",
    Column.SHOWN_UNTIL: "公示截止 公示止",
    Column.SHOWN: "公示时间 公示期限 公示起止时间 公示起止日期",
    Column.BUYER_DECIDED: "确定中标人 确定成交人 确定中标成交供应商 确定供应商 采购人确认",
    Column.AWARD_NOTICE: (
        "中标通知书 发出中标通知书 成交通知书发出 成交通知书 中标成交通知书发出 中标成交通知书 通知书发出 awarddate"
    ),
    Column.AWARD_PUBLISHED: "中标公告 成交公告 成交结果公告 结果公告 中标成交公告 中标成交结果公告",
    Column.QUESTION_ASKED: "供应商询问",
    Column.QUESTION_ANSWERED: "答复询问",
    Column.CHALLENGE_RAISED: "质疑提出 收到质疑 供应商质疑",
    Column.CHALLENGE_ANSWERED: "答复质疑",
    Column.CONTRACT_SIGNED: "签订合同 签约 合同签署 合同 contractdate",
    Column.CONTRACT_PUBLISHED: "合同公开 合同公示",
    Column.CONTRACT_FILED: "合同副本备案",
    Column.SUPERVISOR_REPORTED: "招标投标情况书面报告 招投标情况报告 向监督部门报告 情况报告",
    Column.DEPOSITS_RETURNED: "退还保证金 投标保证金退还",
    Column.ACCEPTANCE: "履约验收 竣工验收",
    Column.PLANNED_AWARD_UNTIL: "预计定标 拟定标 计划定标截止",
    Column.PLANNED_PERFORMANCE_FROM: "计划开工 预计开工 计划履约开始日期 合同履行开始 合同开始",
    Column.PLANNED_PERFORMANCE_UNTIL: (
        "计划竣工 预计竣工 计划完工 计划履约结束 合同履行截止 合同履行结束 合同到期 合同截止 合同结束"
    ),
    Column.REGISTRATION_FROM: "报名起",
    Column.REGISTRATION_UNTIL: "报名结束 报名止",
    Column.REGISTRATION: "报名 报名期 报名期限 报名日期 报名起止时间 报名起止日期",
    Column.EXAMINATION: "笔试",
    Column.INSPECTION: "政审 组织考察",
    Column.PUBLICITY_FROM: "拟聘公示 拟聘人员公示开始 拟聘人员公示 拟聘用人员公示开始",
    Column.PUBLICITY_UNTIL: "拟聘公示截止 拟聘人员公示结束 拟聘人员公示截止 拟聘用人员公示结束",
    Column.APPOINTED: "入职 录用 办理聘用",
    Column.POSTS: "责任岗 责任岗位编号 岗位编号 责任岗位代码 岗位 post postcode postcodes",
    Column.DOCUMENTS_POSTS: "文件编制责任岗 招标文件责任岗 采购文件责任岗",
    Column.EXPERTS_POSTS: "抽取专家责任岗",
    Column.EVALUATION_POSTS: "评审责任岗",
    Column.AWARD_POSTS: "中标通知书责任岗",
    Column.CHALLENGE_POSTS: "质疑答复责任岗 异议责任岗 异议答复责任岗",
    Column.CONTRACT_POSTS: "合同签订责任岗",
}
"""More names, with spaces between; those of dates also stand with 时间 or 日期 behind them."""
