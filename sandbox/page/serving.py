"""Serves the page's own files, and nothing else, with a policy that lets it load and reach only this server."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

# No inline script or style, no frame, no form, no other host: message text can never become more than text.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # The files change under a developer's hands, and they come from this computer anyway.
    "Cache-Control": "no-store",
}


def page_routes(shell: str) -> list[web.RouteDef]:
    """`/` and the files it asks for below `/page/`.

    Args:
        shell: HTML for readers without JavaScript; it stands where the page says `<!-- shell -->`.
    """

    async def index(_request: web.Request) -> web.Response:
        text = (STATIC / "index.html").read_text(encoding="utf-8").replace("<!-- shell -->", shell)
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    return [web.get("/", index), web.get("/page/{name:.+}", _file)]


def files() -> dict[str, Path]:
    """The files that are served, by the name below `/page/`."""
    return {file.relative_to(STATIC).as_posix(): file for file in STATIC.rglob("*") if file.suffix in KINDS}


async def _file(request: web.Request) -> web.Response:
    """One of the page's files; a name that is not among them is 404, whatever it points to."""
    file = files().get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound(text="The page has no such file.\n")
    body = file.read_bytes()
    return web.Response(body=body, content_type=KINDS[file.suffix], charset="utf-8", headers=HEADERS)
