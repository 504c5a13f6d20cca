"""How long what is shown may be: what is longer is cut where it ends."""


def cut(text: str, most: int) -> str:
    """A text of so many characters at most; one that is longer ends in an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
