"""What is wrong with a policy file, as a person reads it: our own words for what pydantic found."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from messages.text.phrase import Phrase, english, nphrase, phrase


class NotAccepted(ValueError):
    """A value that a table refuses; the phrase says what is accepted."""

    def __init__(self, what: Phrase) -> None:
        """Keep what is said."""
        super().__init__(english(what))
        self.phrase = what


_WHOLE: Final = phrase("a whole number is accepted")
_NUMBER: Final = phrase("a number is accepted")
_TEXT: Final = phrase("text in quotation marks is accepted")
_TIME: Final = phrase("a time is accepted, such as 09:10:00")
_DAY: Final = phrase("a day is accepted, such as 2026-09-24")
_PLAIN: Final[Mapping[str, Phrase]] = MappingProxyType(
    {
        "missing": phrase("this is missing"),
        "extra_forbidden": phrase("there is no such key"),
        "int_type": _WHOLE,
        "int_parsing": _WHOLE,
        "int_from_float": _WHOLE,
        "float_type": _NUMBER,
        "float_parsing": _NUMBER,
        "decimal_type": _NUMBER,
        "decimal_parsing": _NUMBER,
        "finite_number": _NUMBER,
        "string_type": _TEXT,
        "bool_type": phrase("true or false is accepted"),
        "bool_parsing": phrase("true or false is accepted"),
        "time_type": _TIME,
        "time_parsing": _TIME,
        "date_type": _DAY,
        "date_parsing": _DAY,
        "date_from_datetime_parsing": _DAY,
        "date_from_datetime_inexact": _DAY,
        "tuple_type": phrase("a list in square brackets is accepted"),
        "model_type": phrase("a table is accepted"),
        "dict_type": phrase("a table is accepted"),
    }
)
_BOUNDS: Final[Mapping[str, Callable[[Mapping[str, Any]], Phrase]]] = MappingProxyType(
    {
        "greater_than": lambda ctx: phrase("a number above {bound} is accepted", bound=str(ctx["gt"])),
        "greater_than_equal": lambda ctx: phrase("a number from {bound} is accepted", bound=str(ctx["ge"])),
        "less_than_equal": lambda ctx: phrase("a number up to {bound} is accepted", bound=str(ctx["le"])),
        "enum": lambda ctx: phrase("accepted: {words}", words=str(ctx["expected"])),
        "string_too_short": lambda ctx: nphrase(
            "text of at least {count} character is accepted",
            "text of at least {count} characters is accepted",
            ctx["min_length"],
        ),
        "string_too_long": lambda ctx: nphrase(
            "text of at most {count} character is accepted",
            "text of at most {count} characters is accepted",
            ctx["max_length"],
        ),
        "string_pattern_mismatch": lambda ctx: phrase("text of the form {form} is accepted", form=str(ctx["pattern"])),
        "too_short": lambda ctx: nphrase(
            "at least {count} value is accepted", "at least {count} values are accepted", ctx["min_length"]
        ),
    }
)


def said(kind: str, reason: str, context: Mapping[str, Any]) -> Phrase:
    """What is wrong with a value, by pydantic's ``kind`` of error, its own ``reason``, and the bounds that it names."""
    ours = context.get("error")
    if isinstance(ours, NotAccepted):
        return ours.phrase
    bound = _BOUNDS.get(kind)
    return bound(context) if bound else _PLAIN.get(kind, phrase("{reason}", reason=reason))
