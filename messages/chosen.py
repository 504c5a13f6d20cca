"""An audience as a person chooses it, by ticking: which units, levels, roles and risk nodes; or as an expression."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from messages.audience import LONGEST, All, And, Level, Node, Or, Post, Risk, RoleHeld, Term, Unit, parse, quoted
from messages.errors import Refused
from messages.register.records import RiskLevel
from messages.text.phrase import phrase


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What was ticked: of one kind any, of several kinds each, and the ``posts`` (codes) besides.

    ``expression`` is one that was typed instead. With nothing ticked nobody is meant, unless it is ``everyone``.
    """

    everyone: bool = False
    units: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    expression: str = ""

    def __bool__(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.expression) or self.everyone or self.ticked

    @property
    def ticked(self) -> bool:
        """Whether anything is ticked that narrows."""
        return self._narrowed or bool(self.posts)

    @property
    def _narrowed(self) -> bool:
        return bool(self.units or self.levels or self.roles or self.nodes or self.risks)

    def written(self, within: Sequence[str]) -> str:
        """The expression; empty where nothing is chosen. Raises ``Refused`` for one that would be too long.

        ``within`` names the units that the person's right reaches, none of them for everything: "everyone" is everyone
        of these.
        """
        if self.expression or not self:
            return self.expression
        together = self._together(within) if self._narrowed or not self.posts else []
        written = ", ".join([*together, *(f"post:{_quoted(code)}" for code in self.posts)])
        if len(written) > LONGEST:
            raise Refused(phrase("So many together are too many. Please choose fewer, such as the unit above them."))
        return written

    def _together(self, within: Sequence[str]) -> list[str]:
        """Any of one kind and any of each other, as alternatives."""
        terms = [
            [f"unit:{_quoted(name)}" for name in self.units or within],
            [f"level:{first}-{last}" if last > first else f"level:{first}" for first, last in _runs(self.levels)],
            [f"role:{role}" for role in self.roles],
            [f"node:{_quoted(name)}" for name in self.nodes],
            [f"risk:{level}" for level in self.risks],
        ]
        each = [kind for kind in terms if kind]
        return [" ".join(one) for one in product(*each)] if each else ["all"]


def chosen_of(kept: Mapping[str, Any]) -> Chosen:
    """What was ticked, as a draft keeps it, read back. Of old risk posts could be ticked, and no other levels."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    if values.pop("risk", False):
        values["risks"] = (RiskLevel.HIGH.value,)
    return Chosen(**values)


NOBODY: Final = Chosen()


def chosen_from(expression: str) -> Chosen:
    """What is ticked for an expression that ticking can say; else it is the expression as it was written."""
    whole = Chosen(expression=expression)
    try:
        alternatives = _alternatives(expression)
        ticked = _ticked(alternatives)
        return ticked if _alternatives(ticked.written(())) == alternatives else whole
    except Refused:
        return whole


def _alternatives(expression: str) -> frozenset[frozenset[Term]]:
    term = parse(expression)
    terms = term.terms if isinstance(term, Or) else (term,)
    return frozenset(frozenset(one.terms if isinstance(one, And) else (one,)) for one in terms)


def _ticked(alternatives: Collection[Collection[Term]]) -> Chosen:
    """Everything that is named somewhere, as if it was ticked."""
    named = [(term, len(together) == 1) for together in alternatives for term in together]
    levels = {level for term, _ in named if isinstance(term, Level) for level in range(term.highest, term.lowest + 1)}
    return Chosen(
        everyone=any(isinstance(term, All) for term, _ in named),
        units=tuple(sorted({term.value for term, _ in named if isinstance(term, Unit)})),
        levels=tuple(sorted(levels)),
        roles=tuple(sorted({term.value for term, _ in named if isinstance(term, RoleHeld)})),
        nodes=tuple(sorted({term.value for term, _ in named if isinstance(term, Node)})),
        posts=tuple(sorted({term.value for term, alone in named if isinstance(term, Post) and alone})),
        risks=tuple(one.value for one in RiskLevel if Risk(one.value) in {term for term, _ in named}),
    )


def _quoted(name: str) -> str:
    """The name, in quotation marks where it needs them."""
    whole = quoted(name)
    return whole if any(sign.isspace() or sign in ",，" for sign in name) else name


def _runs(levels: Sequence[int]) -> list[tuple[int, int]]:
    """The levels as runs, first to last."""
    runs: list[tuple[int, int]] = []
    for level in sorted(set(levels)):
        if runs and runs[-1][1] == level - 1:
            runs[-1] = (runs[-1][0], level)
        else:
            runs.append((level, level))
    return runs
