"""Files of each type that items take, as small as they can be."""

from io import BytesIO
from zipfile import ZipFile

from messages.file_types import FileType

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def png(width: int = 640, height: int = 480) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4)


def jpeg(width: int = 640, height: int = 480) -> bytes:
    sides = height.to_bytes(2) + width.to_bytes(2)
    return b"\xff\xd8\xff\xe0\0\4\0\0\xff\xc4\0\3\0\xff\xc2\0\x11\x08" + sides + b"\3"


def webp(width: int = 640, height: int = 480, flags: int = 0) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0" + bytes([flags, 0, 0, 0]) + sides


def package(*names: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


CONTENTS = {
    FileType.JPEG: jpeg(),
    FileType.PNG: png(),
    FileType.GIF: b"GIF89a\0",
    FileType.WEBP: webp(),
    FileType.MP4: b"\0\0\0\x18ftypisom",
    FileType.PDF: b"%PDF-1.7\n\0",
    FileType.DOCX: package("[Content_Types].xml", "word/document.xml"),
    FileType.XLSX: package("[Content_Types].xml", "xl/workbook.xml"),
    FileType.PPTX: package("[Content_Types].xml", "ppt/presentation.xml"),
    FileType.DOC: _OLD + "WordDocument".encode("utf-16-le"),
    FileType.XLS: _OLD + "Workbook".encode("utf-16-le"),
    FileType.PPT: _OLD + "PowerPoint Document".encode("utf-16-le"),
    FileType.TXT: "会议纪要\r\n".encode("gb18030"),
}
