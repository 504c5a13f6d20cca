"""What is wrong with a ledger, said to people."""

from typing import Final

from messages.ledger_checking import Finding, Wrong
from messages.text.phrase import Phrase, phrase

_SAID: Final = {
    Wrong.GAP: phrase("rows of the chain have been removed, beginning with this one"),
    Wrong.ORDER: phrase("this row stands where no row can stand"),
    Wrong.MISSING: phrase("the event has been removed"),
    Wrong.ENTRY: phrase("the event is not what was recorded, or the hash kept for it has been changed"),
    Wrong.HASH: phrase("the hash kept for the event has been changed; the event is as recorded"),
    Wrong.TWICE: phrase("the event stands in the chain a second time"),
    Wrong.BACKDATED: phrase("the event bears a time before the last seal, but was added after it"),
    Wrong.UNLINKED: phrase("the event is not in the chain and does not wait for its link"),
    Wrong.WAITING: phrase("it waits for its link, but is no event, or has its link already"),
}


def wrong_said(finding: Finding) -> Phrase:
    """What is wrong, without saying where."""
    seal = finding.seal or ""
    if finding.what is Wrong.MALFORMED:
        return phrase("this part of the event is not as the service writes it: {part}", part=str(finding.part))
    if finding.what is Wrong.SEAL:
        return phrase(
            "the ledger does not agree with the seal «{seal}»: something was changed or removed after row {after}",
            seal=seal,
            after=finding.after or 0,
        )
    if finding.what is Wrong.UNSEALED:
        return phrase("the seal «{seal}» is not both kept and told of in the ledger", seal=seal)
    return _SAID[finding.what]


def place_said(finding: Finding) -> Phrase:
    """Where something is wrong."""
    if finding.seq is not None and finding.event is not None:
        return phrase("Row {seq}, event {event}", seq=finding.seq, event=finding.event)
    if finding.seq is not None:
        return phrase("Row {seq}", seq=finding.seq)
    if finding.event is not None:
        return phrase("Event {event}", event=finding.event)
    return phrase("Seals")
