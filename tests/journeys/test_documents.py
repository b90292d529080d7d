"""Documents from Slack: why a file failed, a page added from a message, its task, and its file, found in an answer at the end."""

from functools import partial

import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import House, until
from tests.journeys.replies import private
from tests.journeys.screen import GENERAL, buttons, finished, words
from tests.journeys.telnyx_side import asked, telnyx

pytestmark = pytest.mark.usefixtures("bot")
ADA, MIA, BUCKET = "U0ADA", "U0MIA", "reception"
PAGE = "https://help.example.com/visitors"
FILE = "help.example.com/visitors.html"


reply = partial(private, seconds=20)


async def window(person: Person, text: str) -> Json:
    """The window that shows ``text``."""
    return await person.wait_in(
        person.views, lambda view: view["type"] == "modal" and text in str(view["blocks"]), 20
    )


async def form(person: Person, message: str) -> Json:
    """The form for a page, opened from the menu of a message that they write."""
    ts = await person.say(GENERAL, message)
    await person.shortcut("add_link", GENERAL, ts)
    return await window(person, "'block_id': 'url'")


def field(view: Json, name: str) -> Json:
    """A field of a form."""
    element: Json = next(block["element"] for block in view["blocks"] if block.get("block_id") == name)
    return element


@pytest.fixture(scope="module")
def broken(house: House) -> str:
    """A bucket with a file that can be read, and one that can't."""
    for name, text in (("desk.md", "The front desk is open from 8 to 18."), ("scan.pdf", "no PDF at all")):
        house.ask("telnyx", "documents", {"bucket": BUCKET, "filename": name, "text": text})
    house.ask("telnyx", "clock", {"advance": 60})
    path = f"/ai/embeddings/buckets/{BUCKET}"
    until(lambda: "success" in [file["status"] for file in telnyx(house, path)["data"]], "the embedding")
    return BUCKET


async def test_a_page_is_added_from_a_message_and_its_text_is_found(
    person: People, house: House, broken: str
) -> None:
    ada = person(ADA)
    since = await ada.say(GENERAL, "Which files are there?")
    await ada.command(GENERAL, "/telnyx", "docs")
    listed = await reply(ada, "Documents", since)
    await ada.command(GENERAL, "/telnyx", f"docs show {broken}")
    files = await reply(ada, "2 files", since)
    view = await form(ada, f"Please add <{PAGE}|what visitors ask>, says <mailto:ben@acme.example|Ben>.")
    sent = await ada.submit(view["id"], {"bucket": broken})
    started = await window(ada, "started adding")
    task = next(one for b in started["blocks"] if b["type"] == "actions" for one in b["elements"][1:])
    await ada.click_view(started["id"], "jobs show", task["value"])
    shown = await window(ada, f"Embedding of {broken}")
    house.ask("telnyx", "clock", {"advance": 60})

    async def found() -> list[Json]:
        """The list of files anew."""
        await ada.command(GENERAL, "/telnyx", f"docs show {broken}")
        return await ada.messages(GENERAL)

    after = await ada.wait_in(
        found, lambda m: f"{FILE}` · embedded" in words(m) and "waiting" not in words(m), 20
    )
    ts = await ada.say(GENERAL, f"@bot Which badge do visitors get? --bucket {broken}")
    answer = await ada.wait_for(finished, 30, channel=GENERAL, thread_ts=ts)

    assert "Show files" in buttons(listed)
    assert "*2 files: 1 embedded, 1 failed*" in words(files)
    assert words(files).index("`scan.pdf` · failed\n_") < words(files).index("`desk.md` · embedded")
    assert buttons(files) == ["Embed again", "Add a link"]
    assert field(view, "url")["initial_value"] == PAGE
    assert broken in [option["value"] for option in field(view, "bucket")["options"]]
    assert sent["response_action"] == "update"
    assert "started by <@U0ADA>" in str(shown["blocks"])
    assert "*5 files: 4 embedded, 1 failed*" in words(after), "the page, and the two that it links to"
    assert "purple" in words(answer)


async def test_a_bucket_is_embedded_as_the_form_says_and_its_tasks_are_listed(
    person: People, house: House, broken: str
) -> None:
    ada = person(ADA)
    since = await ada.say(GENERAL, "Again, please.")
    await ada.command(GENERAL, "/telnyx", "docs embed")
    view = await window(ada, "'block_id': 'chunk_size'")
    wrong = await ada.submit(view["id"], {"bucket": broken, "chunk_size": "300", "overlap": "300"})
    await ada.submit(view["id"], {"bucket": broken, "chunk_size": "300", "overlap": "30"})
    await window(ada, f"started embedding `{broken}`")

    await ada.command(GENERAL, "/telnyx", "docs tasks --status queued,processing")

    listed = await reply(ada, "Embedding tasks", since)
    assert wrong["errors"] == {"overlap": "The overlap has to be smaller than the passage: at most 299."}
    assert f"Embedding of {broken}" in words(listed)
    house.ask("telnyx", "clock", {"advance": 60})


@pytest.mark.parametrize("url", ["http://localhost:8090/", "https://10.0.0.7/wiki", "wiki.internal/page"])
async def test_an_address_inside_a_private_network_is_refused_at_its_field(
    person: People, house: House, url: str, broken: str
) -> None:
    ada, before = person(ADA), asked(house, "embeddings.url")
    view = await form(ada, "There's no address in this message.")

    sent = await ada.submit(view["id"], {"bucket": broken, "url": url})

    assert "initial_value" not in field(view, "url")
    assert sent["response_action"] == "errors"
    assert sent["errors"].keys() == {"url"}
    assert "private network" in sent["errors"]["url"]
    assert asked(house, "embeddings.url") == before


async def test_a_member_reads_what_failed_and_may_change_nothing(
    person: People, house: House, broken: str
) -> None:
    mia, before = person(MIA), asked(house, "embeddings.url")
    since = await mia.say(GENERAL, f"I would like to add {PAGE}")
    await mia.command(GENERAL, "/telnyx", f"docs show {broken}")
    files = await reply(mia, "`scan.pdf` · failed", since)
    await mia.shortcut("add_link", GENERAL, since)
    refused = await window(mia, "Only workspace admins can do this")
    await mia.command(GENERAL, "/telnyx", f"docs add-url {broken} <{PAGE}>")

    await reply(mia, "Only workspace admins can do this", since)

    assert buttons(files) == []
    assert "'url'" not in str(refused["blocks"])
    assert asked(house, "embeddings.url") == before
