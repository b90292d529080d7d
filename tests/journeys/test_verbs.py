"""New verbs of each kind through the real Slack protocol: a table, pages, a form, a confirmation, a remote job, the Home tab."""

import asyncio
import json
import urllib.request
from typing import Any

import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import House
from tests.journeys.screen import GENERAL, buttons, words

HANDBOOK = "handbook"


def telnyx(house: House, path: str, method: str = "GET", body: Any = None) -> Any:
    """A call of Telnyx's API, as somebody beside the bot makes it."""
    key = house.ready["env"]["TELNYX_API_KEY"]
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{house.ready['telnyx_base_url']}{path}", data, headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


def sent(house: House, operation: str) -> int:
    calls = house.ask("telnyx", "calls")["calls"]
    return sum(call["operation"] == operation for call in calls)


async def reply(
    person: Person, text: str, channel: str = GENERAL, after: str = "0", seconds: float = 15
) -> Json:
    """The ephemeral answer that holds ``text``."""
    return await person.wait_for(
        lambda m: m["kind"] == "ephemeral" and text in words(m) and m["ts"] > after, seconds, channel=channel
    )


async def task_of(house: House) -> str:
    made = telnyx(house, "/ai/clusters", "POST", {"bucket": HANDBOOK, "min_cluster_size": 2})
    return str(made["data"]["task_id"])


@pytest.mark.usefixtures("bot")
class TestLooks:
    async def test_models_as_a_table(self, person: People) -> None:
        mia = person("U0MIA")
        await mia.command(GENERAL, "/telnyx", "models —task text-generation")

        table = await reply(mia, "AI models")

        fields = [f["text"] for b in table["blocks"] for f in b.get("fields", [])]
        assert "*Context* 262,144 tokens" in fields
        assert "5 in all" in words(table)
        assert "gte-large" not in str(table)

    async def test_an_unknown_task_is_said_with_those_there_are(self, person: People) -> None:
        mia = person("U0MIA")
        await mia.command(GENERAL, "/telnyx", "models --task painting")

        told = await reply(mia, "No model does")

        assert "feature-extraction, text-generation" in words(told)

    async def test_files_are_shown_page_by_page_in_one_place(self, person: People, house: House) -> None:
        mia = person("U0MIA")
        for number in range(23):
            house.ask(
                "telnyx",
                "documents",
                {"bucket": "pages", "filename": f"{number:02}.md", "text": f"Page {number}."},
            )
        await mia.command(GENERAL, "/telnyx", "docs show pages")
        first = await reply(mia, "1–10 of 23")
        assert buttons(first) == ["Next ›"]

        await mia.click(GENERAL, first["ts"], "docs show#next")
        second = await reply(mia, "11–20 of 23")
        assert second["ts"] == first["ts"]
        assert buttons(second) == ["‹ Previous", "Next ›"]
        await mia.click(GENERAL, second["ts"], "docs show#next")
        third = await reply(mia, "21–23 of 23")

        assert third["ts"] == first["ts"]
        assert "22.md" in words(third)

    async def test_an_unknown_bucket_names_the_nearest(self, person: People) -> None:
        mia = person("U0MIA")
        await mia.command(GENERAL, "/telnyx", "docs show handbok")

        assert "Did you mean “handbook”?" in words(await reply(mia, "There is no embedded bucket"))

    async def test_a_typing_error_is_answered_with_that_verb(self, person: People) -> None:
        mia = person("U0MIA")

        assert (
            "Did you mean `/telnyx docs show`?"
            in (await mia.command(GENERAL, "/telnyx", "docs shwo x"))["ack"]["text"]
        )
        assert "`BUCKET` is missing" in (await mia.command(GENERAL, "/telnyx", "docs show"))["ack"]["text"]
        assert (
            "Did you mean `--task`?"
            in (await mia.command(GENERAL, "/telnyx", "models --taks x"))["ack"]["text"]
        )

    async def test_a_question_is_asked_as_it_was_written(self, person: People) -> None:
        mia = person("U0MIA")
        await mia.shortcut("ask_docs")  # an answer in a direct message repeats its question; /ask's does not
        view = await mia.wait_in(mia.views, lambda one: one.get("callback_id") == "ask_docs")
        await mia.submit(view["id"], {"question": "pip install --no-deps?"})
        await mia.wait_for(lambda m: "You asked: pip install --no-deps?" in words(m), 20)

        said = await mia.command(GENERAL, "/ask", "pip install --no-deps? --no-docs")

        assert said == {"ok": True, "ack": None}
        await reply(mia, "general knowledge", seconds=20)

    async def test_the_home_tab_opens_windows(self, person: People) -> None:
        mia = person("U0MIA")
        await mia.home()
        home = await mia.wait_in(mia.views, lambda view: view["type"] == "home" and view["blocks"])

        await mia.click_view(home["id"], "models")

        window = await mia.wait_in(
            mia.views, lambda view: view["type"] == "modal" and "gte-large" in str(view)
        )
        assert window["title"]["text"] == "Models"


@pytest.mark.usefixtures("bot")
class TestForm:
    async def window(self, ada: Person) -> Json:
        await ada.command(GENERAL, "/telnyx", "insights create")
        return await ada.wait_in(ada.views, lambda view: view.get("callback_id") == "insights create")

    async def test_what_is_wrong_stands_at_its_field_and_the_insight_is_shown(
        self, person: People, house: House
    ) -> None:
        ada = person("U0ADA")
        view = await self.window(ada)
        given = {"name": "Mood", "instructions": "How did the caller feel?", "json_schema": '{"type": }'}

        wrong = await ada.submit(view["id"], given)
        right = await ada.submit(view["id"], given | {"json_schema": '{"type": "object"}'})

        assert wrong["errors"] == {"json_schema": "Line 1, column 10: Expecting value."}
        assert right["response_action"] == "update"
        shown = await ada.wait_in(ada.views, lambda one: "is created" in str(one["blocks"]))
        assert shown["id"] == view["id"]
        names = [one["name"] for one in telnyx(house, "/ai/conversations/insights?page[size]=99")["data"]]
        assert names.count("Mood") == 1

    async def test_what_telnyx_refuses_comes_back_in_the_form_filled_in(
        self, person: People, house: House
    ) -> None:
        ada = person("U0ADA")
        view = await self.window(ada)
        house.telnyx_fault(operation="insights.create", kind="status", status=422, shape="detail")

        await ada.submit(view["id"], {"name": "Tone", "instructions": "Which tone?"})

        again = await ada.wait_in(ada.views, lambda one: "did not accept" in str(one["blocks"]))
        assert again["blocks"][1]["element"]["initial_value"] == "Tone"
        done = await ada.submit(again["id"], {"name": "Tone", "instructions": "Which tone?"})
        assert done["response_action"] == "update"
        await ada.wait_in(ada.views, lambda one: "is created" in str(one["blocks"]))

    async def test_whoever_may_not_is_told_before_they_fill_anything_in(self, person: People) -> None:
        mia = person("U0MIA")
        await mia.command(GENERAL, "/telnyx", "insights create")

        told = await reply(mia, "Only admins")

        assert "E-" in words(told)
        assert [
            v for v in await mia.views() if v["type"] == "modal" and v["callback_id"] == "insights create"
        ] == []


@pytest.mark.usefixtures("bot")
class TestDestroy:
    async def test_it_asks_and_then_does_it_once(self, person: People, house: House) -> None:
        ada, task = person("U0ADA"), await task_of(house)
        await ada.command(GENERAL, "/telnyx", f"clusters delete {task}")
        asked = await reply(ada, f"Delete the clustering `{task}`")
        assert buttons(asked) == ["Yes, delete", "Cancel"]
        assert sent(house, "clusters.delete") == 0

        await asyncio.gather(*(ada.click(GENERAL, asked["ts"], "confirm") for _ in range(3)))

        done = await reply(ada, "is deleted")
        assert done["ts"] == asked["ts"], "it takes the place of the question"
        assert sent(house, "clusters.delete") == 1

    async def test_no_means_no(self, person: People, house: House) -> None:
        ada, task = person("U0ADA"), await task_of(house)
        before = sent(house, "clusters.delete")
        await ada.command(GENERAL, "/telnyx", f"clusters delete {task}")
        asked = await reply(ada, f"Delete the clustering `{task}`")

        await ada.click(GENERAL, asked["ts"], "dismiss")

        await reply(ada, "Nothing was changed")
        assert sent(house, "clusters.delete") == before

    async def test_a_member_is_not_even_asked(self, person: People, house: House) -> None:
        mia, task = person("U0MIA"), await task_of(house)
        await mia.command(GENERAL, "/telnyx", f"clusters delete {task}")

        assert "Only admins" in words(await reply(mia, "Only admins"))

    async def test_a_bucket_goes_only_when_its_name_is_typed(self, person: People, house: House) -> None:
        ada = person("U0ADA")
        house.ask("telnyx", "documents", {"bucket": "old-papers", "filename": "a.md", "text": "Old."})
        await ada.command(GENERAL, "/telnyx", "docs disable old-papers")
        view = await ada.wait_in(ada.views, lambda one: one.get("callback_id") == "confirm")

        wrong = await ada.submit(view["id"], {"name": "handbook"})
        right = await ada.submit(view["id"], {"name": "old-papers"})

        assert wrong["errors"] == {"name": "Type “old-papers” to confirm."}
        assert right["response_action"] == "update"
        await ada.wait_in(ada.views, lambda one: "not searched any more" in str(one["blocks"]))
        assert "old-papers" not in telnyx(house, "/ai/embeddings/buckets")["data"]["buckets"]


@pytest.mark.usefixtures("bot")
async def test_a_message_is_asked_about_from_its_menu(person: People) -> None:
    mia = person("U0MIA")
    ts = await mia.say(GENERAL, "How many days of paid annual leave do full-timers have?")
    await mia.shortcut("ask_about", GENERAL, ts)
    view = await mia.wait_in(mia.views, lambda one: one.get("callback_id") == "ask_docs")

    await mia.submit(view["id"], {})

    await mia.wait_for(lambda m: "You asked: How many days" in words(m) and "27 days" in words(m), 20)
