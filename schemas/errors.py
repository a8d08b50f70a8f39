"""Errors that say what happens next.

::

    BitaqaError
    ├── Unprocessable     never again: the document goes to the dead letter with its reason
    ├── Unavailable       again later: a dependency is down, the document is innocent
    └── Misconfigured     stops start-up: nothing was consumed

Anything else that leaves a stage is a bug and counts as an attempt.
Messages name causes and cures, never the value of an identity field.
"""


class BitaqaError(Exception):
    """Base of all errors that bitaqa raises on purpose."""


class Unprocessable(BitaqaError):  # noqa: N818 - the name says what happens next
    """The document itself is the cause; a further attempt would end the same way.

    Args:
        reason: stable dotted code for machines, such as ``image.truncated``.
        message: one sentence for people, free of document values.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message

    def __reduce__(self) -> tuple[type["Unprocessable"], tuple[str, str]]:
        """Travel between a slot and its runner whole."""
        return type(self), (self.reason, self.message)


class Unavailable(BitaqaError):  # noqa: N818 - the name says what happens next
    """Something that the work needs does not answer; the same document may pass later.

    Args:
        dependency: what is down: ``store``, ``kafka``, ``postgres``, ``engine``.
        message: one sentence for operators, free of document values and secrets.
        retry_after_s: when the dependency itself said how long to wait.
    """

    def __init__(self, dependency: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(f"{dependency} unavailable: {message}")
        self.dependency = dependency
        self.message = message
        self.retry_after_s = retry_after_s

    def __reduce__(self) -> tuple[type["Unavailable"], tuple[str, str, float | None]]:
        """Travel between a slot and its runner whole."""
        return type(self), (self.dependency, self.message, self.retry_after_s)


class Misconfigured(BitaqaError):  # noqa: N818 - the name says what happens next
    """A setting is missing or wrong; the message names it and how to mend it."""
