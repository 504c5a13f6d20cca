"""Whatever a holder may write: exported and read back it is what stands."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from messages.register.bases import Cited
from messages.register.checking import faults_of, tidied
from messages.register.export import content_of, lines_of
from messages.register.matching import Matcher
from messages.register.placing import Placer
from messages.register.records import Content, PointState, RiskLevel
from messages.register.standing import KeptPoint, Standing
from tests.registers import TERMS, directory, file_of

SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Cn", "Co", "Zl", "Zp"))
PIECES = st.sampled_from(
    [
        "高",
        "无",
        "/",
        "—",
        "=1+1",
        "'",
        "@",
        "-",
        "+",
        '"',
        ",",
        ";",
        "#12",
        "注：",
        "合计",
        "一、",
        "财政局",
        "1",
        "1.",
        " ",
    ]
)
WORDS = st.lists(PIECES | st.text(SIGNS, max_size=4), max_size=6).map("".join)
LINES = st.lists(WORDS, max_size=3).map("\n".join)
CITED = st.sampled_from([Cited(law="ZWCF2020", article=34), Cited(law="JLCF2018"), Cited(law="LJZL2016", article=8)])
CONTENTS = st.builds(
    Content,
    name=WORDS,
    level=st.sampled_from(RiskLevel),
    category=WORDS,
    description=LINES,
    controls=LINES,
    indicators=LINES,
    node=WORDS,
    duty=WORDS,
    section=WORDS,
    bases=st.lists(CITED, max_size=3).map(tuple),
    responsible=WORDS,
    leading=WORDS,
).map(tidied)


@st.composite
def points(draw: st.DrawFn) -> tuple[KeptPoint, ...]:
    contents = draw(st.lists(CONTENTS.filter(lambda one: not faults_of(one, TERMS.bases)), min_size=1, max_size=6))
    posts = {post.id: post.unit_id for post in directory().posts}
    found = []
    for at, content in enumerate(contents, 1):
        post_id = draw(st.sampled_from([None, *posts]))
        unit_id = posts[post_id] if post_id else draw(st.sampled_from([unit.id for unit in directory().units]))
        ref = draw(st.sampled_from([None, f"CZ-{at}", str(at)]))
        state = draw(st.sampled_from([PointState.ACCEPTED, PointState.REVISED, PointState.DRAFT]))
        place = KeptPoint(id=at, ref=ref, unit_id=unit_id, post_id=post_id, version=1, content=content, state=state)
        found.append(place)
    return tuple(found)


@settings(max_examples=25)
@given(points(), st.sampled_from([".xlsx", ".csv"]), st.sampled_from(["zh_CN", "en"]))
def test_an_export_read_back_is_what_stands(standing: Sequence[KeptPoint], ending: str, language: str) -> None:
    places = directory()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"r{ending}"
        path.write_bytes(content_of(lines_of(places, standing), ending, language))
        file, faults = file_of(path)
    assert faults == []
    placer = Placer(directory=places, given=None)
    placed = list(placer.place(file.rows))
    known = Standing(directory=places, points=tuple(standing), nodes=frozenset(), unsaid=frozenset())
    matcher = Matcher(standing=known, level=RiskLevel.MIDDLE, longest_post=TERMS.longest_post)
    plan = matcher.plan(placed, replace_all=True)
    assert (placer.faults, matcher.faults) == ([], [])
    assert (plan.created, plan.updated, plan.ended) == ((), (), ())
    assert plan.unchanged == sum(1 for point in standing if point.state is PointState.ACCEPTED)
