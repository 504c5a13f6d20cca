"""The dashboard's navigation: every section is in one group, and is offered to whom it is open."""

from bot.web.navigation import groups_for
from messages.rights import Act

EVERYBODYS = {"warnings", "register", "tenders", "scores", "lookup", "looks"}


def offered(*acts: Act) -> list[str]:
    return [section.name for group in groups_for(acts) for section in group.sections]


def test_who_may_do_everything_is_offered_each_section_once() -> None:
    every = offered(*Act)
    assert len(every) == len(set(every)) == 14
    assert all(group.holds(group.sections[0].name) for group in groups_for([*Act]))


def test_who_may_do_nothing_more_is_offered_what_is_everybodys_and_no_empty_group() -> None:
    assert set(offered()) == EVERYBODYS
    assert all(group.sections for group in groups_for(()))
    assert set(offered(Act.SEE_LEDGER)) == EVERYBODYS | {"ledger"}
    assert not any(group.holds("roster") for group in groups_for(()))
