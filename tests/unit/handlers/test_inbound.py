"""What Slack delivers is read: lines, buttons of this release and of the first, menus, forms, shortcuts, choices."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from bot.render.ask import AddMe, Share, TryAgain
from bot.render.blocks import LINK, OPTION_VALUE, SELECT_OPTIONS, Message
from bot.render.confirm import CALLBACK, NAME, Confirm
from bot.render.docs import Disable, Docs, Embed, ShowDocs
from bot.render.intent import Intent
from bot.render.outcomes import NEXT, PREVIOUS, Modal, working
from bot.render.sources import ShowPassages
from bot.services.access import EVERYTHING, NOTHING, Asker, Audience, Place, Right
from bot.slack.ways import Way
from bot.store.turns import Turn
from bot.telnyx import BucketFile, TelnyxUnreachableError
from bot.workflows.deed import Wish
from handlers.home import chooser
from handlers.inbound import OLD
from tests.unit.bot.conftest import without
from tests.unit.handlers.scene import URL, Noted, Scene, button, in_message, in_view, option

HERE, NOWHERE, ME = Place("T", "C", ""), Place("T", "", ""), Asker("U", "T")


class Documents:
    """The use cases behind ``/telnyx docs``, without Telnyx."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = tuple(f"bucket-{number:03}" for number in range(130))
        self.away = False
        self.going_on: asyncio.Event | None = None
        """If there is one, a look waits for it."""

    async def buckets(self, audience: Audience) -> tuple[str, ...]:
        audience.require(Right.DOCUMENTS)
        if self.away:
            raise TelnyxUnreachableError("embeddings.buckets.list", "away", sent=False)
        if self.going_on is not None:
            await self.going_on.wait()
        return self.names

    async def files(self, bucket: str, audience: Audience) -> tuple[BucketFile, ...]:
        audience.require(Right.BUCKETS)
        assert bucket in audience.named
        return (BucketFile(filename=f"{bucket}.md", status="success"),)


class Answers:
    """Kept answers, without a database."""

    def __init__(self) -> None:
        self.turn = Turn(
            **dict.fromkeys(Turn.__slots__)  # type: ignore[arg-type] # what this test does not need is NULL
            | {"id": "cmd:T:7", "kind": "ask", "team": "T", "channel": "C", "root": "", "ts": "", "user": "U"}
            | {
                "question": "How long?",
                "answer": "Long.",
                "private": 1,
                "passages": [],
            }
        )

    async def get(self, turn: str, audience: Audience, _place: Place, _asker: Asker) -> Turn:
        audience.require(Right.DOCUMENTS)
        assert turn == self.turn.id
        return self.turn

    async def failed(self, turn: str, asker: Asker) -> Turn:
        assert (turn, asker.user) == (self.turn.id, self.turn.user)
        return self.turn


@pytest.fixture
def documents() -> Documents:
    return Documents()


@pytest.fixture
def scene(documents: Documents) -> Scene:
    return Scene(services=SimpleNamespace(documents=documents, answers=Answers()))


def started(scene: Scene) -> tuple[str, dict[str, Any]]:
    """The verb and the arguments of the one change that was begun."""
    wish: Wish = scene.only("started").what
    return wish.verb, wish.given


# -------------------------------------------------------------------------------------------- typed lines
async def test_a_short_form_is_the_same_verb(scene: Scene) -> None:
    await scene.type("embed handbook", "/docs")

    how = dict.fromkeys(("chunk_size", "overlap", "model", "loader"))
    assert started(scene) == ("docs embed", {"bucket": "handbook", **how})


async def test_ask_is_short_for_a_question(scene: Scene) -> None:
    await scene.type("How long?", "/ask")

    asked = scene.only("started").what
    assert (asked.kind, asked.text) == ("ask", "How long?")
    assert (asked.place, asked.asker, asked.private) == (HERE, ME, True)


@pytest.mark.parametrize("text", ["", " ", "\u200b"])
async def test_a_command_without_words_is_answered_with_the_menu_at_once(text: str, scene: Scene) -> None:
    await scene.type(text)

    said = scene.only("ack").what
    assert scene.kinds == ["ack"]
    assert said == {"text": chooser().text, "blocks": chooser().blocks}


@pytest.mark.parametrize("text", ["help", "docs help", "dcos", "docs frobnicate", "docs rm handbook"])
async def test_help_is_the_acknowledgement_and_nothing_else_happens(text: str, scene: Scene) -> None:
    await scene.type(text)

    assert scene.kinds == ["ack"]
    assert "/telnyx docs" in scene.only("ack").what["text"]


@pytest.mark.parametrize("text", ["documents", "files", "Bucket", "show docs", "list all buckets"])
async def test_another_word_for_a_list_shows_it(text: str, scene: Scene) -> None:
    await scene.type(text)

    assert scene.kinds == ["ack", "rights", "shown"]
    assert "bucket-000" in str(scene.only("shown").what.blocks)


async def test_another_word_for_a_change_begins_nothing(scene: Scene) -> None:
    await scene.type("docs upload handbook")

    assert scene.kinds == ["ack"]
    assert "Did you mean `/telnyx docs embed handbook`?" in scene.only("ack").what["text"]


async def test_a_typing_error_is_said_with_the_usage_below(scene: Scene) -> None:
    await scene.type("docs embed handbook --chunk 5")

    assert scene.kinds == ["ack"]
    assert "Did you mean `--chunk-size`?" in scene.only("ack").what["text"]
    assert "/telnyx docs embed BUCKET" in scene.only("ack").what["text"]


async def test_a_typing_error_shows_nothing_as_markup(scene: Scene) -> None:
    await scene.type('docs show handbook "<!channel>"')

    assert "<!channel>" not in scene.only("ack").what["text"]


@pytest.mark.parametrize(
    ("text", "command", "title"),
    [
        ("", "/ask", "Ask the docs"),
        ("insights create", "/telnyx", "New insight"),
        ("docs disable", "/telnyx", "Disable a bucket"),
    ],
)
async def test_a_verb_with_a_form_and_no_words_opens_it(
    text: str, command: str, title: str, scene: Scene
) -> None:
    await scene.type(text, command)

    assert scene.kinds == ["ack", "opened", "rights", "shown"]
    assert (scene.only("opened").what.title, scene.only("shown").what.title) == (title, title)


async def test_a_delivery_that_comes_again_is_the_same_work(scene: Scene) -> None:
    for _ in range(2):
        await scene.type("docs embed handbook")
        await scene.press(option(Embed(bucket="handbook")))
        await scene.send("insights create", {"name": "a", "instructions": "b"})

    first, pressed, sent, *again = [wish.id for wish in scene.all("started")]
    assert [first, pressed, sent] == again
    assert len({first, pressed, sent}) == 3


@pytest.mark.parametrize(
    "other",
    [
        {"action_ts": "5.6"},
        {"user": "U2"},
        {"channel": "C", "message": "9.8"},
    ],
)
async def test_another_press_is_other_work(other: dict[str, str], scene: Scene) -> None:
    await scene.press(option(Embed(bucket="handbook")))
    body = in_message(user=other.get("user", "U"))
    body["container"]["message_ts"] = other.get("message", "9.9")

    await scene.press({**option(Embed(bucket="handbook")), "action_ts": other.get("action_ts", "5.5")}, body)

    first, second = [wish.id for wish in scene.all("started")]
    assert first != second


# ---------------------------------------------------------------------------------------- buttons and menus
async def test_a_page_is_turned_in_the_message_where_it_stands(scene: Scene) -> None:
    await scene.press(button(Docs(page=2), NEXT))

    shown: Noted = scene.only("shown")
    assert scene.kinds == ["ack", "rights", "shown"]
    assert (shown.url, shown.way.replace, shown.way.view) == (URL, True, "")
    assert "11 to 20 of 130" in shown.what.text


@pytest.mark.parametrize("kind", ["modal", "home"])
async def test_a_page_is_turned_in_the_window_where_it_stands(kind: str, scene: Scene) -> None:
    await scene.press(button(Docs(page=2), PREVIOUS), in_view(kind))

    assert scene.kinds == ["ack", "rights", "shown"]
    assert scene.only("shown").way.view == "V7"


async def test_what_another_button_shows_leaves_the_list_as_it_is(scene: Scene) -> None:
    await scene.press(button(ShowDocs(bucket="handbook")))

    assert (scene.only("shown").url, scene.only("shown").way.replace) == (URL, False)


async def test_a_button_of_the_home_tab_opens_a_window(scene: Scene) -> None:
    await scene.press(button(Docs()), in_view("home"))

    assert scene.kinds == ["ack", "opened", "rights", "shown"]
    assert not scene.only("opened").inside


async def test_an_entry_of_a_menu_is_a_verb_and_its_argument(scene: Scene) -> None:
    await scene.press(option(Embed(bucket="handbook")))

    how = dict.fromkeys(("chunk_size", "overlap", "model", "loader"))
    assert started(scene) == ("docs embed", {"bucket": "handbook", **how})


async def test_an_entry_of_a_menu_that_destroys_asks_in_a_window(scene: Scene) -> None:
    await scene.press(option(Disable(bucket="handbook")))

    window: Modal = scene.only("shown").what
    assert scene.kinds == ["ack", "opened", "rights", "asked", "shown"]
    assert (window.callback, window.memo) == (CALLBACK, next(iter(scene.questions)))


@pytest.mark.parametrize(
    ("action", "value", "given"),
    [
        ("share", "turn:cmd%3AT%3A7", {"turn": "cmd:T:7"}),
        ("add_me", "add:C1:cmd%3AT%3A7", {"channel": "C1", "turn": "cmd:T:7"}),
    ],
)
async def test_a_button_of_the_first_release_still_changes_what_it_said(
    action: str, value: str, given: dict[str, str], scene: Scene
) -> None:
    await scene.press({"action_id": action, "value": value})

    assert started(scene) == (action, given)


async def test_show_passages_of_the_first_release_still_opens_them(scene: Scene) -> None:
    await scene.press({"action_id": "show_passages", "value": "turn:cmd%3AT%3A7"})

    assert scene.kinds == ["ack", "opened", "rights", "shown"]
    assert scene.only("shown").what.title == "Passages"


async def test_try_again_of_the_first_release_still_asks_again(scene: Scene) -> None:
    await scene.press({"action_id": "try_again", "value": "turn:cmd%3AT%3A7"})

    asked = scene.only("started").what
    assert (asked.id, asked.text) == ("again:cmd:T:7", "How long?")


@pytest.mark.parametrize(
    "intent",
    [ShowPassages(turn="a:b%c"), Share(turn="a"), AddMe(channel="C1", turn="a:b"), TryAgain(turn="a")],
)
def test_the_buttons_below_answers_keep_their_names(intent: Intent) -> None:
    assert intent.verb in ("show_passages", "share", "add_me", "try_again")
    assert type(intent).unpack(intent.pack()) == intent


@pytest.mark.parametrize(
    "action",
    [
        {"action_id": "gone", "value": "{}"},
        {"action_id": "gone#next"},
        {"action_id": "menu", "selected_option": {"value": "gone␟x"}},
        {"action_id": "menu", "selected_option": {"value": ""}},
    ],
)
async def test_a_button_that_no_verb_knows_is_acknowledged_and_no_more(
    action: dict[str, Any], scene: Scene
) -> None:
    await scene.press(action)

    assert [(one.kind, one.what) for one in scene.noted] == [("ack", {})]


@pytest.mark.parametrize(
    "action",
    [
        {"action_id": "docs show", "value": '{"nonsense": 1}'},
        {"action_id": "docs show", "value": "{"},
        {"action_id": "docs show"},
        {"action_id": "docs#next", "value": '{"page": 0}'},
        {"action_id": "confirm", "value": "{}"},
        {"action_id": "dismiss", "value": "{}"},
        {"action_id": "show_passages", "value": "zzz"},
        {"action_id": "share", "value": "turn:a:b"},
        {"action_id": "menu", "selected_option": {"value": "docs show␟"}},
        {"action_id": "menu", "selected_option": {"value": f"docs show␟{'x' * 500}"}},
    ],
)
async def test_a_button_that_is_read_no_more_is_acknowledged_and_says_so(
    action: dict[str, Any], scene: Scene
) -> None:
    await scene.press(action)

    assert scene.kinds == ["ack", "shown"]
    assert scene.only("shown").what.text.startswith(OLD)
    assert scene.only("shown").way.replace is False


async def test_a_button_that_leads_out_of_slack_is_acknowledged_and_asks_for_nothing(scene: Scene) -> None:
    await scene.press({"action_id": LINK, "value": ""}, in_view())

    assert scene.kinds == ["ack"]


# ------------------------------------------------------------------------------------------------- forms
async def test_a_form_begins_its_work_and_says_that_it_does(scene: Scene) -> None:
    await scene.send("ask_docs", {"question": "How long?"})

    asked = scene.only("started").what
    assert (asked.id.rpartition(":")[0], asked.text, asked.place, asked.asker, asked.private) == (
        "view:T:V1:h1",
        "How long?",
        NOWHERE,
        ME,
        True,
    )
    assert scene.only("ack").what["response_action"] == "update"
    assert "direct message" in str(scene.only("ack").what["view"]["blocks"])


async def test_the_outcome_of_a_form_takes_the_place_of_its_window(scene: Scene) -> None:
    await scene.send("insights create", {"name": "Mood", "instructions": "How?"})

    wish: Wish = scene.only("started").what
    assert (
        scene.only("ack").what["view"]["external_id"] == wish.way.view == f"do:{wish.id.removeprefix('do:')}"
    )


async def test_what_is_wrong_stands_at_its_field_and_nothing_is_begun(scene: Scene) -> None:
    await scene.send("insights create", {"name": "x" * 201, "json_schema": "{nonsense"})

    said = scene.only("ack").what
    assert scene.kinds == ["ack"]
    assert said["response_action"] == "errors"
    assert said["errors"].keys() == {"name", "instructions", "json_schema"}
    assert said["errors"]["json_schema"].startswith("Line 1, column 2")
    assert all(text[0].isupper() for text in said["errors"].values())


async def test_what_was_typed_wrong_is_not_repeated_to_the_log(scene: Scene) -> None:
    await scene.send("insights create", {"name": "secret" * 50, "instructions": "x"})

    assert "secret" not in str(scene.only("ack").what)


@pytest.mark.parametrize("callback", ["", "gone", "docs"])
async def test_a_form_of_another_release_is_closed(callback: str, scene: Scene) -> None:
    await scene.send(callback, {"bucket": "x"})

    assert [(one.kind, one.what) for one in scene.noted] == [("ack", {"response_action": "clear"})]


async def test_a_form_with_a_question_asks_it_on_top(scene: Scene) -> None:
    await scene.send("docs disable", {"bucket": "handbook"})

    assert scene.kinds == ["ack", "rights", "asked", "shown"]
    assert scene.only("ack").what["response_action"] == "push"
    assert scene.only("shown").what.memo.rpartition(":")[0] == "do:confirm:view:T:V1:h1"
    assert scene.only("shown").way.view == scene.only("ack").what["view"]["external_id"]


# --------------------------------------------------------------------------------------------- confirming
def asked(scene: Scene, verb: str = "docs disable", **given: Any) -> str:
    """Ask, without a dispatcher; the question's id."""
    scene.questions["do:confirm:1"] = Wish("", verb, given, HERE, ME, Way("U"))
    return "do:confirm:1"


async def test_a_typed_name_confirms(scene: Scene) -> None:
    deed = asked(scene, bucket="handbook")

    await scene.send(CALLBACK, {NAME: "handbook"}, private_metadata=deed)

    wish: Wish = scene.only("started").what
    view = scene.only("ack").what["view"]
    assert scene.kinds == ["started", "ack"]
    assert (wish.id, wish.given) == (deed, {"bucket": "handbook"})
    assert view["blocks"] == working("").view()["blocks"]
    assert view["clear_on_close"]
    assert wish.way.view == view["external_id"]


@pytest.mark.parametrize("typed", ["handbok", "Handbook", "handbook-2"])
async def test_another_name_confirms_nothing(typed: str, scene: Scene) -> None:
    deed = asked(scene, bucket="handbook")

    await scene.send(CALLBACK, {NAME: typed}, private_metadata=deed)

    assert [(one.kind, one.what) for one in scene.noted] == [
        ("ack", {"response_action": "errors", "errors": {NAME: "Type “handbook” to confirm."}})
    ]


async def test_a_window_without_a_name_confirms_with_its_button(scene: Scene) -> None:
    deed = asked(scene, "clusters delete", task="x")

    await scene.send(CALLBACK, {}, private_metadata=deed)

    assert scene.only("started").what.id == deed


async def test_a_question_that_ended_is_said_in_a_window_without_a_field_too(scene: Scene) -> None:
    await scene.send(CALLBACK, {}, private_metadata="do:confirm:gone")

    said = scene.only("ack").what
    assert said["response_action"] == "update"  # an error at a field that is not there shows nothing
    assert "I no longer have this question." in str(said["view"]["blocks"])


async def test_the_value_of_a_yes_is_an_id_and_gives_no_right(scene: Scene) -> None:
    await scene.press(button(Confirm(deed="do:confirm:gone")))

    assert scene.kinds == ["ack", "shown"]
    assert scene.only("shown").what.text.startswith("I no longer have this question.")
    assert scene.only("shown").way.replace is False


# ---------------------------------------------------------------------------------------------- shortcuts
def chosen(callback: str, **more: Any) -> dict[str, Any]:
    return {
        "callback_id": callback,
        "user": {"id": "U", "team_id": "T"},
        "team": {"id": "T"},
        "trigger_id": "1.5",
        "action_ts": "6.6",
        **more,
    }


async def test_a_shortcut_opens_its_form(scene: Scene) -> None:
    await scene.inbound.on_shortcut(scene.ack, chosen("ask_docs"))

    assert scene.kinds == ["ack", "opened", "rights", "shown"]
    assert "initial_value" not in scene.only("shown").what.blocks[0]["element"]


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ({"text": "a &lt;b&gt; <@U1|mia>"}, "a <b> @mia"),
        ({"text": "", "attachments": [{"title": "Disk full", "fallback": "x"}]}, "Disk full"),
        ({"text": "so?", "attachments": [{"is_share": True, "text": "27 days"}]}, "so?\n27 days"),
    ],
)
async def test_a_message_fills_in_the_form_of_its_shortcut(
    message: dict[str, Any], question: str, scene: Scene
) -> None:
    await scene.inbound.on_shortcut(scene.ack, chosen("ask_about", message=message))

    assert scene.only("shown").what.blocks[0]["element"]["initial_value"] == question


@pytest.mark.parametrize("message", [{}, {"text": ""}, {"text": "x" * 39_000}])
async def test_any_message_can_be_asked_about(message: dict[str, str], scene: Scene) -> None:
    await scene.inbound.on_shortcut(scene.ack, chosen("ask_about", message=message))

    assert scene.kinds == ["ack", "opened", "rights", "shown"]
    assert scene.only("shown").what.callback == "ask_docs"


async def test_a_shortcut_of_another_release_is_acknowledged(scene: Scene) -> None:
    await scene.inbound.on_shortcut(scene.ack, chosen("gone"))

    assert scene.kinds == ["ack"]


# ------------------------------------------------------------------------------------------------ choices
async def offered(
    scene: Scene, value: str = "", callback: str = "docs disable", field: str = "bucket"
) -> Any:
    body = {
        "user": {"id": "U", "team_id": "T"},
        "team": {"id": "T"},
        "view": {"callback_id": callback},
        "action_id": field,
        "value": value,
    }
    await scene.inbound.on_options(scene.ack, body)
    return [one["value"] for one in scene.only("ack").what["options"]]


async def test_no_more_choices_are_offered_than_slack_takes(scene: Scene) -> None:
    assert len(await offered(scene)) == SELECT_OPTIONS


async def test_choices_are_those_that_hold_what_was_typed(scene: Scene) -> None:
    assert await offered(scene, "T-12") == [f"bucket-{number}" for number in range(120, 130)]


async def test_a_choice_that_does_not_fit_into_an_option_is_left_to_be_typed(
    scene: Scene, documents: Documents
) -> None:
    documents.names = ("x" * (OPTION_VALUE + 1), "y" * OPTION_VALUE)

    assert await offered(scene) == ["y" * OPTION_VALUE]


async def test_rights_are_asked_anew_before_anything_is_offered(scene: Scene) -> None:
    scene.audience = NOTHING

    assert await offered(scene) == []
    assert scene.kinds == ["rights", "ack"]


async def test_whoever_lost_the_right_while_the_form_is_open_is_offered_nothing(scene: Scene) -> None:
    scene.audience = without(Right.ADMIN)

    assert await offered(scene) == []


@pytest.mark.parametrize(
    ("callback", "field"), [("gone", "bucket"), ("docs disable", "gone"), ("ask_docs", "question")]
)
async def test_an_unknown_field_has_no_choices(callback: str, field: str, scene: Scene) -> None:
    assert await offered(scene, callback=callback, field=field) == []


async def test_while_telnyx_is_away_there_is_nothing_to_choose(scene: Scene, documents: Documents) -> None:
    documents.away = True

    assert await offered(scene) == []


async def test_choices_that_take_longer_than_slack_waits_are_none(documents: Documents) -> None:
    scene = Scene(services=SimpleNamespace(documents=documents), offer_seconds=0)
    documents.going_on = asyncio.Event()

    assert await offered(scene) == []


async def test_a_form_offers_what_there_is_to_choose_when_it_opens(
    scene: Scene, documents: Documents
) -> None:
    documents.names = ("handbook", "manual")
    scene.audience = EVERYTHING

    await scene.type("docs disable")

    element = scene.only("shown").what.blocks[0]["element"]
    assert element["type"] == "static_select"
    assert [one["value"] for one in element["options"]] == ["handbook", "manual"]


async def test_a_form_whose_choices_cannot_be_looked_up_says_so_in_its_window(
    scene: Scene, documents: Documents
) -> None:
    documents.away = True

    await scene.type("docs disable")

    assert isinstance(scene.only("shown").what, Message)
    assert scene.only("shown").way.view == scene.only("opened").way.view
