"""How large a streamed message may become: all of it together, in bytes.

In the public probes `details` and `output` of tasks count twice, and blocks under the text count too.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.slack.blocks import MESSAGE_BYTES, all_texts
from sandbox.slack.messages import JsonObject, Message
from sandbox.slack.web_api.method import ApiError

COUNTED_TWICE = ("details", "output")


def _bytes(texts: Iterable[Any]) -> int:
    return sum(len(str(text).encode()) for text in texts)


def _size(task: JsonObject) -> int:
    return _bytes([task.get("title", "")]) + 2 * _bytes(task.get(key, "") for key in COUNTED_TWICE)


def check_size(message: Message, chunks: Sequence[JsonObject], blocks: Sequence[JsonObject] = ()) -> None:
    """Raise `msg_too_long` if the stream would be too large with these chunks and blocks."""
    text = [message.markdown, *(chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text")]
    tasks = dict(message.tasks)
    for chunk in chunks:
        if chunk["type"] == "task_update":
            tasks[chunk["id"]] = tasks.get(chunk["id"], {}) | chunk
    added = [block for chunk in chunks if chunk["type"] == "blocks" for block in chunk["blocks"]]
    below = all_texts([*message.blocks, *added, *blocks])
    if _bytes(text) + _bytes(below) + sum(_size(task) for task in tasks.values()) > MESSAGE_BYTES:
        raise ApiError("msg_too_long")
