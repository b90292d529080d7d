"""Family `insight_groups`: groups of insights, and which insights belong to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from .arguments import Body, check_query, read_body
from .insight_templates import Group, InsightTemplates, template_page
from .operations import Operation
from .refusals import refusal


class GroupBody(Body):
    """Body of POST /ai/conversations/insight-groups."""

    name: str
    description: str = ""
    webhook: str = ""


class GroupChange(Body):
    """Body of PUT /ai/conversations/insight-groups/{group_id}; what is left out stays."""

    name: str = ""
    description: str = ""
    webhook: str = ""


class InsightGroups:
    """The operations over groups."""

    def __init__(self, templates: InsightTemplates, now: Callable[[], datetime]) -> None:
        self._templates = templates
        self._now = now

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        every = "/ai/conversations/insight-groups"
        one = f"{every}/{{group_id}}"
        member = f"{one}/insights/{{insight_id}}"
        return (
            Operation("insight_groups.page", "GET", every, self.page),
            Operation("insight_groups.create", "POST", every, self.create, replays=True),
            Operation("insight_groups.get", "GET", one, self.one),
            Operation("insight_groups.update", "PUT", one, self.update),
            Operation("insight_groups.delete", "DELETE", one, self.delete),
            Operation("insight_groups.assign", "POST", f"{member}/assign", self.assign),
            Operation("insight_groups.unassign", "DELETE", f"{member}/unassign", self.unassign),
        )

    async def page(self, request: web.Request) -> web.Response:
        """A page of groups with meta."""
        check_query(request, {"page[number]", "page[size]"})
        rows = [self._templates.shown(group) for group in self._templates.groups.values()]
        return web.json_response(template_page(request, rows))

    async def create(self, request: web.Request) -> web.Response:
        """A new, empty group, `{data}`."""
        check_query(request, ())
        body = await read_body(request, GroupBody)
        group = Group(body.name, self._now(), body.description, body.webhook)
        return web.json_response({"data": self._templates.shown(self._templates.add_group(group))})

    async def one(self, request: web.Request) -> web.Response:
        """One group, `{data}`."""
        check_query(request, ())
        return web.json_response({"data": self._templates.shown(self._find(request))})

    async def update(self, request: web.Request) -> web.Response:
        """Change the fields that the body has."""
        check_query(request, ())
        group = self._find(request)
        body = await read_body(request, GroupChange)
        for name in body.model_fields_set:
            setattr(group, name, getattr(body, name))
        return web.json_response({"data": self._templates.shown(group)})

    async def delete(self, request: web.Request) -> web.Response:
        """Gone; its insights stay. 200 without a body."""
        check_query(request, ())
        del self._templates.groups[self._find(request).group_id]
        return web.Response()

    async def assign(self, request: web.Request) -> web.Response:
        """Put an insight into a group; a second time changes nothing (not documented). 200 without a body."""
        check_query(request, ())
        group, insight_id = self._find(request), request.match_info["insight_id"]
        if insight_id not in self._templates.insights:
            raise refusal(404, "The requested insight could not be found.")
        if insight_id not in group.insight_ids:
            group.insight_ids.append(insight_id)
        return web.Response()

    async def unassign(self, request: web.Request) -> web.Response:
        """Take an insight out of a group; 404 when it is not in it. 200 without a body."""
        check_query(request, ())
        group, insight_id = self._find(request), request.match_info["insight_id"]
        if insight_id not in group.insight_ids:
            raise refusal(404, "The requested insight is not in this group.")
        group.insight_ids.remove(insight_id)
        return web.Response()

    def _find(self, request: web.Request) -> Group:
        group = self._templates.groups.get(request.match_info["group_id"])
        if group is None:
            raise refusal(404, "The requested insight group could not be found.")
        return group
