"""What is asked of a matter that is entered by hand depends on its kind."""

from dataclasses import replace

from messages.tenders.drafts import EMPTY
from messages.tenders.milestones import MatterKind
from messages.tenders.records import Method


def test_a_works_tender_is_open_invited_or_otherwise_and_a_purchase_has_every_method() -> None:
    assert EMPTY.of_kind(MatterKind.TENDER).methods == (Method.OPEN, Method.INVITED, Method.OTHER)
    assert EMPTY.of_kind(MatterKind.PROCUREMENT).methods == tuple(Method)


def test_a_method_that_another_kind_does_not_have_is_asked_anew() -> None:
    purchase = replace(EMPTY.of_kind(MatterKind.PROCUREMENT), method=Method.INQUIRY)
    assert purchase.of_kind(MatterKind.TENDER).method is None
    assert replace(purchase, method=Method.INVITED).of_kind(MatterKind.TENDER).method is Method.INVITED
