import asyncio

import pytest

from bot.slack.reading.people import FRESH_SECONDS, USABLE_SECONDS, People
from bot.slack.reading.threads import Threads
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import BOT, SlackHouse


@pytest.fixture
def people(slack: SlackHouse, clock: Clock) -> People:
    return People(slack.api, clock)


async def test_guests_and_admins_are_known_as_such(people: People) -> None:
    gus, ada, mia = [
        await people.person(user, team="T0ACME", user_team="T0ACME") for user in ("U0GUS", "U0ADA", "U0MIA")
    ]

    assert (gus.guest, gus.admin) == (True, False)
    assert (ada.guest, ada.admin) == (False, True)
    assert (mia.guest, mia.external, mia.admin) == (False, False, False)


async def test_somebody_of_another_team_is_external(people: People) -> None:
    assert (await people.person("U0EVE", team="T0ACME", user_team="T0OTHER")).external


async def test_somebody_of_another_team_is_external_also_when_the_event_does_not_say(people: People) -> None:
    assert (await people.person("U0EVE", team="T0ACME", user_team="")).external


async def test_a_person_is_looked_up_once_in_five_minutes_and_then_beside_so_no_one_waits(
    people: People, slack: SlackHouse, clock: Clock
) -> None:
    await asyncio.gather(*(people.person("U0MIA", team="T0ACME", user_team="") for _ in range(10)))
    clock.now += FRESH_SECONDS - 1
    await people.person("U0MIA", team="T0ACME", user_team="")
    fresh = await slack.calls("users.info")
    clock.now += 1
    await slack.mia.post("admin", user="mia", on=True)
    at_once = await people.person("U0MIA", team="T0ACME", user_team="")
    await slack.until_called("users.info", times=2)
    clock.now += USABLE_SECONDS
    waited = await people.person("U0MIA", team="T0ACME", user_team="")

    assert (fresh, at_once.admin, waited.admin) == (1, False, True)


async def test_one_who_stops_waiting_does_not_stop_the_others(people: People, slack: SlackHouse) -> None:
    await slack.fault("users.info", "slow", seconds=0.1)
    impatient = asyncio.create_task(people.person("U0MIA", team="T0ACME", user_team=""))
    patient = asyncio.create_task(people.person("U0MIA", team="T0ACME", user_team=""))
    await asyncio.sleep(0)
    impatient.cancel()

    assert (await patient).id == "U0MIA"
    assert await slack.calls("users.info") == 1


async def test_the_words_of_others_come_before_the_question_without_the_bots(
    slack: SlackHouse, question: str
) -> None:
    await slack.mia.say("#support", "the  printer\nis on fire", question)
    known = await slack.mia.say("#support", "an earlier question", question)
    await slack.api.call("chat.postMessage", channel="C0SUPPORT", thread_ts=question, text="bot speaking")
    now = await slack.mia.say("#support", "the question", question)
    await slack.mia.say("#support", "later", question)

    threads = Threads(slack.api, People(slack.api))
    said = await threads.others("C0SUPPORT", question, before=now, known={known}, bot=BOT)

    assert said.text == "@mia: question\n@mia: the printer is on fire"
    assert said.lead == "question\nthe printer is on fire"


async def test_ids_become_names_and_what_slack_does_not_tell_a_word(people: People) -> None:
    text = "What did @U0BEN and @U0NOONE write in #C0SUPPORT to @S0SUPPORT, a@U0BEN?"

    assert await people.named(text) == "What did @ben and @someone write in #support to @support, a@U0BEN?"


async def test_a_private_channel_of_which_someone_typed_the_id_is_not_named(
    people: People, slack: SlackHouse
) -> None:
    slack.standin.workspace.world.channels["C0FINANCE"].members.add("U0BOT")

    assert await people.named("What goes on in #C0FINANCE?") == "What goes on in #a-channel?"


@pytest.mark.parametrize("user_team", ["T0OTHER", ""])
async def test_a_colleague_of_the_same_organization_is_not_external(
    people: People, slack: SlackHouse, user_team: str
) -> None:
    await slack.mia.post("organization", team="T0OTHER")

    eve = await people.person("U0EVE", team="T0ACME", user_team=user_team)

    assert (eve.external, eve.guest, eve.admin) == (False, False, False)
