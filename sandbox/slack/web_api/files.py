"""`files.*`: the three steps of an upload (the second is a POST of the bytes), what a file is, and its end."""

from typing import Any

from sandbox.slack.file_sharing import share_soon, visible_to_bot
from sandbox.slack.file_store import StoredFile
from sandbox.slack.messages import JsonObject
from sandbox.slack.uploads import LARGEST_FILE, UPLOAD_PATH
from sandbox.slack.web_api.content import checked_blocks
from sandbox.slack.web_api.method import Answer, ApiError, Arguments, Method, arguments, invalid_arguments
from sandbox.slack.web_api.places import readable, thread_root
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER, Channel

ALT_TEXT, SNIPPET_BYTES, MOST_CHANNELS = 1000, 2**20, 100
KINDS_OF_SHARE = {"public": "public", "private": "private", "im": "private", "mpim": "private"}
#: Slack knows some hundred; these are the ones that a bot for text is likely to name.
SNIPPET_TYPES = {
    *(
        "auto",
        "text",
        "markdown",
        "csv",
        "tsv",
        "json",
        "yaml",
        "xml",
        "html",
        "css",
        "javascript",
        "typescript",
    ),
    *(
        "python",
        "ruby",
        "go",
        "java",
        "kotlin",
        "swift",
        "c",
        "cpp",
        "csharp",
        "php",
        "perl",
        "rust",
        "scala",
    ),
    *("shell", "powershell", "sql", "diff", "dockerfile", "vtt"),
}


def get_upload_url(slack: Workspace, given: Arguments) -> Answer:
    """`files.getUploadURLExternal`: an id, and the address that takes the bytes once."""
    length = given["length"]
    if length < 1:
        raise ApiError("missing_argument")
    if length > LARGEST_FILE:
        raise ApiError("file_upload_size_restricted")
    if len(given.get("alt_txt", "")) > ALT_TEXT:
        raise ApiError("alt_txt_too_large")
    snippet = given.get("snippet_type", "")
    if snippet and snippet not in SNIPPET_TYPES:
        raise ApiError("unknown_snippet_type")
    if snippet and length > SNIPPET_BYTES:
        raise ApiError("snippet_too_large")
    file, token = slack.files.new(
        given["filename"],
        length,
        team=slack.world.team,
        root=slack.root,
        alt_txt=given.get("alt_txt", ""),
        snippet_type=snippet,
    )
    return {"upload_url": f"{slack.root}{UPLOAD_PATH}/{token}", "file_id": file.id}


def _chosen(slack: Workspace, entries: Any) -> list[tuple[StoredFile, str]]:
    """The uploaded files that are named, with their titles."""
    if not isinstance(entries, list) or not entries:
        raise invalid_arguments("no fewer than 1 items allowed [json-pointer:/files]")
    chosen: list[tuple[StoredFile, str]] = []
    for n, entry in enumerate(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            raise invalid_arguments(f"missing required field: id [json-pointer:/files/{n}]")
        unknown = sorted(set(entry) - {"id", "title", "highlight_type"})
        if unknown:
            raise invalid_arguments(f"invalid additional property: {unknown[0]} [json-pointer:/files/{n}]")
        file = slack.files.uploaded(entry["id"])
        if file is None or file.user != BOT_USER or file in [other for other, _ in chosen]:
            raise ApiError("file_not_found")
        chosen.append((file, str(entry.get("title") or file.name)))
    return chosen


def _places(slack: Workspace, given: Arguments) -> list[Channel]:
    """Where the files go; the app must be in each of these conversations."""
    names = [name.strip() for name in given.get("channels", [])]
    if len(names) > MOST_CHANNELS:
        raise ApiError("channels_limit_exceeded")
    people = [slack.world.direct(name) for name in names]
    ids = [
        *([given["channel_id"]] if given.get("channel_id") else []),
        *(direct.id if direct else name for direct, name in zip(people, names, strict=True)),
    ]
    places = [readable(slack, name) for name in dict.fromkeys(ids)]
    for place in places:
        if BOT_USER not in place.members:
            raise ApiError("not_in_channel")
        if place.is_archived:
            raise ApiError("posting_to_channel_denied")
    return places


def complete_upload(slack: Workspace, given: Arguments) -> Answer:
    """`files.completeUploadExternal`: the files exist from now on; their messages follow a moment later."""
    chosen, places = _chosen(slack, given["files"]), _places(slack, given)
    comment, thread_ts = given.get("initial_comment", ""), given.get("thread_ts") or None
    blocks = [] if comment else checked_blocks(given.get("blocks", []), slack.refused_blocks)
    if thread_ts:
        if len(places) != 1:
            raise invalid_arguments("thread_ts needs exactly one channel [json-pointer:/thread_ts]")
        thread_root(slack, places[0], thread_ts)
    for file, title in chosen:
        file.title, file.completed = title, True
    files = [file for file, _ in chosen]
    for place in places:
        share_soon(slack, place, files, text=comment, blocks=blocks, thread_ts=thread_ts)
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def _found(slack: Workspace, given: Arguments) -> StoredFile:
    file = slack.files.get(given["file"])
    if file is None or not visible_to_bot(slack, file):
        raise ApiError("file_not_found")
    if file.deleted:
        raise ApiError("file_deleted")
    return file


def file_json(slack: Workspace, file: StoredFile) -> JsonObject:
    """A file with the conversations it stands in, by Slack's two kinds."""
    shares: dict[str, dict[str, list[JsonObject]]] = {}
    listed: dict[str, list[str]] = {"public": [], "private": [], "im": [], "mpim": []}
    for channel_id, entries in file.channels.items():
        place = slack.world.channels[channel_id]
        if not entries or BOT_USER not in place.members:
            continue
        listed[place.kind].append(channel_id)
        shown = [
            {"channel_name": place.name, "team_id": file.team.id, "share_user_id": file.user, **entry}
            for entry in entries
        ]
        shares.setdefault(KINDS_OF_SHARE[place.kind], {})[channel_id] = shown
    return file.for_app() | {
        "channels": listed["public"],
        "groups": [*listed["private"], *listed["mpim"]],
        "ims": listed["im"],
        "is_public": bool(listed["public"]),
        "shares": shares,
    }


def info(slack: Workspace, given: Arguments) -> Answer:
    """`files.info`: the file and where it was shared, which may take a moment to appear."""
    found = file_json(slack, _found(slack, given))
    return {"file": found, "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(slack: Workspace, given: Arguments) -> Answer:
    """`files.delete`: only the app's own; messages that held nothing else go with it."""
    file = _found(slack, given)
    if file.user != BOT_USER:
        raise ApiError("cant_delete_file")
    file.deleted = True
    for channel_id, entries in file.channels.items():
        for entry in list(entries):
            message = slack.messages.get(channel_id, entry["ts"])
            empty = message and not (message.text or message.blocks)
            if message and empty and all(other.deleted for other in message.files):
                slack.delete(slack.world.channels[channel_id], message)
    slack.changes.bump()
    return {}


METHODS = (
    Method(
        "files.getUploadURLExternal",
        get_upload_url,
        arguments("filename!", "length!:int", "alt_txt", "snippet_type"),
        ("files:write",),
    ),
    Method(
        "files.completeUploadExternal",
        complete_upload,
        arguments(
            "files!:json", "channel_id", "channels:list", "thread_ts", "initial_comment", "blocks:json"
        ),
        ("files:write",),
    ),
    Method(
        "files.info",
        info,
        arguments("file!", "cursor", "limit:int", "count:int", "page:int"),
        ("files:read",),
    ),
    Method("files.delete", delete, arguments("file!"), ("files:write",)),
)
