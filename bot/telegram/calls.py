"""Calls that go through the library's request, below its methods: of the many, where its objects cost the most."""

from collections.abc import Mapping

from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter


def call_of(texts: Mapping[str, str]) -> RequestData:
    """A call's parameters: texts all, so the library has nothing left to encode."""
    return RequestData([RequestParameter(name, text, None) for name, text in texts.items()])
