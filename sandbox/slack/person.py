"""A person in the stand-in's workspace, for tests: says, types, clicks and waits by the control API."""

import asyncio
import base64
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import aiohttp

Json = dict[str, Any]
OK = 200
PATIENCE_SECONDS = 30.0
"""How long a thing may take on a busy machine; a wait ends when the thing is there, so a long one costs nothing."""


class ControlError(Exception):
    """The control API refused a call; the text says why."""


class Person:
    """Acts as one person; an async context manager that owns its HTTP session.

    Args:
        root: The stand-in's public root, such as `http://127.0.0.1:8090/slack`.
        user_id: Id or handle of a person: `U0MIA` or `mia`.
        since: Waits for messages pass over those that stood there before this moment (a `ts`).
    """

    def __init__(self, root: str, user_id: str, since: str = "") -> None:
        self.root, self.user, self.since = root, user_id, since
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the HTTP session."""
        await self._session.close()

    async def post(self, route: str, **fields: Any) -> Json:
        """Any control call; fields that are None are left out."""
        given = {key: value for key, value in fields.items() if value is not None}
        seen: Json = await self._call("POST", route, json=given)
        return seen

    async def get(self, route: str, **fields: Any) -> Any:
        """Any control look-up; fields that are None are left out."""
        given = {key: str(value) for key, value in fields.items() if value is not None}
        return await self._call("GET", route, params=given)

    async def _call(self, verb: str, route: str, **request: Any) -> Any:
        async with self._session.request(verb, f"{self.root}/control/{route}", **request) as response:
            if response.status != OK:
                raise ControlError(f"{route}: {await response.text()}")
            return await response.json()

    async def say(self, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Write a message and return its ts."""
        said = await self.post("say", user=self.user, channel=channel, text=text, thread_ts=thread_ts)
        return str(said["ts"])

    async def edit(self, channel: str, ts: str, text: str) -> None:
        """Change an own message."""
        await self.post("edit", user=self.user, channel=channel, ts=ts, text=text)

    async def delete(self, channel: str, ts: str) -> None:
        """Delete an own message."""
        await self.post("delete", user=self.user, channel=channel, ts=ts)

    async def command(self, channel: str, command: str, text: str = "") -> Json:
        """Type a slash command; what the person sees: `ok`, `error`, `ack`."""
        return await self.post("command", user=self.user, channel=channel, command=command, text=text)

    async def click(
        self, channel: str, ts: str, action_id: str, value: Any = None, *, block_id: str | None = None
    ) -> Json:
        """Use a button or menu of a message; `block_id` tells apart those with the same action id."""
        where = {"channel": channel, "ts": ts, "block_id": block_id}
        return await self.post("click", user=self.user, action_id=action_id, value=value, **where)

    async def click_view(
        self, view_id: str, action_id: str, value: Any = None, *, block_id: str | None = None
    ) -> Json:
        """Use a button or menu of a modal or home."""
        where = {"view_id": view_id, "block_id": block_id}
        return await self.post("click", user=self.user, action_id=action_id, value=value, **where)

    async def suggest(self, view_id: str, action_id: str, query: str = "") -> list[Json]:
        """Type into a menu of a view that asks the app; the options offered, those in groups too. `ControlError` if none come."""
        return await self._offered(view_id=view_id, action_id=action_id, value=query)

    async def suggest_message(self, channel: str, ts: str, action_id: str, query: str = "") -> list[Json]:
        """The same in a message."""
        return await self._offered(channel=channel, ts=ts, action_id=action_id, value=query)

    async def _offered(self, **where: str) -> list[Json]:
        seen = await self.post("suggest", user=self.user, **where)
        if not seen["ok"]:
            raise ControlError(f"suggest: {seen['error']} {seen.get('errors', '')}".rstrip())
        grouped = [option for group in seen.get("option_groups", []) for option in group["options"]]
        return [*seen.get("options", []), *grouped]

    async def submit(self, view_id: str, values: Json) -> Json:
        """Send a modal with values by block or action id."""
        return await self.post("submit", user=self.user, view_id=view_id, values=values)

    async def shortcut(self, callback_id: str, channel: str | None = None, ts: str | None = None) -> Json:
        """Use a shortcut, on a message if one is given."""
        return await self.post("shortcut", user=self.user, callback_id=callback_id, channel=channel, ts=ts)

    async def home(self, tab: str = "home") -> Json:
        """Open the app's home or messages."""
        return await self.post("home", user=self.user, tab=tab)

    async def stop(self, channel: str, ts: str) -> Json:
        """Press the stop button of a stream or thread."""
        return await self.post("stop", user=self.user, channel=channel, ts=ts)

    async def upload(
        self, channel: str, name: str, content: bytes, text: str = "", thread_ts: str | None = None
    ) -> Json:
        """Share a file: the message's `ts` and the `file`'s id."""
        encoded = base64.b64encode(content).decode()
        where = {"user": self.user, "channel": channel, "thread_ts": thread_ts}
        return await self.post("upload", name=name, content=encoded, text=text or None, **where)

    async def records(self, channel: str, name: str, size: int, text: str = "") -> Json:
        """Share a recording without a word, of so many bytes: as `upload`."""
        return await self.post(
            "upload", user=self.user, channel=channel, name=name, silence=size, text=text or None
        )

    async def files(self) -> list[Json]:
        """The files this person sees, oldest first."""
        found: list[Json] = await self.get("files", user=self.user)
        return found

    async def download(self, file_id: str) -> bytes:
        """The bytes of a file that this person sees."""
        url = f"{self.root}/control/files/content"
        async with self._session.get(url, params={"user": self.user, "file": file_id}) as response:
            if response.status != OK:
                raise ControlError(f"files/content: {await response.text()}")
            return await response.read()

    async def messages(self, channel: str | None = None, thread_ts: str | None = None) -> list[Json]:
        """What this person sees, oldest first."""
        found: list[Json] = await self.get("messages", user=self.user, channel=channel, thread_ts=thread_ts)
        return found

    async def views(self) -> list[Json]:
        """The person's home and modals."""
        found: list[Json] = await self.get("views", user=self.user)
        return found

    async def wait_for(
        self,
        predicate: Callable[[Json], bool],
        timeout: float = PATIENCE_SECONDS,  # noqa: ASYNC109 - the test's own limit, named in the failure
        *,
        channel: str | None = None,
        thread_ts: str | None = None,
    ) -> Json:
        """The first message since `since` this person sees that fits; `TimeoutError` with what there was instead."""
        return await self.wait_in(
            lambda: self.messages(channel, thread_ts),
            lambda m: m["ts"] > self.since and predicate(m),
            timeout,
        )

    async def wait_in(
        self,
        look: Callable[[], Any],
        predicate: Callable[[Json], bool],
        timeout: float = PATIENCE_SECONDS,  # noqa: ASYNC109 - the test's own limit, named in the failure
    ) -> Json:
        """The first item of any look-up (`lambda: person.get("deliveries")`) that fits, by long-poll."""
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            count = (await self.get("state"))["n"]
            items: list[Json] = await look()
            for item in items:
                if predicate(item):
                    return item
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise TimeoutError(f"nothing fitting within {timeout} s; there was: {items}")
            await self.get("changes", since=count, timeout=left)
