"""Files of buckets summed up in Slack: typed or from the list of a bucket, for those who may read it, and once."""

import pytest

from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.replies import ERROR_ID
from tests.journeys.screen import BOT, GENERAL, Shown, buttons, finished, words
from tests.journeys.telnyx_side import asked

pytestmark = pytest.mark.usefixtures("bot")

FILE = "handbook/leave.md"


@pytest.fixture
def either_bot(bot: BotProcess, either_bot: BotProcess) -> BotProcess:
    """Alone: the module's bot would work too."""
    bot.stop()
    return either_bot


def plainly(message: Shown) -> str:
    """What is read, without the breaks that keep names of files from being links."""
    return words(message).replace("\u200b", "")


def summary(message: Shown) -> bool:
    return finished(message) and "## Key points" in words(message)


async def test_a_file_is_summed_up_beside_the_command_and_shared_in_the_channel(person: People) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")

    await mia.command(GENERAL, "/telnyx", f'summarize {FILE} --prompt "Numbers only"')

    got = await mia.wait_for(lambda m: summary(m) and m["kind"] == "ephemeral", channel=GENERAL)
    assert "## In short" in words(got)
    assert "A summary of `leave.md` in `handbook`, written by Telnyx." in words(got)
    assert f"You asked: summarize {FILE}" in words(got)

    await mia.click(GENERAL, got["ts"], "share")

    shared = await ben.wait_for(lambda m: summary(m) and m["user"] == BOT, channel=GENERAL)
    assert f"<@U0MIA> had `{FILE}` summarized." in words(shared)


async def test_from_the_list_of_a_bucket_it_takes_one_click_and_the_list_stays(person: People) -> None:
    mia = person("U0MIA")
    before = await mia.say(GENERAL, "What is in the handbook?")
    await mia.command(GENERAL, "/telnyx", "docs show handbook")
    listed = await mia.wait_for(
        lambda m: "Files in handbook" in words(m) and m["ts"] > before, channel=GENERAL
    )
    rows = [block["accessory"] for block in listed["blocks"] if "accessory" in block]
    wanted = next(row for row in rows if "leave.md" in row["value"])

    await mia.click(GENERAL, listed["ts"], wanted["action_id"], wanted["value"])

    got = await mia.wait_for(lambda m: summary(m) and m["ts"] > before, channel=GENERAL)
    assert {row["text"]["text"] for row in rows} == {"Summarize"}
    assert "written by Telnyx" in words(got)
    assert got["ts"] != listed["ts"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("handbook/leaves.md", "Did you mean “leave.md”?"),
        ("handbok/leave.md", "Did you mean “handbook”?"),
        ("handbook/plan.docx", "Telnyx doesn't summarize .docx files."),
        (f"{FILE} --model acme/pocket-1b", "For a file Telnyx chooses the model itself"),
        (f"{FILE} --post thread", "Only a thread's summary can be posted"),
    ],
)
async def test_what_cannot_be_summed_up_is_said_with_a_way_on(wanted: str, said: str, person: People) -> None:
    mia = person("U0MIA")

    typed = await mia.command(GENERAL, "/telnyx", f"summarize {wanted}")

    ack = str((typed.get("ack") or {}).get("text") or "")
    text = ack or plainly(await mia.wait_for(lambda m: said in plainly(m), channel=GENERAL))
    assert said in text
    assert not ERROR_ID.search(text), "no incident"


async def test_a_guest_reads_no_file_and_is_not_told_which_there_are(person: People, house: House) -> None:
    gus = person("U0GUS")
    before = asked(house, "summarize")

    await gus.command("C0SUPPORT", "/telnyx", f"summarize {FILE}")

    got = await gus.wait_for(lambda m: "open to guests" in words(m))
    assert "manual" not in words(got)
    assert asked(house, "summarize") == before


async def test_killed_in_the_middle_it_is_finished_once(
    either_bot: BotProcess, person: People, house: House
) -> None:
    either_bot.start()
    mia = person("U0MIA")
    said = await mia.say(GENERAL, "What does it say?")
    house.telnyx_fault(operation="summarize", kind="hang_after_apply")
    before = asked(house, "summarize")
    await mia.command(GENERAL, "/telnyx", f"summarize {FILE}")
    until(lambda: asked(house, "summarize") > before, "Telnyx's work")

    either_bot.kill()
    house.calm()
    either_bot.start()

    got = await mia.wait_for(lambda m: summary(m) and m["ts"] > said)
    everything = [m for m in [*await mia.messages(GENERAL), *await mia.messages("D0MIA")] if m["ts"] > said]
    assert "written by Telnyx" in words(got)
    assert len([m for m in everything if summary(m)]) == 1
    assert buttons(got)[-1:] == ["Share in channel"]
