"""``/docs``: the API's description to read and to try, without anything from outside."""

from importlib import resources
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from ingest.access import anyone

ASSETS = "/docs/assets"
router = APIRouter(
    include_in_schema=False, dependencies=[anyone("the API's description is no secret")]
)

# Swagger UI starts from an inline script and styles itself in line; nothing else may run.
_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; "
    "script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
)


@router.get("/docs")
async def show_docs() -> Response:
    """Return Swagger UI."""
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="bitaqa",
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{ASSETS}/favicon.png",
    )
    return HTMLResponse(page.body, headers={"Content-Security-Policy": _POLICY})


def add_docs(app: FastAPI) -> None:
    """Add the page and what it loads; ``fastapi_offline`` brings Swagger UI in its package."""
    folder = Path(str(resources.files("fastapi_offline") / "static"))
    app.mount(ASSETS, StaticFiles(directory=folder))
    app.include_router(router)
