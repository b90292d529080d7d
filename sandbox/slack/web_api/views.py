"""`views.*`: modals and homes."""

import json
from collections.abc import Collection
from typing import Any

from sandbox.slack.blocks import VIEW_BLOCKS, Surface, check_blocks
from sandbox.slack.triggers import Trigger
from sandbox.slack.view_store import View
from sandbox.slack.web_api.method import Answer, ApiError, Arguments, Method, arguments, invalid_arguments
from sandbox.slack.workspace import Workspace

MODAL_KEYS = {
    "type",
    "title",
    "blocks",
    "submit",
    "close",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
    "external_id",
    "submit_disabled",
}
HOME_KEYS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
TITLE, PRIVATE_METADATA, CALLBACK_ID, EXTERNAL_ID, VIEW_BYTES = 24, 3000, 255, 255, 250_000


def _label(view: dict[str, Any], key: str, problems: list[str]) -> None:
    node = view[key]
    if not isinstance(node, dict) or node.get("type") != "plain_text":
        problems.append(f"must be a plain_text object [json-pointer:/view/{key}]")
    elif not 1 <= len(str(node.get("text", ""))) <= TITLE:
        problems.append(f"must be less than {TITLE + 1} characters [json-pointer:/view/{key}/text]")


def _block_problems(view: dict[str, Any], kind: Surface, refused: Collection[str]) -> list[str]:
    blocks = view.get("blocks", [])
    problems = [
        problem.replace("pointer:", "pointer:/view")
        for problem in check_blocks(blocks, kind, refused).problems
    ]
    if not isinstance(blocks, list):
        return problems
    if len(blocks) > VIEW_BLOCKS:
        problems.append(f"no more than {VIEW_BLOCKS} items allowed [json-pointer:/view/blocks]")
    inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if kind == "modal" and inputs and not view.get("submit"):
        problems.append("missing required field: submit, which input blocks need [json-pointer:/view]")
    return problems


def checked_view(view: Any, kind: Surface, refused: Collection[str] = ()) -> dict[str, Any]:
    """The view, or `invalid_arguments` with a JSON pointer for each problem, or `view_too_large`."""
    if not isinstance(view, dict) or view.get("type") != kind:
        raise invalid_arguments(f"must be a view of type {kind} [json-pointer:/view/type]")
    problems = [
        f"invalid additional property: {key} [json-pointer:/view/{key}]"
        for key in view
        if key not in (MODAL_KEYS if kind == "modal" else HOME_KEYS)
    ]
    needed = ("title", "blocks") if kind == "modal" else ("blocks",)
    problems += [f"missing required field: {key} [json-pointer:/view]" for key in needed if key not in view]
    for key in ("title", "submit", "close"):
        if view.get(key) is not None and kind == "modal":
            _label(view, key, problems)
    for key, longest in (
        ("private_metadata", PRIVATE_METADATA),
        ("callback_id", CALLBACK_ID),
        ("external_id", EXTERNAL_ID),
    ):
        if len(str(view.get(key, ""))) > longest:
            problems.append(f"must be less than {longest + 1} characters [json-pointer:/view/{key}]")
    problems += _block_problems(view, kind, refused)
    if problems:
        raise invalid_arguments(*problems)
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise ApiError("view_too_large")
    return view


def _answer(slack: Workspace, view: View) -> Answer:
    return {"view": view.for_app(slack.world.team.id)}


def _exchange(slack: Workspace, given: Arguments) -> Trigger:
    trigger = slack.triggers.exchange(given.get("trigger_id", ""))
    if isinstance(trigger, str):
        raise ApiError(trigger)
    return trigger


def free_external_id(slack: Workspace, view: dict[str, Any], own: View | None = None) -> None:
    """No other open view of the team has this external id."""
    taken = slack.views.external(view["external_id"]) if view.get("external_id") else None
    if taken is not None and taken is not own:
        raise ApiError("duplicate_external_id")


def open_view(slack: Workspace, given: Arguments) -> Answer:
    """`views.open`."""
    view = checked_view(given["view"], "modal", slack.refused_blocks)
    free_external_id(slack, view)
    return _answer(slack, slack.views.open(_exchange(slack, given).user, view))


def push_view(slack: Workspace, given: Arguments) -> Answer:
    """`views.push`: only from inside an open modal, three at most."""
    view = checked_view(given["view"], "modal", slack.refused_blocks)
    free_external_id(slack, view)
    trigger = _exchange(slack, given)
    below = slack.views.find(trigger.view_id)
    if below is None or below.kind != "modal":
        raise ApiError("not_found")
    pushed = slack.views.push(trigger.user, view)
    if pushed is None:
        raise ApiError("push_limit_reached")
    return _answer(slack, pushed)


def update_view(slack: Workspace, given: Arguments) -> Answer:
    """`views.update` by `view_id` or `external_id`, refused if `hash` is stale."""
    if "view_id" not in given and "external_id" not in given:
        raise invalid_arguments("missing required field: view_id or external_id")
    view = (
        slack.views.find(given["view_id"])
        if "view_id" in given
        else slack.views.external(given["external_id"])
    )
    if view is None:
        raise ApiError("not_found")
    content = checked_view(given["view"], "modal" if view.kind == "modal" else "home", slack.refused_blocks)
    free_external_id(slack, content, view)
    if given.get("hash", view.hash) != view.hash:
        raise ApiError("hash_conflict")
    slack.views.update(view, content)
    return _answer(slack, view)


def publish_view(slack: Workspace, given: Arguments) -> Answer:
    """`views.publish`: a person's home, if the manifest has a home tab."""
    if slack.installation is None or not slack.installation.home_tab:
        raise ApiError("not_enabled")
    if slack.world.user(given["user_id"]) is None:
        raise invalid_arguments("unknown user [json-pointer:/user_id]")
    content = checked_view(given["view"], "home", slack.refused_blocks)
    home = slack.views.home(given["user_id"])
    free_external_id(slack, content, home)
    if home is not None and given.get("hash", home.hash) != home.hash:
        raise ApiError("hash_conflict")
    return _answer(slack, slack.views.publish(given["user_id"], content))


METHODS = (
    Method("views.open", open_view, arguments("view!:json", "trigger_id", "interactivity_pointer")),
    Method("views.push", push_view, arguments("view!:json", "trigger_id", "interactivity_pointer")),
    Method("views.update", update_view, arguments("view!:json", "view_id", "external_id", "hash")),
    Method("views.publish", publish_view, arguments("user_id!", "view!:json", "hash")),
)
