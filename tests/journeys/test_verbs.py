"""One journey for each kind of verb through the real Slack protocol: lists, tables, pages, windows, forms, questions, menus."""

import asyncio
import sqlite3
from contextlib import closing
from functools import partial
from typing import Any

import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.replies import private
from tests.journeys.screen import GENERAL, buttons, words
from tests.journeys.telnyx_side import HANDBOOK, asked, bucket, clustering, telnyx

MIA, ADA = "U0MIA", "U0ADA"


reply = partial(private, seconds=15)


async def window(person: Person, text: str, seconds: float = 15) -> Json:
    """The window that shows ``text``."""
    return await person.wait_in(
        person.views, lambda view: view["type"] == "modal" and text in str(view), seconds
    )


async def home(person: Person) -> Json:
    """The Home tab, drawn."""
    await person.home()
    return await person.wait_in(person.views, lambda view: view["type"] == "home" and bool(view["blocks"]))


def deeds(bot: BotProcess) -> dict[str, tuple[Any, ...]]:
    """The audit log: the last of each verb."""
    with closing(sqlite3.connect(bot.folder / "data" / "bot.sqlite3")) as connection:
        rows = connection.execute(
            "select verb, user, attempts, result, told from deeds order by at"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


@pytest.mark.usefixtures("bot")
class TestLists:
    async def test_models_are_a_table_that_people_can_sort(self, person: People) -> None:
        mia = person(MIA)
        await mia.command(GENERAL, "/telnyx", "models —task text-generation")

        shown = await reply(mia, "I answer with")

        table = next(block for block in shown["blocks"] if block["type"] == "data_table")
        cells = [[cell["text"] for cell in line] for line in table["rows"]]
        assert cells[0][:2] == ["Model", "Context"]
        assert "262,144" in [line[1] for line in cells]
        assert len(cells) > 6
        assert f"{len(cells) - 1} in all" in words(shown)

    async def test_files_are_shown_page_by_page_in_one_place(self, person: People, house: House) -> None:
        mia, name = person(MIA), bucket(house, "pages", 23)
        await mia.command(GENERAL, "/telnyx", f"docs show {name}")
        first = await reply(mia, "1 to 10 of 23")
        await mia.click(GENERAL, first["ts"], "docs show#next")
        second = await reply(mia, "11 to 20 of 23")
        await mia.click(GENERAL, second["ts"], "docs show#next")
        third = await reply(mia, "21 to 23 of 23")

        assert (first["ts"], second["ts"]) == (second["ts"], third["ts"])
        assert [buttons(page) for page in (first, second, third)] == [
            ["Next"],
            ["Previous", "Next"],
            ["Previous"],
        ]
        assert "22.md" in words(third)

    async def test_the_same_list_is_turned_in_a_window(self, person: People, house: House) -> None:
        mia = person(MIA)
        bucket(house, "pages-in-a-window", 12)
        await mia.click_view((await home(mia))["id"], "docs")
        listed = await window(mia, "pages-in-a-window")
        await mia.click_view(listed["id"], "docs show", '{"bucket":"pages-in-a-window"}')
        first = await window(mia, "1 to 10 of 12")

        await mia.click_view(first["id"], "docs show#next")

        second = await window(mia, "11 to 12 of 12")
        assert second["id"] == first["id"] != listed["id"]

    async def test_calls_are_paged_by_time_and_a_row_can_be_summarized(
        self, person: People, house: House
    ) -> None:
        ada = person(ADA)
        newest = sorted(
            telnyx(house, "/ai/conversations?limit=100")["data"],
            key=lambda c: c["last_message_at"],
            reverse=True,
        )
        before = await ada.say(GENERAL, "Which calls?")
        await ada.command(GENERAL, "/telnyx", "calls --last 2")
        first = await reply(ada, newest[0]["id"][:8], after=before)
        await ada.click(GENERAL, first["ts"], "calls#next")
        second = await reply(ada, newest[2]["id"][:8], after=before)
        await ada.click(GENERAL, second["ts"], "summarize", f'{{"what":"{newest[3]["id"]}"}}')

        summary = await reply(ada, "What it was about", seconds=30)

        assert second["ts"] == first["ts"]
        assert newest[0]["id"][:8] not in words(second)
        card = ["Summarize", "Transcript", "Insights"]
        assert buttons(second) == [*card, *card, "Filter…", "Latest", "Next"]
        assert summary["ts"] != second["ts"], "the list stays"

    async def test_what_takes_long_says_so_and_is_given_up_in_words(
        self, person: People, house: House
    ) -> None:
        mia = person(MIA)
        before = await mia.say(GENERAL, "Slowly now.")
        house.telnyx_fault(operation="embeddings.buckets", kind="hang", count=0)
        await mia.command(GENERAL, "/telnyx", "docs")

        working = await reply(mia, "Still looking", after=before)
        given_up = await reply(mia, "took too long", after=before)

        assert given_up["ts"] == working["ts"], "one message, not two"


@pytest.mark.usefixtures("bot")
class TestWords:
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("docs shwo x", "Did you mean `/telnyx docs show x`?"),
            ("docs show", "missing"),
            ("docs show handbok", "Did you mean “handbook”?"),
            ("models --taks x", "Did you mean `--task`?"),
            ("models --task painting", "feature-extraction, text-generation"),
            ("clusters delete 00000000", "There's no clustering “00000000”."),
        ],
    )
    async def test_a_slip_is_answered_with_what_was_meant(
        self, person: People, typed: str, said: str
    ) -> None:
        ada = person(ADA)
        before = await ada.say(GENERAL, typed)

        seen = await ada.command(GENERAL, "/telnyx", typed)

        acknowledged = (seen["ack"] or {}).get("text", "")
        assert said in (acknowledged or words(await reply(ada, said, after=before)))

    async def test_a_question_is_asked_as_it_was_written(self, person: People) -> None:
        mia = person(MIA)
        await mia.shortcut("ask_docs")  # an answer in a direct message repeats its question; /ask's does not
        view = await mia.wait_in(mia.views, lambda one: one.get("callback_id") == "ask_docs")
        await mia.submit(view["id"], {"question": "pip install --no-deps?"})
        await mia.wait_for(lambda m: "You asked: pip install --no-deps?" in words(m), 20)

        said = await mia.command(GENERAL, "/ask", "pip install --no-deps? --no-docs")

        assert said == {"ok": True, "ack": None}
        await reply(mia, "general knowledge", seconds=20)

    async def test_a_message_is_asked_about_from_its_menu(self, person: People) -> None:
        mia = person(MIA)
        ts = await mia.say(GENERAL, "How many days of paid annual leave do full-timers have?")
        await mia.shortcut("ask_about", GENERAL, ts)
        view = await mia.wait_in(mia.views, lambda one: one.get("callback_id") == "ask_docs")

        await mia.submit(view["id"], {})

        await mia.wait_for(lambda m: "You asked: How many days" in words(m) and "27 days" in words(m), 20)


@pytest.mark.usefixtures("bot")
class TestWindows:
    async def test_a_window_is_there_before_anything_is_looked_up(self, person: People, house: House) -> None:
        mia = person(MIA)
        tab = await home(mia)
        house.slack_fault(method="users.info", kind="slow", seconds=5, count=0)
        house.telnyx_fault(operation="insights.page", kind="slow", seconds=5, count=0)

        await mia.click_view(tab["id"], "insights")

        loading = await window(mia, "Loading…", 3)
        filled = await window(mia, "Telnyx runs them over each call", 20)
        assert filled["id"] == loading["id"]

    async def test_what_goes_wrong_is_said_in_the_window(self, person: People, house: House) -> None:
        mia = person(MIA)
        house.telnyx_fault(path="/ai/*models", kind="status", status=500, count=0)

        await mia.click_view((await home(mia))["id"], "models")

        await window(mia, "Telnyx has a problem on its side")

    async def test_a_list_in_a_window_has_no_table_that_slack_would_refuse(self, person: People) -> None:
        mia = person(MIA)
        await mia.click_view((await home(mia))["id"], "models")

        shown = await window(mia, "gte-large")

        assert {block["type"] for block in shown["blocks"]} <= {"header", "section", "context", "actions"}
        assert shown["title"]["text"] == "Models"


@pytest.mark.usefixtures("bot")
class TestForms:
    async def form(self, ada: Person) -> Json:
        await ada.command(GENERAL, "/telnyx", "insights create")
        return await ada.wait_in(ada.views, lambda view: view.get("callback_id") == "insights create")

    async def test_what_is_wrong_stands_at_its_field_and_the_insight_is_shown(
        self, person: People, house: House
    ) -> None:
        ada = person(ADA)
        view = await self.form(ada)
        given = {"name": "Mood", "instructions": "How did the caller feel?", "json_schema": '{"type": }'}

        wrong = await ada.submit(view["id"], given)
        right = await ada.submit(view["id"], given | {"json_schema": '{"type": "object"}'})

        assert wrong["errors"] == {"json_schema": "Line 1, column 10: Expecting value."}
        assert right["response_action"] == "update"
        shown = await window(ada, "I created the insight")
        assert shown["id"] == view["id"]
        names = [one["name"] for one in telnyx(house, "/ai/conversations/insights?page[size]=99")["data"]]
        assert names.count("Mood") == 1

    async def test_what_telnyx_refuses_comes_back_in_the_form_filled_in(
        self, person: People, house: House
    ) -> None:
        ada = person(ADA)
        view = await self.form(ada)
        house.telnyx_fault(operation="insights.create", kind="status", status=422, shape="detail")
        await ada.submit(view["id"], {"name": "Tone", "instructions": "Which tone?"})

        again = await window(ada, "didn't accept")
        await ada.submit(again["id"], {"name": "Tone", "instructions": "Which tone?"})

        assert again["blocks"][1]["element"]["initial_value"] == "Tone"
        await window(ada, "I created the insight *Tone*")

    async def test_who_may_not_is_told_before_they_fill_anything_in(self, person: People) -> None:
        mia = person(MIA)
        await mia.command(GENERAL, "/telnyx", "insights create")

        told = await window(mia, "Only workspace admins")

        assert not [block for block in told["blocks"] if block["type"] == "input"]

    async def test_a_grant_is_given_by_form_and_withdrawn_in_the_list(self, person: People) -> None:
        ada = person(ADA)
        await ada.command(GENERAL, "/telnyx", "grant")
        form = await ada.wait_in(ada.views, lambda view: view.get("callback_id") == "grant")
        given = {"who": GENERAL, "bucket": [HANDBOOK], "until": "2020-01-01"}

        wrong = await ada.submit(form["id"], given)
        await ada.submit(form["id"], given | {"until": "7d"})

        assert wrong["errors"].keys() == {"until"}
        await window(ada, f"<#{GENERAL}> can now see `{HANDBOOK}` until")
        await ada.command(GENERAL, "/telnyx", f"grants --bucket {HANDBOOK}")
        listed = await reply(ada, f"Who can read {HANDBOOK}")
        (withdraw,) = [block["accessory"]["action_id"] for block in listed["blocks"] if "accessory" in block]
        await ada.click(GENERAL, listed["ts"], withdraw)
        await reply(ada, f"I withdrew the grant of `{HANDBOOK}`")

    async def test_a_form_offers_what_there_is_and_asks_before_it_destroys(
        self, person: People, house: House
    ) -> None:
        ada, name = person(ADA), bucket(house, "old-plans", 2)
        await ada.command(GENERAL, "/telnyx", "docs disable")
        form = await ada.wait_in(ada.views, lambda view: view.get("callback_id") == "docs disable")
        offered = [o["value"] for o in form["blocks"][0]["element"]["options"]]

        sent = await ada.submit(form["id"], {"bucket": name})

        question = await window(ada, "The embeddings of 2 files will be deleted")
        assert name in offered
        assert sent["response_action"] == "push"
        assert question["id"] != form["id"]
        await ada.submit(question["id"], {"name": name})
        await window(ada, f"I no longer search `{name}`")
        assert name not in telnyx(house, "/ai/embeddings/buckets")["data"]["buckets"]


@pytest.mark.usefixtures("bot")
class TestQuestions:
    async def test_a_button_confirms_once_in_the_place_of_the_question(
        self, person: People, house: House, bot: BotProcess
    ) -> None:
        ada, task = person(ADA), clustering(house)
        before = asked(house, "clusters.delete")
        await ada.command(GENERAL, "/telnyx", f"clusters delete {task[:8]}")
        question = await reply(ada, f"Delete the clustering `{task[:8]}`")
        assert buttons(question) == ["Yes, delete", "Cancel"]
        assert asked(house, "clusters.delete") == before

        await asyncio.gather(*(ada.click(GENERAL, question["ts"], "confirm") for _ in range(3)))

        done = await reply(ada, f"I deleted the clustering `{task[:8]}`")
        assert done["ts"] == question["ts"]
        assert asked(house, "clusters.delete") == before + 1
        until(lambda: deeds(bot)["clusters delete"] == (ADA, 1, "done", 1), "the end in the audit log")

    async def test_no_means_no_and_stays_in_the_audit_log(
        self, person: People, house: House, bot: BotProcess
    ) -> None:
        ada, task = person(ADA), clustering(house)
        before = asked(house, "clusters.delete")
        await ada.command(GENERAL, "/telnyx", f"clusters delete {task}")
        question = await reply(ada, f"Delete the clustering `{task[:8]}`")

        await ada.click(GENERAL, question["ts"], "dismiss")

        await reply(ada, "Nothing was changed")
        assert asked(house, "clusters.delete") == before
        assert deeds(bot)["clusters delete"] == (ADA, 0, "canceled", 1)

    async def test_a_question_ends_after_ten_minutes(
        self, person: People, house: House, bot: BotProcess
    ) -> None:
        ada, task = person(ADA), clustering(house)
        before = asked(house, "clusters.delete")
        await ada.command(GENERAL, "/telnyx", f"clusters delete {task}")
        question = await reply(ada, f"Delete the clustering `{task[:8]}`")
        with closing(sqlite3.connect(bot.folder / "data" / "bot.sqlite3")) as connection, connection:
            connection.execute("update deeds set until = until - 601 where attempts = 0")

        await ada.click(GENERAL, question["ts"], "confirm")

        await reply(ada, "This question has expired")
        assert asked(house, "clusters.delete") == before

    async def test_a_member_is_not_even_asked(self, person: People, house: House) -> None:
        mia, task = person(MIA), clustering(house)
        await mia.command(GENERAL, "/telnyx", f"clusters delete {task}")

        assert "Delete the clustering" not in words(await reply(mia, "Only workspace admins"))

    async def test_a_bucket_goes_only_when_its_name_is_typed(self, person: People, house: House) -> None:
        ada, name = person(ADA), bucket(house, "old-papers", 1)
        await ada.command(GENERAL, "/telnyx", "docs")
        listed = await reply(ada, name)
        menu = next(m for m in menus(listed) if any(name in o["value"] for o in m["options"]))

        (disable,) = [one["value"] for one in menu["options"] if one["text"]["text"] == "Disable…"]

        await ada.click(GENERAL, listed["ts"], "menu", disable)

        question = await window(ada, "The embeddings of 1 file will be deleted")
        wrong = await ada.submit(question["id"], {"name": HANDBOOK})
        assert wrong["errors"] == {"name": "Type “old-papers” to confirm."}
        assert name in telnyx(house, "/ai/embeddings/buckets")["data"]["buckets"]
        await ada.submit(question["id"], {"name": name})
        await window(ada, f"I no longer search `{name}`")
        assert name not in telnyx(house, "/ai/embeddings/buckets")["data"]["buckets"]

    async def test_a_member_sees_no_menu_that_is_not_theirs(self, person: People) -> None:
        mia = person(MIA)
        before = await mia.say(GENERAL, "Which documents?")
        await mia.command(GENERAL, "/telnyx", "docs")

        assert menus(await reply(mia, HANDBOOK, after=before)) == []


def menus(message: Json) -> list[Json]:
    """The … menus of its rows."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [element for row in rows for element in row if element["type"] == "overflow"]
