"""The characters of a fetched page: which encoding its bytes are in, as browsers find out."""

from __future__ import annotations

import codecs
import re

# Encodings of texts that the web uses, and none that takes long or reads escapes.
_KNOWN = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|latin1|iso-?8859-(?:[1-9]|1[013-6])|windows-(?:125[0-8]|874)|cp(?:125[0-8]|866)"
    r"|ibm866|koi8-[ru]|mac(?:intosh|-cyrillic)|gb2312|gbk|gb18030|big5|euc-(?:jp|kr)|shift[_-]jis|iso-2022-jp"
)
# What browsers read these as, and what Python calls these.
_MEANT = {
    **dict.fromkeys(("us-ascii", "ascii", "latin1", "iso-8859-1", "iso8859-1"), "cp1252"),
    **{"iso-8859-9": "cp1254", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "utf-16": "utf-16-le"},
    **{"windows-874": "cp874", "macintosh": "mac-roman", "utf16": "utf-16-le"},
}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"<meta\b[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([a-z0-9_.:-]{1,40})", re.IGNORECASE)
_META_WITHIN = 4_096


def decoded(body: bytes, told: str | None, *, html: bool) -> str:
    """The body's text: in the encoding of its mark, or else the one `told` of it, the page's own, UTF-8, windows-1252.

    What is no character in it becomes U+FFFD, as does NUL, which no text that is kept may hold.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _text(body[len(mark) :], encoding)
    found = _usable(told)
    if found is None and html and (meta := _META.search(body, 0, _META_WITHIN)):
        found = _usable(meta[1].decode("ascii"))
        if found is not None and found.startswith("utf-16"):
            found = "utf-8"  # it was read as ASCII, so it is not what it says
    if found is not None:
        return _text(body, found)
    try:
        return body.decode("utf-8").replace("\0", "\ufffd")
    except UnicodeDecodeError:
        return _text(body, "cp1252")


def _usable(name: str | None) -> str | None:
    name = (name or "").strip().strip("\"'").lower()
    if not _KNOWN.fullmatch(name):
        return None
    return codecs.lookup(_MEANT.get(name, name)).name


def _text(body: bytes, encoding: str) -> str:
    return body.decode(encoding, "replace").replace("\0", "\ufffd")
