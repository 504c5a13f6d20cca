"""The page's own files, read once at the start."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "page"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, kw_only=True)
class PageFile:
    """One file and its media type."""

    content: bytes
    content_type: str


class PageFiles:
    """``/`` and everything under ``/sandbox/static/``, by path."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        """Nothing is read before ``read``."""
        self._folder = folder
        self._files: dict[str, PageFile] = {}

    def read(self) -> None:
        """Read every file that has a type we serve (blocking)."""
        static = self._folder / "static"
        found = {f"/sandbox/static/{file.relative_to(static).as_posix()}": file for file in static.rglob("*")}
        found["/"] = self._folder / "index.html"
        self._files = {
            path: PageFile(content=file.read_bytes(), content_type=_TYPES[file.suffix])
            for path, file in found.items()
            if file.suffix in _TYPES and file.is_file()
        }

    def get(self, path: str) -> PageFile | None:
        """The file at a path, or None."""
        return self._files.get(path)
