"""Fine-tuning from Slack: started once, shown, canceled; and what came of it answers in a channel."""

from functools import partial
from typing import Any

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.replies import private
from tests.journeys.screen import GENERAL, buttons, words
from tests.journeys.telnyx_side import HANDBOOK, asked, telnyx

ADA, MIA = "U0ADA", "U0MIA"
BASE = "meta-llama/Meta-Llama-3.1-8B-Instruct"
TUNED = "meta-llama-3.1-8b-instruct-support-tone-001"
"""A model that the sandbox's account has trained."""


reply = partial(private, seconds=20)


async def window(person: Person, text: str) -> Json:
    """The window that shows ``text``."""
    return await person.wait_in(
        person.views, lambda view: view["type"] == "modal" and text in str(view["blocks"]), 20
    )


def trained(house: House) -> list[Any]:
    """The jobs of these tests, as anybody else at Telnyx sees them."""
    jobs = telnyx(house, "/ai/fine_tuning/jobs")["data"]
    return [
        (job["training_file"], job["hyperparameters"], job["status"]) for job in jobs if "tidy" in job["id"]
    ]


async def start(ada: Person) -> Json:
    """Fill in the form; the question that comes before."""
    await ada.command(GENERAL, "/telnyx", "finetune create")
    form = await ada.wait_in(ada.views, lambda view: view.get("callback_id") == "finetune create")
    offered = {block["block_id"]: str(block["element"].get("options")) for block in form["blocks"]}
    assert BASE in offered["model"]
    assert "Kimi" not in offered["model"], "it can't be fine-tuned"
    assert HANDBOOK in offered["bucket"]
    wrong = await ada.submit(form["id"], {"model": BASE, "bucket": HANDBOOK, "epochs": "11"})
    assert wrong["errors"] == {"epochs": "Takes a number from 1 to 10"}
    given = {"model": BASE, "bucket": HANDBOOK, "epochs": "2", "suffix": "Tidy Tone"}
    assert (await ada.submit(form["id"], given))["response_action"] == "push"
    return await window(ada, "doesn't publish their price")


async def test_a_job_is_started_once_across_a_kill_shown_and_canceled(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    ada = person(ADA)
    question = await start(ada)
    assert f"Fine-tune `{BASE}` on `{HANDBOOK}` in 2 epochs?" in str(question["blocks"])
    assert trained(house) == [], "nothing before the yes"

    house.telnyx_fault(operation="fine_tuning.create", kind="hang_after_apply")
    await ada.submit(question["id"], {})
    until(lambda: len(trained(house)) == 1, "the request whose answer is lost", 20)
    own_bot.kill()
    house.calm()
    own_bot.start()
    await window(ada, "I've started this job.")
    [(bucket, how, _)] = trained(house)
    assert (bucket, how) == (HANDBOOK, {"n_epochs": 2})

    await ada.command(GENERAL, "/telnyx", "finetune show tidy-tone")
    shown = await reply(ada, "The model will be called")
    assert buttons(shown) == ["Refresh", "Cancel…"]
    house.ask(
        "telnyx",
        "jobs",
        {"job_id": str(shown["blocks"][0]).split("be called `")[1].split("`")[0], "status": "running"},
    )
    await ada.click(GENERAL, shown["ts"], "finetune show#again")
    fresh = await reply(ada, "is running.")
    assert fresh["ts"] == shown["ts"], "where it stood"

    await ada.click(GENERAL, fresh["ts"], "finetune cancel")
    sure = await reply(ada, "What it has learned so far is lost")
    assert asked(house, "fine_tuning.cancel") == 0
    await ada.click(GENERAL, sure["ts"], "confirm")
    done = await reply(ada, "was canceled. There's no model.")
    assert done["ts"] == sure["ts"], "in the place of the question"
    assert [status for _, _, status in trained(house)] == ["cancelled"]
    assert asked(house, "fine_tuning.cancel") == 1


async def test_a_member_starts_and_cancels_nothing_and_learns_nothing(
    own_bot: BotProcess, person: People
) -> None:
    own_bot.start()
    mia = person(MIA)
    await mia.command(GENERAL, "/telnyx", "finetune create")
    told = await window(mia, "Only workspace admins")
    await mia.command(GENERAL, "/telnyx", "finetune cancel billing-004")
    refused = await reply(mia, "Only workspace admins")

    assert not [block for block in told["blocks"] if block["type"] == "input"]
    assert "billing" not in words(refused)
    assert BASE not in words(refused)
    await mia.command(GENERAL, "/telnyx", "finetune")
    listed = await reply(mia, "`billing-004`")
    assert "overflow" not in str(listed["blocks"])


async def test_a_model_of_ones_own_is_used_in_a_channel(own_bot: BotProcess, person: People) -> None:
    own_bot.start()
    ada, mia = person(ADA), person(MIA)
    await ada.command(GENERAL, "/telnyx", "models --task text-generation")
    listed = await reply(ada, "I answer with")
    [select] = [one for block in listed["blocks"] if block["type"] == "actions" for one in block["elements"]]
    value = next(one["value"] for one in select["options"] if TUNED in one["text"]["text"])

    await ada.click(GENERAL, listed["ts"], "menu", value)

    await reply(ada, f"`{TUNED}` (set here)")
    await ada.command(GENERAL, "/telnyx", "channel")
    await reply(ada, f"Model:* `{TUNED}` (set here)")
    await mia.command(GENERAL, "/ask", "How many days of paid annual leave do full-timers have?")
    await reply(mia, "27 days")
    await mia.command(GENERAL, "/telnyx", "models")
    assert "static_select" not in str((await reply(mia, "I answer with"))["blocks"]), "not theirs to change"
