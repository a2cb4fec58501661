"""A value that must not be seen."""

from __future__ import annotations

from paicha.values import dataclass

MASK = "***"


@dataclass(frozen=True, slots=True)
class Secret:
    """
    A value that is shown only to the one place that sends it.

    Example:
        >>> Secret("hunter2")
        Secret('***')
    """

    value: str = ""

    def __repr__(self) -> str:
        return f"Secret('{MASK}')" if self.value else "Secret('')"

    def __bool__(self) -> bool:
        return bool(self.value)

    def reveal(self) -> str:
        """Return the value itself."""
        return self.value


#: What stands where nobody set one.
NO_SECRET = Secret()
