"""Which kernel counts, said to whoever waits for it: the Python reference gives the same tables, slower."""

from __future__ import annotations

from paicha.interfaces.cli.console import say_line
from paicha.kernel import native
from paicha.locales import Language, message
from paicha.renderers.visible import visible


def kernel_in_use(language: Language) -> str:
    """Return which kernel counts, and why it is not the native one."""
    if native.find().extension is not None:
        return message("kernel.native", language)
    reason = why_refused(language) or message("kernel.not_built", language)
    return message("kernel.reference", language, reason=reason)


def why_refused(language: Language) -> str:
    """
    Return why an extension that is there cannot be used, and what to do; "" where it is used or was never built.

    One of an earlier version stays behind when a checkout is updated without building, or when a file could not be
    replaced. Nothing else shows it: every figure is the same.
    """
    found = native.find()
    if found.other is not None:
        return message("kernel.other", language, found=found.other, wanted=native.TWIN)
    return (
        message("kernel.unloadable", language, why=visible(found.unloadable))
        if found.unloadable
        else ""
    )


def say_if_refused(language: Language) -> None:
    """Write one line to stderr where an extension is there and cannot be used."""
    reason = why_refused(language)
    if reason:
        say_line(message("kernel.slower", language, reason=reason))
