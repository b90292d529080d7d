"""The lines to Slack and to Telnyx, with what can go wrong on them."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from typing import Any

import httpx

from tests.simulation.timelapse import now
from tests.simulation.town import EPOCH, Weather, Wire

Answer = tuple[float, int, dict[str, str], bytes]
KEPT = {"content-type", "date"}
"""Headers of an answer that belong to what it says."""


OLDEST_SECONDS = 600.0
"""No answer is older that is given once more."""
LAGGING = ("/ai/clusters", "/ai/fine_tuning")
"""Families of Telnyx's that are read from copies."""


def dated(at: float) -> str:
    """Return a time of the loop as a header says it."""
    return format_datetime(datetime.fromtimestamp(EPOCH + at, UTC), usegmt=True)


class Sky(Weather):
    """What Slack and Telnyx do at the moment, and how answers of Telnyx come."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.stale = 0.0
        """How likely it is that Telnyx gives an answer of a while ago once more."""
        self.late = 0.0
        """How likely it is that an answer is under way for so long that others overtake it."""
        self.failing = 0.0
        """How likely it is that Telnyx answers with an error."""
        self.answers: dict[str, Answer] = {}
        """The last answer to each question."""
        self.lagged = dict.fromkeys(LAGGING, -OLDEST_SECONDS)
        """When a copy of each of these families lagged behind last."""


class Watched(Wire):
    """A line to Slack that notes what each message shows, and which edits change nothing."""

    shown: dict[tuple[str, str], str]
    """Shared by all processes: what stands where, as far as an answer told."""
    idle: list[tuple[str, str]]
    """Edits that said what stood there already."""
    edits: Counter[str]

    async def api_call(self, api_method: str, **given: Any) -> Any:
        sent = given.get("json") or given.get("params") or {}
        look = json.dumps([sent.get("text"), sent.get("blocks"), sent.get("markdown_text")], sort_keys=True)
        place = (str(sent.get("channel")), str(sent.get("ts")))
        if api_method == "chat.update":
            before = self.shown.pop(place, None)  # unknown until Slack has answered
            self.edits[place[0]] += 1
            if before == look:
                self.idle.append(place)
        answer = await super().api_call(api_method, **given)
        answer.headers = {**answer.headers, "Date": dated(now().time())}
        if api_method == "chat.update":
            self.shown[place] = look
        elif api_method == "chat.postMessage":
            self.shown[place[0], str(answer["ts"])] = look
        return answer


class Line(httpx.AsyncBaseTransport):
    """The line of one process to Telnyx. Each old answer is one that was kept, so it bears the date of when it was made.

    Those of copies that lag behind bear the date of now. No family gives one twice while two looks follow each other, as two in
    a row are believed; none that has jobs which come back, as their earlier end is believed; and none whose dates are what
    silence is measured by.
    """

    def __init__(self, sky: Sky, inner: httpx.AsyncBaseTransport) -> None:
        self._sky = sky
        self._inner = inner
        self.stale = self.lagging = self.late = self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sky, key, path = self._sky, str(request.url), request.url.path
        self.asked += 1
        if sky.telnyx_away:
            raise httpx.ConnectError("no route to host", request=request)
        if sky.random.random() < sky.failing:
            return httpx.Response(503, json={"errors": []}, request=request)
        fresh_enough = key in sky.answers and now().time() - sky.answers[key][0] < OLDEST_SECONDS
        if fresh_enough and sky.random.random() < sky.stale:
            self.stale += 1
            _, status, headers, body = sky.answers[key]
            headers = self._as_of_now(path, headers)
        else:
            with now().outside():
                answer = await self._inner.handle_async_request(request)
                body = await answer.aread()
                await answer.aclose()
            status, headers = (
                answer.status_code,
                {name: answer.headers[name] for name in KEPT & {*answer.headers}},
            )
            sky.answers[key] = now().time(), status, headers, body
        if sky.random.random() < sky.late:
            self.late += 1
            await asyncio.sleep(sky.random.uniform(30, 400))
        return httpx.Response(status, content=body, headers=headers, request=request)

    def _as_of_now(self, path: str, headers: dict[str, str]) -> dict[str, str]:
        """Return the headers of an old answer; those of a copy that lags behind, where one may."""
        lagged, at = self._sky.lagged, now().time()
        family = next((one for one in LAGGING if one in path), None)
        if family is None or at - lagged[family] < OLDEST_SECONDS:
            return headers
        lagged[family] = at
        self.lagging += 1
        return {**headers, "date": dated(at)}

    async def aclose(self) -> None:
        await self._inner.aclose()
