"""How much of the last months was acknowledged, as a small PNG. Import it as late as ``bot.chart``."""

import io
from collections.abc import Callable, Sequence
from typing import Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from bot.font import font_file
from messages.statistics import Summary
from messages.text.periods import period_said
from messages.text.phrase import Phrase, phrase

_INCHES: Final = (6, 3.2)
_DOTS: Final = 120
_MARGIN: Final = 0.12
_WIDTH: Final = 0.36
_FEWEST: Final = 3
_DELIVERED, _ACKNOWLEDGED, _GRID, _INK = "#2f6db5", "#1a8f5a", "#d9dee5", "#2b3440"
_TAGS: Final = {"zh_CN": "zh-Hans"}
_WHOLE: Final = 100
_ROOM: Final = 122
"""The axis ends here: above the bars stand their figures."""


def png(past: Sequence[Summary], *, say: Callable[[Phrase], str], language: str) -> bytes:
    """Two bars for each month, the oldest first, in hundredths. Takes a while: call it in a thread."""
    figure = Figure(figsize=_INCHES, dpi=_DOTS)
    figure.set_layout_engine("constrained", w_pad=_MARGIN, h_pad=_MARGIN)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    font = FontProperties(fname=font_file(), size=10)
    written: dict[str, Any] = {
        "fontproperties": font, "language": _TAGS.get(language, language), "color": _INK, "parse_math": False
    }  # fmt: skip
    courses = (
        (-_WIDTH / 2, _DELIVERED, phrase("Delivered"), [one.tally.delivery_rate for one in past]),
        (_WIDTH / 2, _ACKNOWLEDGED, phrase("Acknowledged"), [one.tally.acknowledgement_rate for one in past]),
    )
    for beside, colour, label, rates in courses:
        heights = [_WHOLE * (rate or 0) for rate in rates]
        places = [place + beside for place in range(len(past))]
        bars = axes.bar(places, heights, width=_WIDTH, color=colour, label=say(label))
        for figure_said in axes.bar_label(bars, [_said(rate) for rate in rates], padding=2):
            figure_said.set(**written)
    axes.set_xticks(range(len(past)), [period_said(one.period, language) for one in past])
    axes.set_xlim(-0.6, max(len(past), _FEWEST) - 0.4)
    axes.set_ylim(0, _ROOM)
    axes.set_yticks(range(0, _WHOLE + 1, 25), [f"{tick} %" for tick in range(0, _WHOLE + 1, 25)])
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(b=True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    legend = axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, prop=font, borderaxespad=0.2)
    for text in (*legend.get_texts(), *axes.get_xticklabels(), *axes.get_yticklabels()):
        text.set(**written)
    content = io.BytesIO()
    figure.savefig(content, format="png")
    return content.getvalue()


def _said(rate: float | None) -> str:
    return "–" if rate is None else f"{_WHOLE * rate:.0f}"
