"""Brings events, commands and interactions to the app: over sockets if there are any, else over HTTP.

An event no one acknowledged is repeated on Slack's schedule; commands and interactions are not.
"""

import asyncio
import time
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.slack.answers import Answered, Unanswered
from sandbox.slack.event_bodies import app_mention
from sandbox.slack.http_events import HttpEvents
from sandbox.slack.messages import JsonObject
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import APP_ID, BOT_USER, Channel

SUBSCRIPTIONS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


SAID = ("file_share", "bot_message")


@dataclass
class Delivery:
    """One event's fate: attempts made, acknowledged or not, seconds from the first attempt to the last answer."""

    id: str
    type: str
    channel: str
    ts: str
    attempts: int = 0
    acked: bool = False
    finished: bool = False
    reason: str = ""
    seconds: float = 0.0


class Deliveries:
    """Every event that was sent, and the tasks that still try."""

    def __init__(self, workspace: Workspace, sockets: SocketMode, http: HttpEvents) -> None:
        self._slack, self._sockets, self._http = workspace, sockets, http
        self._records: dict[str, Delivery] = {}
        self._bodies: dict[str, JsonObject] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def publish(self, event: JsonObject, channel: Channel | None, cause: str) -> None:
        """Send an event, and its mention twin, if the app subscribed to it and is where it happened."""
        installed = self._slack.installation
        if installed is None or (channel is not None and BOT_USER not in channel.members):
            return
        kind = event["type"]
        wanted = SUBSCRIPTIONS[event["channel_type"]] if kind == "message" else kind
        direct = channel is not None and channel.kind == "im"
        fresh = kind == "message" and event.get("subtype", "file_share") in SAID and cause != BOT_USER
        if fresh and not direct and f"<@{BOT_USER}" in event["text"] and "app_mention" in installed.events:
            self._start(app_mention(event), channel, cause)
        if wanted in installed.events:
            self._start(event, channel, cause)

    def _start(self, event: JsonObject, channel: Channel | None, cause: str) -> None:
        body = self._envelope(dict(event), channel, cause)
        ts = str(event.get("ts") or event["event_ts"])
        record = Delivery(body["event_id"], event["type"], event.get("channel", ""), ts)
        self._records[record.id], self._bodies[record.id] = record, body
        task = asyncio.get_running_loop().create_task(self._deliver(record, body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _envelope(self, event: JsonObject, channel: Channel | None, cause: str) -> JsonObject:
        """The outer event; for people of other workspaces the inner one also says whose they are."""
        team = self._slack.world.team.id
        human = self._slack.world.user(cause)
        if human is not None and human.team != team:
            event |= {"user_team": human.team, "source_team": human.team}
        place = channel.id if channel else "-"
        return {
            "token": self._slack.credentials.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": self._slack.next_id("Ev"),
            "event_time": int(self._slack.clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": channel is not None and channel.is_ext_shared,
            "event_context": f"4-{team}-{APP_ID}-{place}",
        }

    async def _deliver(self, record: Delivery, body: JsonObject) -> None:
        """Try, and try again on the schedule, until it is acknowledged or refused for good."""
        started = time.perf_counter()
        reason = ""
        for attempt, pause in enumerate((0.0, *self._slack.timings.retries)):
            if pause:
                await asyncio.sleep(pause)
            record.attempts += 1
            answer = await self.ask("events_api", body, attempt=attempt, reason=reason)
            record.seconds = round(time.perf_counter() - started, 4)
            if isinstance(answer, Answered):
                record.acked = True
                break
            reason = record.reason = answer.reason
            self._slack.changes.bump()
            if answer.final:
                break
        record.finished = True
        self._slack.changes.bump()

    async def ask(
        self, kind: str, payload: JsonObject, *, attempt: int = 0, reason: str = ""
    ) -> Answered | Unanswered:
        """One attempt, over a socket if one is connected."""
        way: SocketMode | HttpEvents = (
            self._sockets if self._sockets.count or not self._http.url else self._http
        )
        return await way.send(kind, payload, attempt=attempt, reason=reason)

    async def repeat(self, name: str, times: int) -> list[bool] | None:
        """Send an event again, found by its id or its message's ts; whether each copy was acknowledged."""
        found = [record for record in self._records.values() if name in (record.id, record.ts)]
        if not found:
            return None
        acked = []
        for attempt in range(1, times + 1):
            for record in found:
                record.attempts += 1
                answer = await self.ask(
                    "events_api", self._bodies[record.id], attempt=attempt, reason="timeout"
                )
                acked.append(isinstance(answer, Answered))
                self._slack.changes.bump()
        return acked

    def shown(self) -> list[dict[str, Any]]:
        """All deliveries, oldest first."""
        return [asdict(record) for record in self._records.values()]

    async def forget(self) -> int:
        """Give up what is still being tried, as Slack does after its last attempt; how many events that were."""
        trying, left = list(self._tasks), [record for record in self._records.values() if not record.finished]
        for task in trying:
            task.cancel()
        await asyncio.gather(*trying, return_exceptions=True)
        for record in left:
            record.finished = True
        self._slack.changes.bump()
        return len(left)
