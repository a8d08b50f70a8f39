"""What a route needs of its caller.

Every route says it, as a parameter or, where nothing of the caller matters, as a dependency of
its router; a test refuses a route that says nothing::

    @router.get("/{document_id}")
    async def read_document(document_id: str, request: Request, caller: Reader) -> Response:
        row = await status_of(parts_of(request), caller.tenant, document_id)
"""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from ingest.auth import Caller
from ingest.middleware import add_headers
from ingest.parts import parts_of
from ingest.problems import Problem
from streams.api_keys import Scope


@dataclass(frozen=True, slots=True)
class Needs:
    """What a route needs of its caller; as a dependency it returns the caller."""

    scopes: tuple[Scope, ...] = ()
    is_legacy: bool = False

    async def __call__(self, request: Request) -> Caller:
        """Let a caller in.

        Raises:
            Problem: 401 for a stranger, 403 for a caller who may not do this, 429 for one who
                asks too often.
        """
        parts = parts_of(request)
        auth = parts.auth
        if self.is_legacy:
            caller = await auth.legacy_caller(request)
        else:
            caller = await auth.caller(request)
        if not caller.scopes.issuperset(self.scopes):
            raise _forbidden(self.scopes)
        if parts.rates is not None:
            add_headers(request, parts.rates.take(caller))
        return caller


@dataclass(frozen=True, slots=True)
class Open:
    """A route that anybody may call, and why."""

    reason: str

    async def __call__(self) -> None:
        """Let everybody in."""


Known = Annotated[Caller, Depends(Needs())]
"""Any caller with a key or token."""
Submitter = Annotated[Caller, Depends(Needs((Scope.SUBMIT,)))]
Reader = Annotated[Caller, Depends(Needs((Scope.READ,)))]
Corrector = Annotated[Caller, Depends(Needs((Scope.CORRECT,)))]
Eraser = Annotated[Caller, Depends(Needs((Scope.ERASE,)))]
Administrator = Annotated[Caller, Depends(Needs((Scope.ADMIN,)))]
LegacySubmitter = Annotated[Caller, Depends(Needs((Scope.SUBMIT,), is_legacy=True))]
LegacyReader = Annotated[Caller, Depends(Needs((Scope.READ,), is_legacy=True))]
LegacyEraser = Annotated[Caller, Depends(Needs((Scope.ERASE,), is_legacy=True))]


def anyone(reason: str) -> Any:
    """Return the dependency of a route that anybody may call: ``dependencies=[anyone(...)]``."""
    return Depends(Open(reason))


def access_of(route: Any) -> list[Needs | Open]:
    """Return what a route says of who may call it; it should be one thing."""
    found: list[Needs | Open] = []
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        if isinstance(dependant.call, Needs | Open):
            found.append(dependant.call)
        waiting += dependant.dependencies
    return found


def _forbidden(scopes: tuple[Scope, ...]) -> Problem:
    needed = " ".join(scopes)
    challenge = f'Bearer realm="bitaqa", error="insufficient_scope", scope="{needed}"'
    return Problem(
        403,
        "scope.missing",
        f"This needs a key or token with the scope {needed}.",
        headers={"WWW-Authenticate": challenge},
        scopes=list(scopes),
    )
