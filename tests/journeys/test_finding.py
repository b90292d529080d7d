"""Finding one's way: the menu of a command without words, what a list says below itself, other words for ours, two things of one name."""

import pytest

from bot.render.menu import INTRO
from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import House
from tests.journeys.screen import GENERAL, buttons, words
from tests.journeys.telnyx_side import asked, bucket, telnyx

MIA, ADA = "U0MIA", "U0ADA"
DIRECT = "D0MIA"

pytestmark = pytest.mark.usefixtures("bot")


class Typing:
    """One person who types in one place, and reads what comes of it."""

    def __init__(self, person: Person, place: str = GENERAL) -> None:
        self.person, self._place = person, place

    async def type(self, text: str) -> Json:
        """The private message that answers a line."""
        known = await self._known()
        await self.person.command(self._place, "/telnyx", text)
        return await self._next(known)

    async def press(self, message: Json, label: str) -> Json:
        """The private message that answers a press of a button, or an entry of a … menu."""
        known = await self._known()
        element = next(
            element
            for block in message["blocks"]
            for element in [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
            if label in str(element)
        )
        options = {one["text"]["text"]: one["value"] for one in element.get("options", ())}
        value = options.get(label, element.get("value"))
        await self.person.click(self._place, message["ts"], element["action_id"], value)
        return await self._next(known)

    async def _known(self) -> set[str]:
        return {message["ts"] for message in await self.person.messages(self._place)}

    async def _next(self, known: set[str]) -> Json:
        return await self.person.wait_for(
            lambda m: m["kind"] == "ephemeral" and m["ts"] not in known, 15, channel=self._place
        )


@pytest.mark.parametrize("place", [GENERAL, DIRECT])
async def test_a_command_without_words_is_a_menu_whose_buttons_open_lists(person: People, place: str) -> None:
    mia = Typing(person(MIA), place)

    menu = await mia.type("")
    documents = await mia.press(menu, "Documents")
    models = await mia.press(menu, "Models")

    assert INTRO in words(menu)
    assert "`/telnyx help`" in words(menu)
    assert "handbook" in words(documents)
    assert "I answer with" in words(models)
    assert menu["ts"] in {message["ts"] for message in await mia.person.messages(place)}, "it stays"


async def test_what_few_may_see_is_asked_for_its_right_when_it_is_chosen(person: People) -> None:
    mia, ada = Typing(person(MIA)), Typing(person(ADA))

    refused = await mia.press(await mia.type(""), "Calls")
    shown = await ada.press(await ada.type(""), "Calls")

    assert "Ask an admin" in words(refused)
    assert "Newest first" in words(shown)


async def test_an_entry_with_a_form_opens_it(person: People) -> None:
    ada = person(ADA)
    menu = await Typing(ada).type("")
    await ada.click(GENERAL, menu["ts"], "menu", "insights create")

    form = await ada.wait_in(ada.views, lambda view: view["callback_id"] == "insights create")
    assert form["title"]["text"] == "New insight"


async def test_a_bare_noun_shows_what_there_is_and_what_else_it_can_do_for_this_person(
    person: People,
) -> None:
    as_admin, as_member = await Typing(person(ADA)).type("docs"), await Typing(person(MIA)).type("docs")

    foot = [message["blocks"][-1]["elements"][0]["text"] for message in (as_admin, as_member)]
    assert all("handbook" in words(message) for message in (as_admin, as_member))
    assert all(line.startswith("You can also: `docs show`") for line in foot)
    assert all(line.endswith("— `/telnyx docs help`") for line in foot)
    assert ["`docs embed`" in line for line in foot] == [True, False]


async def test_it_says_so_in_the_window_that_the_home_tab_opens_too(person: People) -> None:
    mia = person(MIA)
    await mia.home()
    tab = await mia.wait_in(mia.views, lambda view: view["type"] == "home" and bool(view["blocks"]))

    await mia.click_view(tab["id"], "docs")

    await mia.wait_in(
        mia.views, lambda v: v["type"] == "modal" and "You can also: `docs show`" in str(v["blocks"])
    )


@pytest.mark.parametrize("typed", ["doc", "files", "Documents", "show me the docs", "list buckets"])
async def test_another_word_for_a_list_shows_it(person: People, typed: str) -> None:
    shown = await Typing(person(MIA)).type(typed)

    assert "handbook" in words(shown)
    assert "You can also: `docs show`" in words(shown)


@pytest.mark.parametrize("typed", ["show docs handbook", "doc view handbook", "open bucket handbook"])
async def test_another_order_of_words_is_understood(person: People, typed: str) -> None:
    shown = await Typing(person(MIA)).type(typed)

    assert "Files in handbook" in words(shown)
    assert "leave.md" in words(shown)


async def test_another_word_for_a_change_is_told_and_not_done(person: People, house: House) -> None:
    before = asked(house, "embeddings.delete")

    told = await Typing(person(ADA)).type("docs rm handbook")

    assert words(told).startswith(
        "There's no command `docs rm`. Did you mean `/telnyx docs disable handbook`?"
    )
    assert asked(house, "embeddings.delete") == before
    assert "handbook" in telnyx(house, "/ai/embeddings/buckets")["data"]["buckets"]


async def test_help_is_the_whole_list(person: People) -> None:
    shown = words(await Typing(person(MIA)).type("help"))

    assert "`/telnyx docs` list · show" in shown
    assert "Tip: `/ask` is short for `/telnyx ask`." in shown


async def test_of_two_things_of_one_name_a_button_says_which(person: People, house: House) -> None:
    name, ada = bucket(house, "two-of-a-name", 2), Typing(person(ADA))
    body = {"bucket": name, "min_cluster_size": 2}
    first, second = (telnyx(house, "/ai/clusters", "POST", body)["data"]["task_id"] for _ in range(2))

    which = await ada.type(f"clusters delete {name.upper()}")
    question = await ada.press(which, f"{name} · {second[:8]}")

    assert f"several clusterings called “{name.upper()}”" in words(which)
    assert buttons(which) == [f"{name} · {first[:8]}", f"{name} · {second[:8]}"]
    assert f"Delete the clustering `{second[:8]}`" in words(question)
    left = telnyx(house, "/ai/clusters?page[size]=100")["data"]
    assert {first, second} <= {task["task_id"] for task in left}, "nothing is deleted before the yes"
