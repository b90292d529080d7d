"""A recording of 100 MB passes through a bot that holds none of it, and one whose bot is killed is written down once."""

from pathlib import Path

from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.replies import only_reply, replies
from tests.journeys.screen import finished, words
from tests.journeys.telnyx_side import asked
from tests.journeys.test_kill_points import hung
from tests.journeys.test_transcription import DIRECT, MEGABYTES_100, SAID, TRANSCRIBE, clip, long_recording


async def test_killed_while_telnyx_listens_it_is_finished_once(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    house.telnyx_fault(operation=TRANSCRIBE, kind="hang")
    before = asked(house, TRANSCRIBE)
    root = await clip(mia)
    until(lambda: asked(house, TRANSCRIBE) > before, "that Telnyx listens")

    own_bot.kill()
    own_bot.start()

    reply = await only_reply(mia, DIRECT, root)
    assert words(reply).count(SAID) == 1
    assert asked(house, TRANSCRIBE) == before + 2


async def test_100_mb_pass_through_without_being_held(own_bot: BotProcess, person: People) -> None:
    own_bot.start()
    mia = person("U0MIA")
    await only_reply(mia, DIRECT, await clip(mia))  # everything is loaded
    before = memory(own_bot)
    root = (await mia.records(DIRECT, "long.wav", MEGABYTES_100))["ts"]

    reply = await only_reply(mia, DIRECT, root, 60)

    grown = memory(own_bot, most=True) - before
    assert "heard 12500 seconds" in words(reply)
    assert grown < 50 * 2**20, f"{grown / 2**20:.0f} MB"
    assert not any(path.stat().st_size > MEGABYTES_100 / 2 for path in own_bot.folder.rglob("*"))


def memory(bot: BotProcess, *, most: bool = False) -> int:
    """Bytes of memory that the bot's process holds now, or held at most."""
    assert bot.process is not None
    name = "VmHWM" if most else "VmRSS"
    status = Path(f"/proc/{bot.process.pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(name))


async def test_killed_when_its_file_was_shared_there_is_one_file_and_one_reply(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    known = {file["id"] for file in await mia.files()}
    sharing = mia.upload(DIRECT, "long.wav", long_recording())
    root = (await hung(mia, house, "files.completeUploadExternal", sharing))["ts"]

    own_bot.kill()
    own_bot.start()

    reply = await mia.wait_for(finished, channel=DIRECT, thread_ts=root)
    made = [f for f in await mia.files() if f["id"] not in known and f["name"] == "long.wav.txt"]
    ours = [m for m in await replies(mia, DIRECT, root) if not m.get("files")]
    assert len(made) == 1
    assert [m["ts"] for m in ours] == [reply["ts"]]
