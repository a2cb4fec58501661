"""Names of the members of archives: in Chinese ones of Windows they are GBK, and nothing in the archive says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tarfile
    import zipfile

#: The name of a zip's member is UTF-8, says the format.
_UTF8 = 0x800
_CHINESE = "gb18030"
#: What every Chinese encoding has; of names in other languages that happen to be valid GB18030, few letters are in it.
_COMMON = "gb2312"


def name_in_zip(entry: zipfile.ZipInfo) -> str:
    """
    Return the name of a member of a zip archive.

    Without the mark for UTF-8 the library reads names as code page 437, which whoever packed them in China did not
    write them in.
    """
    name = entry.filename
    if name.isascii() or entry.flag_bits & _UTF8:
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:  # told in another way
        return name
    return _decoded(raw) or name


def name_in_tar(entry: tarfile.TarInfo) -> str:
    """Return the name of a member of a tar archive, whose bytes are UTF-8 nearly always, and else as a Chinese Windows has them."""
    name = entry.name
    if name.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in name):
        return name
    return _decoded(name.encode("utf-8", "surrogateescape")) or name


def _decoded(raw: bytes) -> str:
    r"""
    Return *raw* read as UTF-8, or as GB18030 where most of its letters are common ones of Chinese; "" where it is neither.

    Example:
        >>> _decoded("订单.log".encode("gbk")), _decoded("café.log".encode("cp437"))
        ('订单.log', '')
    """
    for encoding in ("utf-8", _CHINESE):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        letters = [letter for letter in name if not letter.isascii()]
        common = sum(len(letter.encode(_COMMON, "ignore")) > 0 for letter in letters)
        if encoding == "utf-8" or 2 * common > len(letters):
            return name
    return ""
