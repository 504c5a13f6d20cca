"""An organisation to try things with: a fictional district, Qinglan (青澜区), at the size of a real one.

Nobody in it exists. The same arguments always give the same rows.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from messages.organisation.records import Role, UnitKind
from messages.organisation.roles import RoleChange
from messages.organisation.roster.rows import RosterRow

RISK_POSTS: Final = 232
_SEED_POSTS: Final = 2448

_OFFICE: Final = "青澜区廉政风险防控推进办公室"
_POINTS_AND_BODIES: Final = (
    "区纪委监委 区委组织部 区委宣传部 区委政法委 区人大办公室 区政府办公室",
    "派驻第一纪检监察组 派驻第二纪检监察组 派驻第三纪检监察组 派驻第四纪检监察组",
)
_STREET_NAMES: Final = "云栖 望澜 听涛 松岭 碧湖 柳堤 石桥 东篱 南浦 北渡 西泠 枫林 梅溪 竹海 桃源 杏坛 兰亭 荷塘"
_DEPARTMENT_NAMES: Final = (
    "发展和改革局 教育局 科技和经济信息化局 民政局 司法局 财政局 人力资源和社会保障局 自然资源局 生态环境局 "
    "住房和城乡建设局 交通运输局 水务局 农业农村局 商务局 文化和旅游局 卫生健康局 退役军人事务局 应急管理局 审计局 "
    "市场监督管理局 统计局 医疗保障局 行政审批局 综合行政执法局 信访局 城市更新局 园林绿化局 国有资产监督管理局 "
    "投资促进局 机关事务管理局 大数据中心 公共资源交易中心 政府采购中心 档案馆 房屋征收中心"
)
_POINTS, _BODIES = (names.split() for names in _POINTS_AND_BODIES)
_OTHERS: Final = (
    *((name, UnitKind.COLLECTION_POINT) for name in _POINTS),
    *((name, UnitKind.DISPATCHED) for name in _BODIES),
    *((f"区{name}", UnitKind.DEPARTMENT) for name in _DEPARTMENT_NAMES.split()),
    *((f"{name}街道办事处", UnitKind.STREET) for name in _STREET_NAMES.split()),
)

_HEADS: Final = {"局": "局长", "馆": "馆长", "组": "组长", "部": "部长", "委": "书记"}  # by how a unit's name ends
_HEAD: Final = "主任"
_LEADERS: Final = (("{head}", 1), ("分管副{head}", 2), ("办公室主任", 3), ("业务科科长", 3), ("财务科科长", 3))
_FIRST_SECTION: Final = 2
_CLERK_TITLES: Final = (
    "采购管理岗 招标管理岗 财务出纳岗 会计核算岗 行政审批岗 执法检查岗 人事管理岗 资产管理岗 窗口受理岗 档案管理岗 "
    "综合文秘岗 项目管理岗 合同管理岗 信访接待岗 内部审计岗 资金拨付岗 工程监督岗"
)
_CLERKS: Final = _CLERK_TITLES.split()
_NODES_OF_CLERKS: Final = {
    "采购管理岗": ("采购需求", "开标", "评标"),
    "招标管理岗": ("资格预审", "开标", "评标"),
    "行政审批岗": ("审批受理", "审批决定"),
    "执法检查岗": ("行政处罚",),
    "人事管理岗": ("选拔任用",),
    "资产管理岗": ("资产处置",),
    "项目管理岗": ("采购需求", "验收"),
    "合同管理岗": ("合同签订",),
    "资金拨付岗": ("资金拨付",),
    "工程监督岗": ("工程变更", "验收"),
}
_NODES_OF_INSPECTORS: Final = ("开标", "评标", "验收")
_LEVELS_OF_CLERKS: Final = (4, 5, 4, 5, 5)
_ADMINISTRATORS: Final = 3
_ROLES_BY_PLACE: Final = {1: (Role.LEADER,), 2: (Role.COLLECTOR,), 6: (Role.DUTY,)}

_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文辉力宁波瑞晨曦远航思雨嘉欣梓涵子轩浩然志诚"
    "安怡清澜若溪景行知远"
)
_SHORT_NAMES: Final = 0.2
_ENGLISH_EVERY: Final = 150  # one person in so many reads English


@dataclass(frozen=True, kw_only=True)
class _Unit:
    number: int
    name: str
    parent: str
    kind: UnitKind


@dataclass(frozen=True, kw_only=True)
class _Holder:
    code: str
    name: str
    language: str


def sample_roster(units: int = 64, posts: int = 2448, people: int = 2379, seed: int = 1) -> list[RosterRow]:
    """A whole roster of ``units`` (at least one) with ``posts`` held by ``people``; some people hold two posts.

    Posts form a pyramid of the five levels, a tenth of them risk posts; some answer for risk nodes, such as 开标. Each
    unit has a leader, a collector and one on duty, the office has administrators and the dispatched bodies inspectors.
    """
    chance = random.Random(seed)  # noqa: S311 -- invented names need no secrecy
    slots = [
        (unit, place) for at, unit in enumerate(_units(units)) for place in range(posts // units + (at < posts % units))
    ]
    clerks = [at for at, (_unit, place) in enumerate(slots) if place > len(_LEADERS)]
    shared = set(chance.sample(clerks, posts - people))  # held by who holds the post before it
    risky = set(chance.sample(clerks, min(len(clerks), posts * RISK_POSTS // _SEED_POSTS)))
    holders = _holders(len(slots), shared, chance)
    return [
        _row(unit, place, holder, risk=at in risky)
        for at, ((unit, place), holder) in enumerate(zip(slots, holders, strict=True))
    ]


def sample_liaisons(roster: Sequence[RosterRow]) -> list[RoleChange]:
    """Which inspectors of the dispatched bodies look after which departments and streets (归口联系), shared out.

    A roster gives a role for the post's own unit; these are for others, so the office grants them.
    """
    inspectors: dict[str, list[str]] = {}
    for row in roster:
        if Role.INSPECTOR in (row.roles or ()) and row.person_code:
            inspectors.setdefault(row.unit, []).append(row.person_code)
    by = next((row.person_code for row in roster if Role.OFFICE in (row.roles or ())), None)
    watched = dict.fromkeys(row.unit for row in roster if row.unit_kind in {UnitKind.DEPARTMENT, UnitKind.STREET})
    bodies = [*inspectors.values()]
    if not bodies:
        return []
    share = [(unit, bodies[at % len(bodies)], at // len(bodies)) for at, unit in enumerate(watched)]
    named = [(unit, body[again % len(body)]) for unit, body, again in share]
    role = Role.INSPECTOR.value
    return [RoleChange(person=code, role=role, unit=unit, why="归口联系", by=by) for unit, code in named]


def _units(count: int) -> Iterator[_Unit]:
    """The office; the collection points; the other units, shared out among them; more of the same by number."""
    yield _Unit(number=1, name=_OFFICE, parent="", kind=UnitKind.OFFICE)
    for number in range(2, count + 1):
        again, at = divmod(number - 2, len(_OTHERS))
        name, kind = _OTHERS[at]
        below_office = kind in {UnitKind.COLLECTION_POINT, UnitKind.DISPATCHED} or again > 0
        parent = _OFFICE if below_office else _POINTS[at % len(_POINTS)]
        yield _Unit(number=number, name=f"{name}{again + 1}" if again else name, parent=parent, kind=kind)


def _holders(count: int, shared: set[int], chance: random.Random) -> Iterator[_Holder]:
    """Who holds each post, in the order of the posts."""
    names = _names(chance)
    number = 0
    holder = _Holder(code="", name="", language="zh_CN")
    for at in range(count):
        if at not in shared:
            number += 1
            language = "en" if number % _ENGLISH_EVERY == 0 else "zh_CN"
            holder = _Holder(code=f"Q{number:05d}", name=next(names), language=language)
        yield holder


def _names(chance: random.Random) -> Iterator[str]:
    """Names without end: of three signs mostly, of two sometimes."""
    while True:
        surname = chance.choice(_SURNAMES)
        yield surname + "".join(chance.choices(_GIVEN, k=1 if chance.random() < _SHORT_NAMES else 2))


def _row(unit: _Unit, place: int, holder: _Holder, *, risk: bool) -> RosterRow:
    title, level = _post(unit, place)
    return RosterRow(
        unit=unit.name,
        parent_unit=unit.parent,
        unit_kind=unit.kind,
        post_code=_code(unit, place),
        post=title,
        level=level,
        risk_post=risk,
        nodes=_nodes(unit, place),
        reports_to=_superior(unit, place),
        person_code=holder.code,
        name=holder.name,
        roles=_roles(unit, place),
        language=holder.language,
    )


def _code(unit: _Unit, place: int) -> str:
    return f"QL{unit.number:03d}-{place + 1:03d}"


def _post(unit: _Unit, place: int) -> tuple[str, int]:
    """A post's title and level."""
    if place < len(_LEADERS):
        title, level = _LEADERS[place]
        return title.format(head=_HEADS.get(unit.name[-1], _HEAD)), level
    again, at = divmod(place - len(_LEADERS), len(_CLERKS))
    level = _LEVELS_OF_CLERKS[place % len(_LEVELS_OF_CLERKS)]
    return f"{_CLERKS[at]}{again + 1}" if again else _CLERKS[at], level


def _superior(unit: _Unit, place: int) -> str:
    """The head reports to nobody, the deputy to the head, heads of sections to the deputy, clerks to one of these."""
    if place == 0:
        return ""
    if place < _FIRST_SECTION:
        return _code(unit, 0)
    if place < len(_LEADERS):
        return _code(unit, 1)
    return _code(unit, _FIRST_SECTION + place % (len(_LEADERS) - _FIRST_SECTION))


def _roles(unit: _Unit, place: int) -> tuple[Role, ...]:
    if unit.kind is UnitKind.OFFICE and place < _ADMINISTRATORS:
        return (Role.OFFICE,)
    if unit.kind is UnitKind.DISPATCHED and place <= _FIRST_SECTION:
        return (Role.INSPECTOR,)
    return _ROLES_BY_PLACE.get(place, ())


def _nodes(unit: _Unit, place: int) -> tuple[str, ...]:
    if place < len(_LEADERS):
        return _NODES_OF_INSPECTORS if Role.INSPECTOR in _roles(unit, place) else ()
    return _NODES_OF_CLERKS.get(_CLERKS[(place - len(_LEADERS)) % len(_CLERKS)], ())
