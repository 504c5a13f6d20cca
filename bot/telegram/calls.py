"""Calls that go through the library's request, below its methods: of the many, where its objects cost the most."""

from collections.abc import Mapping

from telegram import InputFile
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter


def call_of(texts: Mapping[str, str]) -> RequestData:
    """A call's parameters: texts all, so the library has nothing left to encode."""
    return RequestData([RequestParameter(name, text, None) for name, text in texts.items()])


def upload_of(params: Mapping[str, str | InputFile]) -> RequestData:
    """A call's parameters, of which some may be files."""
    return RequestData([RequestParameter.from_input(name, value) for name, value in params.items()])
