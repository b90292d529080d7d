"""What the page knows about this sandbox beyond the two stand-ins: commands, buckets, examples, addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.joining import Addresses
from sandbox.progress import embedded_words
from sandbox.telnyx import TelnyxStandIn

EMBEDDED = frozenset({"success", "partial_success"})


class Facts:
    """GET `/control/page`.

    Args:
        telnyx: whose buckets are shown.
        examples: a question for each bucket.
        about: what finds and what answers here.
    """

    def __init__(
        self, telnyx: TelnyxStandIn, examples: Callable[[], Mapping[str, str]], about: str = ""
    ) -> None:
        self._telnyx, self._examples, self._about = telnyx, examples, about
        self.manifest: Mapping[str, Any] = {}
        self.addresses = Addresses("")

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.get("/control/page", self._look)]

    async def _look(self, _request: web.Request) -> web.Response:
        features = self.manifest.get("features", {})
        facts = {
            "bot_name": features.get("bot_user", {}).get("display_name", ""),
            "commands": features.get("slash_commands", []),
            "home_tab": bool(features.get("app_home", {}).get("home_tab_enabled")),
            "buckets": self._buckets(),
            "about": self._about,
            "embedding": self._embedding(),
            "slack_api_url": self.addresses.slack_api_url,
            "telnyx_base_url": self.addresses.telnyx_base_url,
        }
        return web.json_response(facts)

    def _embedding(self) -> str:
        """How far it is; "" while there is nothing to embed."""
        embedder = self._telnyx.library.embedder
        if embedder is None or embedder.done == embedder.files:
            return ""
        return embedded_words(embedder.done, embedder.files)

    def _buckets(self) -> list[dict[str, Any]]:
        """Each bucket with an example question and the files that are not searchable yet, or never."""
        now, examples = self._telnyx.clock.now(), self._examples()
        return [
            {
                "name": name,
                "question": examples.get(name, ""),
                "files": len(bucket.documents),
                "waiting": [
                    {"name": document.name, "status": document.status(now), "reason": document.error_reason}
                    for document in bucket.documents.values()
                    if document.status(now) not in EMBEDDED
                ],
            }
            for name, bucket in sorted(self._telnyx.library.buckets.items())
        ]
