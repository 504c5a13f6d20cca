"""What a person sends from the page: files of a form (multipart), with a caption."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from bot.sandbox.guard import PageRefusal
from bot.sandbox.parameters import Upload
from messages.text.marked import length16

MOST_FILES: Final = 50
_CAPTION_LONGEST: Final = 1024
_AS: Final = ("auto", "document")


@dataclass(frozen=True, kw_only=True)
class SentFiles:
    """Files that were chosen at once."""

    uploads: tuple[Upload, ...]
    caption: str
    as_documents: bool


async def read_files(request: web.BaseRequest) -> SentFiles:
    """The form: ``file`` once or several times, ``caption``, and ``as`` (``auto`` or ``document``)."""
    try:
        form = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise PageRefusal(413, "so much cannot be sent at once") from None
    except ValueError:
        raise PageRefusal(400, "the form cannot be read") from None
    fields = form.getall("file", [])
    uploads = tuple(_upload(field) for field in fields if isinstance(field, web.FileField))
    caption, kind = form.get("caption", ""), form.get("as", "auto")
    if not 1 <= len(uploads) <= MOST_FILES or len(uploads) != len(fields):
        raise PageRefusal(400, f"file: 1 to {MOST_FILES} files are accepted")
    if any("\0" in upload.name for upload in uploads):
        raise PageRefusal(400, "file: a name without control characters is accepted")
    if not all(upload.content for upload in uploads):
        raise PageRefusal(400, "file: an empty one is not accepted")
    if not isinstance(caption, str) or length16(caption) > _CAPTION_LONGEST:
        raise PageRefusal(400, f"caption: at most {_CAPTION_LONGEST} characters are accepted")
    if kind not in _AS:
        raise PageRefusal(400, f"as: one of {', '.join(_AS)} is accepted")
    return SentFiles(uploads=uploads, caption=caption.strip(), as_documents=kind == "document")


def _upload(field: web.FileField) -> Upload:
    return Upload(name=unquote(field.filename), mime=field.content_type.lower(), content=field.file.read())
