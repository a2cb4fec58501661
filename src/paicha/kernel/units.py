"""Units: those that stick to their number, and those that stand behind it."""

from __future__ import annotations

from paicha.kernel.characters import WIDE, is_letter

#: Units of size.
SIZES = ("B", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "K", "M", "G", "T")
_TIMES = (
    "ns",
    "us",
    "µs",
    "μs",
    "ms",
    "s",
    "m",
    "h",
    "d",
    "sec",
    "secs",
    "min",
    "mins",
    "hr",
    "hrs",
)
_RATES = ("/s", "/sec", "/second", "/m", "/min", "/minute", "/h", "/hour", "/d", "/day")
#: Units that may stick to their number.
UNITS = frozenset(
    (
        *SIZES, *_TIMES, *_RATES, "%", "‰", "°C", "°F", "Hz", "kHz", "KHz", "MHz", "GHz", "V", "mV",
        "W", "kW", "A", "mA", "rpm", "bps", "kbps", "Kbps", "Mbps", "Gbps", "qps", "QPS", "tps", "TPS",
        "px", "x", "k", "kB", "kb", "mb", "gb", "bytes", "byte", "bit", "bits", "days", "hours",
        "minutes", "seconds", "times", *(f"{size}/s" for size in SIZES),
    )
)  # fmt: skip
#: Units that may stand one blank behind their number.
UNIT_WORDS = frozenset(
    (
        *SIZES[:10], "kB", "kb", "mb", "gb", "byte", "bytes", "ns", "us", "µs", "ms", "s", "sec", "secs",
        "second", "seconds", "min", "mins", "minute", "minutes", "h", "hour", "hours", "day", "days",
        "millisecond", "milliseconds", "microsecond", "microseconds", "%", "percent", "KB/s", "MB/s",
        "GB/s", "Mbps", "Gbps", "qps", "QPS", "tps", "TPS", "MHz", "GHz",
    )
)  # fmt: skip
_WIDE_UNITS = frozenset(
    (
        "次/分钟", "次/分", "次/秒", "次/小时", "条/秒", "个/秒", "毫秒", "微秒", "秒钟", "秒", "分钟", "小时",
        "天", "次", "条", "个", "倍", "台", "元", "度", "字节", "兆", "行", "万", "亿", "％",
    )
)  # fmt: skip


def unit_after(text: str) -> str:
    """
    Return the unit that stands behind a number: one blank and a known word, or a Chinese measure.

    Example:
        >>> unit_after(" ms, done"), unit_after("秒后重试"), unit_after(" files")
        ('ms', '秒', '')
    """
    start = 1 if text[:1] == " " else 0
    end = start
    while end < len(text) and text[end] < WIDE and (is_letter(text[end]) or text[end] in "%/"):
        end += 1
    if start and text[start:end] in UNIT_WORDS:
        return text[start:end]
    for length in (4, 3, 2, 1):
        if text[start : start + length] in _WIDE_UNITS:
            return text[start : start + length]
    return ""
