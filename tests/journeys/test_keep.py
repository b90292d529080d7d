"""Keep in docs: a thread or a file becomes a document that answers cite; by whom, from where, into which bucket, and once."""

import json
import urllib.request
from typing import Any

import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import House, until
from tests.journeys.screen import GENERAL, RANDOM, finished, words
from tests.journeys.telnyx_side import asked, telnyx

ADA, BEN, MIA, GUS = "U0ADA", "U0BEN", "U0MIA", "U0GUS"
SEED = "Parking is behind the building."


@pytest.fixture(scope="module")
def bucket(house: House) -> str:
    """An embedded bucket for this module."""
    house.ask("telnyx", "documents", {"bucket": "kept", "filename": "parking.md", "text": SEED})
    embedded(house, "parking.md")
    return "kept"


def documents(house: House) -> dict[str, str]:
    """The states of what is in the bucket, by name."""
    return {file["filename"]: file["status"] for file in telnyx(house, "/ai/embeddings/buckets/kept")["data"]}


def embedded(house: House, name: str) -> None:
    """Let a minute pass, and wait until a document was embedded by itself."""
    house.ask("telnyx", "clock", {"advance": 60})
    until(lambda: documents(house).get(name) == "success", f"the embedding of {name}")


def opened(house: House, name: str) -> str:
    """What a document says, at an address that Telnyx gives for it."""
    given = telnyx(house, f"/storage/buckets/kept/{name}/presigned_url", "POST", {"ttl": 60})
    with urllib.request.urlopen(given["content"]["presigned_url"], timeout=10) as answer:  # noqa: S310 - our own loopback server
        return str(answer.read().decode())


async def window(person: Person, text: str) -> Json:
    """The window that shows ``text``."""
    return await person.wait_in(
        person.views,
        lambda view: view["type"] == "modal" and text in json.dumps(view["blocks"], ensure_ascii=False),
    )


def field(view: Json, name: str) -> Any:
    """A field of a form."""
    return next(block["element"] for block in view["blocks"] if block.get("block_id") == name)


def chosen(view: Json, name: str) -> str:
    """What a field of a form is filled with."""
    element = field(view, name)
    return str(element.get("initial_value") or element["initial_option"]["value"])


async def form(person: Person, channel: str, ts: str) -> Json:
    """The form for a message."""
    await person.shortcut("keep", channel, ts)
    return await window(person, '"block_id": "link"')


async def keep(person: Person, channel: str, ts: str, **values: Any) -> Json:
    """Send the form for a message, filled in as it came and with these values; what it shows then."""
    view = await form(person, channel, ts)
    known = {"link": chosen(view, "link"), "bucket": "kept", "file": chosen(view, "file")}
    await person.submit(view["id"], known | values)
    return await outcome(person, view)


async def outcome(person: Person, view: Json) -> Json:
    """What a form shows at the end: what was kept, or itself with what was wrong."""

    def ended(one: Json) -> bool:
        return one["id"] == view["id"] and any(text in str(one["blocks"]) for text in ("I kept", ":warning:"))

    return await person.wait_in(person.views, ended)


async def thread(first: Person, second: Person, code: str) -> str:
    """Two people find out a door's code; the first message."""
    root = await first.say(
        GENERAL, f"What is the code of the {code} door? See https://doors.example.com/list."
    )
    await second.say(
        GENERAL,
        f"The {code} door opens with the quokka card, @{'mia' if first.user == MIA else 'ben'}.",
        thread_ts=root,
    )
    return root


@pytest.mark.usefixtures("bot", "bucket")
class TestKeeping:
    """With one bot."""

    async def test_a_thread_is_kept_with_where_it_is_from_and_an_answer_cites_it(
        self, person: People, house: House
    ) -> None:
        ada, mia = person(ADA), person(MIA)
        root = await thread(mia, person(BEN), "vermilion")
        suggested = chosen(await form(ada, GENERAL, root), "name")
        gone = await mia.say(GENERAL, "The secret is 1234.", thread_ts=root)
        await mia.delete(GENERAL, gone)

        shown = await keep(ada, GENERAL, root)

        name = f"what-is-the-code-of-the-vermilion-door-{GENERAL}-{root.replace('.', '')}.md"
        assert f"I kept the thread in `kept` as `{name}`" in str(shown["blocks"])
        assert "Show bucket" in str(shown["blocks"])
        embedded(house, name)
        text = opened(house, name)
        ts = await mia.say(GENERAL, "@bot Which card opens the vermilion door? --bucket kept")
        answer = await mia.wait_for(finished, channel=GENERAL, thread_ts=ts)
        link = f"https://acme-telecom.slack.com/archives/{GENERAL}/p{root.replace('.', '')}"
        assert suggested.startswith("What is the code of the vermilion door?")
        assert "quokka" in words(answer)
        assert name in words(answer)
        assert f"a thread in the channel #general of Slack: {link}\nada kept it here on 20" in text
        assert "written by mia, ben." in text
        assert "opens with the quokka card, @mia." in text
        assert "https://doors.example.com/list" in text
        assert "1234" not in text
        assert "<@" not in text

    async def test_kept_again_it_replaces_itself_and_says_so(self, person: People, house: House) -> None:
        ada, ben = person(ADA), person(BEN)
        root = await thread(person(MIA), ben, "ochre")
        await keep(ada, GENERAL, root)
        before = documents(house).keys()
        reply = await ben.say(GENERAL, "Since today the ochre door needs no card.", thread_ts=root)

        shown = await keep(ada, GENERAL, reply, name="Another name")

        name = f"what-is-the-code-of-the-ochre-door-{GENERAL}-{root.replace('.', '')}.md"
        assert f"as `{name}` again; it replaces what I kept before" in str(shown["blocks"])
        assert documents(house).keys() == before
        assert "Since today the ochre door needs no card." in opened(house, name)

    async def test_a_file_stays_the_file_that_it_is(self, person: People, house: House) -> None:
        ada, mia = person(ADA), person(MIA)
        shared = await mia.upload(
            GENERAL, "Wombat rules.md", b"# Wombats\n\nWombats may nap in the teal room."
        )
        view = await form(ada, GENERAL, shared["ts"])
        await ada.submit(
            view["id"], {"link": chosen(view, "link"), "bucket": "kept", "file": chosen(view, "file")}
        )
        shown = await window(ada, "I kept `Wombat rules.md`")

        name = f"wombat-rules-{shared['file']}.md"
        assert [one["text"]["text"] for one in field(view, "file")["options"]] == [
            "The whole thread",
            "The file Wombat rules.md",
        ]
        assert (chosen(view, "name"), name in str(shown["blocks"])) == ("Wombat rules", True)
        embedded(house, name)
        assert opened(house, name) == "# Wombats\n\nWombats may nap in the teal room."

    async def test_a_file_that_is_none_of_these_or_in_another_message_is_refused(
        self, person: People, house: House
    ) -> None:
        ada, before = person(ADA), asked(house, "objects.put")
        picture = await ada.upload(GENERAL, "map.png", b"\x89PNG\r\n\x1a\n\0")
        other = await ada.say(GENERAL, "No file here.")

        refused = await keep(ada, GENERAL, picture["ts"])
        link = f"https://acme-telecom.slack.com/archives/{GENERAL}/p{other.replace('.', '')}"
        await ada.command(GENERAL, "/telnyx", f"docs keep kept {link} --file {picture['file']}")
        elsewhere = await ada.wait_for(
            lambda m: m["kind"] == "ephemeral" and "isn't in the message" in words(m), channel=GENERAL
        )

        assert "is none of them" in str(refused["blocks"])
        assert "menu of its message" in words(elsewhere)
        assert asked(house, "objects.put") == before

    async def test_what_not_everyone_reads_goes_into_no_bucket_that_everyone_may_see(
        self, person: People, house: House
    ) -> None:
        ada, before = person(ADA), asked(house, "objects.put")
        private = await ada.say("D0ADA", "Our salaries go up on Friday.")

        view = await form(ada, "D0ADA", private)
        refused = await keep(ada, "D0ADA", private)

        assert "options" not in field(view, "bucket"), "none is offered"
        assert "Everyone in this workspace may see that bucket" in str(refused["blocks"])
        assert "/telnyx grants" in str(refused["blocks"])
        assert asked(house, "objects.put") == before

    async def test_a_member_is_refused_until_they_are_an_expert_of_the_channel(
        self, person: People, house: House
    ) -> None:
        ada, ben, before = person(ADA), person(BEN), asked(house, "objects.put")
        root = await thread(person(MIA), ben, "indigo")
        await ben.shortcut("keep", GENERAL, root)
        refused = await window(ben, "Only workspace admins and the experts of that channel")
        await ben.command(
            GENERAL,
            "/telnyx",
            f"docs keep kept https://acme-telecom.slack.com/archives/{GENERAL}/p{root.replace('.', '')}",
        )
        typed = await ben.wait_for(
            lambda m: m["kind"] == "ephemeral" and "experts" in words(m), channel=GENERAL
        )
        assert asked(house, "objects.put") == before

        await ada.command(GENERAL, "/telnyx", "channel set --experts <!subteam^S0SUPPORT|@support>")
        await ada.wait_for(
            lambda m: m["kind"] == "ephemeral" and "experts" in words(m).lower(), channel=GENERAL
        )
        shown = await keep(ben, GENERAL, root)

        assert "'link'" not in str(refused["blocks"])
        assert "/telnyx channel set --experts" in words(typed)
        assert "I kept the thread in `kept`" in str(shown["blocks"])

    async def test_what_the_bot_cannot_read_or_a_guest_wants_is_refused(
        self, person: People, house: House
    ) -> None:
        ada, gus, before = person(ADA), person(GUS), asked(house, "objects.put")
        unread = await ada.say(RANDOM, "I'm not in here.")
        support = await gus.say("C0SUPPORT", "A guest's question.")

        await ada.shortcut("keep", RANDOM, unread)
        outside = await window(ada, "/invite")
        await gus.shortcut("keep", "C0SUPPORT", support)
        guest = await window(gus, "guests")

        assert "'link'" not in str(outside["blocks"]) + str(guest["blocks"])
        assert asked(house, "objects.put") == before
