"""Family `insights`: the templates by which conversations are read once they have ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from .arguments import Body, check_query, read_body
from .insight_templates import Insight, InsightTemplates, template_page
from .operations import Operation
from .refusals import refusal


class InsightBody(Body):
    """Body of POST /ai/conversations/insights."""

    name: str
    instructions: str
    json_schema: str | dict[str, Any] | None = None
    webhook: str = ""


class InsightChange(Body):
    """Body of PUT /ai/conversations/insights/{insight_id}; what is left out stays."""

    name: str = ""
    instructions: str = ""
    json_schema: str | dict[str, Any] | None = None
    webhook: str = ""


class Insights:
    """The operations over insights."""

    def __init__(self, templates: InsightTemplates, now: Callable[[], datetime]) -> None:
        self._templates = templates
        self._now = now

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        every, one = "/ai/conversations/insights", "/ai/conversations/insights/{insight_id}"
        return (
            Operation("insights.page", "GET", every, self.page),
            Operation("insights.create", "POST", every, self.create, replays=True),
            Operation("insights.get", "GET", one, self.one),
            Operation("insights.update", "PUT", one, self.update),
            Operation("insights.delete", "DELETE", one, self.delete),
        )

    async def page(self, request: web.Request) -> web.Response:
        """A page of insights with meta."""
        check_query(request, {"page[number]", "page[size]"})
        rows = [insight.shown() for insight in self._templates.insights.values()]
        return web.json_response(template_page(request, rows))

    async def create(self, request: web.Request) -> web.Response:
        """A new insight, `{data}`."""
        check_query(request, ())
        body = await read_body(request, InsightBody)
        made = Insight(body.name, body.instructions, self._now(), body.json_schema, body.webhook)
        return web.json_response({"data": self._templates.add(made).shown()})

    async def one(self, request: web.Request) -> web.Response:
        """One insight, `{data}`."""
        check_query(request, ())
        return web.json_response({"data": self._find(request).shown()})

    async def update(self, request: web.Request) -> web.Response:
        """Change the fields that the body has."""
        check_query(request, ())
        insight = self._find(request)
        body = await read_body(request, InsightChange)
        for name in body.model_fields_set:
            setattr(insight, name, getattr(body, name))
        return web.json_response({"data": insight.shown()})

    async def delete(self, request: web.Request) -> web.Response:
        """Gone, out of its groups too; 200 without a body."""
        check_query(request, ())
        self._templates.remove(self._find(request).insight_id)
        return web.Response()

    def _find(self, request: web.Request) -> Insight:
        insight = self._templates.insights.get(request.match_info["insight_id"])
        if insight is None:
            raise refusal(404, "The requested insight could not be found.")
        return insight
