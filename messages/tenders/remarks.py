"""Remarks: what of a source was passed over, and why; unlike a fault it keeps nothing from being taken."""

from dataclasses import dataclass

from messages.text.phrase import Phrase


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A value of a matter that was not taken: ``field`` as its source calls it, ``value`` as it stands there.

    ``file`` is the file's name; empty where what was told is no file.
    """

    message: Phrase
    ref: str
    field: str
    value: str
    file: str = ""
