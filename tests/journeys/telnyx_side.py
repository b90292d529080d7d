"""Telnyx as somebody beside the bot sees it, and what it was asked."""

import json
import urllib.request
from typing import Any

from tests.journeys.house import House

HANDBOOK = "handbook"


def telnyx(house: House, path: str, method: str = "GET", body: Any = None) -> Any:
    """A call of Telnyx's API, past the bot."""
    key = house.ready["env"]["TELNYX_API_KEY"]
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    url = f"{house.ready['telnyx_base_url']}{path}"
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - our own loopback server
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        return json.loads(answer.read() or b"null")


def asked(house: House, operation: str) -> int:
    """How often Telnyx was asked for an operation."""
    return int(house.ask("telnyx", "calls")["asked"].get(operation, 0))


def clustering(house: House) -> str:
    """The task id of a new clustering."""
    made = telnyx(house, "/ai/clusters", "POST", {"bucket": HANDBOOK, "min_cluster_size": 2})
    return str(made["data"]["task_id"])


def bucket(house: House, name: str, files: int) -> str:
    """A new embedded bucket with so many files."""
    for number in range(files):
        about = {"bucket": name, "filename": f"{number:02}.md", "text": f"Page {number}."}
        house.ask("telnyx", "documents", about)
    return name
