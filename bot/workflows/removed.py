"""Kinds of work that no longer begin: what a release before left of them is finished here."""

from collections.abc import Mapping
from typing import Any

from dbos import DBOS, DBOSConfiguredInstance

from bot.services.access import place_and_asker
from bot.slack.ways import Way
from bot.workflows.deed import DeedWorkflow, Wish
from bot.workflows.engine import PORTABLE


@DBOS.dbos_class("ShareWorkflow")
class ShareWorkflow(DBOSConfiguredInstance):
    """Releases up to revision 0002 shared private answers in a workflow of its own; now that is a change like any other."""

    def __init__(self, deeds: DeedWorkflow) -> None:
        super().__init__("share")
        self._deeds = deeds

    @DBOS.workflow(name="share", serialization_type=PORTABLE)
    async def run(self, data: dict[str, Any]) -> str:
        """Finish it as a change; what it posted is found again by its key."""
        return await self._deeds.carry_out(_wish(data))


def _wish(data: Mapping[str, Any]) -> Wish:
    place, asker = place_and_asker(data, once="destination")
    given = {"turn": data["turn"]}
    verb = "share"
    if data["join"]:
        verb, given = "add_me", {**given, "channel": place.channel}
    return Wish(data["id"], verb, given, place, asker, Way(asker.user))
