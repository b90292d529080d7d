"""Keep in docs, killed in the middle: the document is there once, and the person is told once."""

import pytest

from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.screen import GENERAL
from tests.journeys.telnyx_side import asked
from tests.journeys.test_keep import ADA, BEN, MIA, bucket, chosen, documents, form, outcome, thread

__all__ = ["bucket"]


@pytest.mark.parametrize("kind", ["hang", "hang_after_apply"])
async def test_killed_before_or_after_it_was_put_it_is_kept_once(
    own_bot: BotProcess, person: People, house: House, bucket: str, kind: str
) -> None:
    own_bot.start()
    ada = person(ADA)
    root = await thread(person(MIA), person(BEN), f"{kind} magenta")
    view = await form(ada, GENERAL, root)
    before = asked(house, "objects.put")
    house.telnyx_fault(operation="objects.put", kind=kind)
    await ada.submit(view["id"], {"link": chosen(view, "link"), "bucket": bucket, "file": "thread"})
    until(lambda: not house.ask("telnyx", "faults")["faults"], "the request whose answer is lost")

    own_bot.kill()
    house.calm()
    own_bot.start()

    told = await outcome(ada, view)
    assert f"I kept the thread in `{bucket}`" in str(told["blocks"])
    assert "again" not in str(told["blocks"])
    kept = [name for name in documents(house) if root.replace(".", "") in name]
    assert len(kept) == 1
    assert asked(house, "objects.put") - before == (1 if kind == "hang_after_apply" else 2)
