"""What the last periods came to for a person, as a small PNG; see ``bot.chart`` for the font, and import it as late."""

import io
from collections.abc import Callable, Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from bot.font import font_file
from messages.scores.objections import points_said
from messages.scores.records import PastScore
from messages.text.periods import period_shortly
from messages.text.phrase import Phrase, phrase

_INCHES: Final = (5.2, 3.9)
_DOTS: Final = 170
_MARGIN: Final = 0.12
_WIDEST: Final = 0.6
_FEWEST: Final = 4
"""An axis has room for so many bars at least: a single one would fill the picture."""
_ROOM: Final = 0.22
_CLOSED, _OPEN, _LOST, _GRID, _INK = "#2f6db5", "#9dbde0", "#c0392b", "#d9dee5", "#2b3440"
_TAGS: Final = {"zh_CN": "zh-Hans"}
_SO_FAR: Final = phrase("(so far)")


def png(past: Sequence[PastScore], title: str, *, say: Callable[[Phrase], str], language: str) -> bytes:
    """A bar for each period, the oldest first; a lighter one may still change. Takes a second: call it in a thread."""
    figure = Figure(figsize=_INCHES, dpi=_DOTS)
    figure.set_layout_engine("constrained", w_pad=_MARGIN, h_pad=_MARGIN)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    written: dict[str, Any] = {
        "fontproperties": FontProperties(fname=font_file(), size=11),
        "language": _TAGS.get(language, language),
        "color": _INK,
        "parse_math": False,
    }
    totals = [float(one.total) for one in past]
    colours = [_LOST if one.total < 0 else _CLOSED if one.closed else _OPEN for one in past]
    said = [period_shortly(one.period, language) for one in past]  # twelve long ones would overlap
    labels = [label if one.closed else f"{label}\n{say(_SO_FAR)}" for label, one in zip(said, past, strict=True)]
    bars = axes.bar(range(len(past)), totals, width=_WIDEST, color=colours)
    for label in axes.bar_label(bars, [points_said(one.total) for one in past], padding=3):
        label.set(**written)
    axes.set_title(title, loc="left", pad=12, **written).set_fontsize(13)
    axes.set_xticks(range(len(past)), labels)
    axes.set_xlim(-0.5, max(len(past), _FEWEST) - 0.5)
    _scale(axes, totals)
    for text in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        text.set(**written)
    content = io.BytesIO()
    figure.savefig(content, format="png")
    return content.getvalue()


def _scale(axes: Axes, totals: Sequence[float]) -> None:
    low, high = min(0.0, *totals), max(0.0, *totals)
    room = max(high - low, 1.0) * _ROOM
    axes.set_ylim(low - room if low < 0 else 0, high + room)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.axhline(0, color=_INK, linewidth=0.8)
    axes.set_axisbelow(b=True)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
