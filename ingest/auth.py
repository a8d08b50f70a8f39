"""Who is calling. Until callers hold keys, everybody is one tenant."""

from starlette.requests import Request

DEFAULT_TENANT = "default"


async def tenant_of(_request: Request) -> str:
    """Return the tenant of a request: lower-case letters, digits and dashes, fit for a path.

    This is the one place that decides; every route asks it.
    """
    return DEFAULT_TENANT
