"""What the dispatcher takes in and what it says, whichever way the wish came."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot import ids
from bot.errors import OutcomeUnknownError, RefusedError, SeveralError
from bot.render.blocks import Message
from bot.render.confirm import CALLBACK, CANCELED, Confirm, Dismiss
from bot.render.edits import Filled
from bot.render.forms import Form
from bot.render.outcomes import QUIET, Modal, loading, working
from bot.services.access import NOTHING, Right
from bot.slack.ways import Way
from bot.workflows.deed import Wish
from handlers import came as ways_in
from handlers.came import SLOW, SLOW_QUESTION, Came
from handlers.dispatch import STILL_LOOKING
from handlers.verb import AnyVerb, Effect, Request, Verb
from tests.unit.handlers.scene import (
    URL,
    Scene,
    Thing,
    Trial,
    button,
    in_message,
    in_view,
    typed_line,
)


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def trial(scene: Scene) -> Trial:
    return Trial(scene)


def command(scene: Scene, trigger: str = "1.2") -> Came:
    return ways_in.typed(typed_line("x") | {"trigger_id": trigger}, scene.ack, "usage")


def press(scene: Scene, body: dict[str, Any] | None = None, name: str = "") -> Came:
    action = {**button(Thing(), name), "action_ts": "5.5"}
    return ways_in.pressed(body or in_message(), action, scene.ack, "Thing")


def shortcut(scene: Scene) -> Came:
    body = {"user": {"id": "U", "team_id": "T"}, "team": {"id": "T"}, "trigger_id": "1.3", "action_ts": "5.5"}
    return ways_in.chosen(body, scene.ack, "Thing")


def form(scene: Scene) -> Came:
    body = {"user": {"id": "U", "team_id": "T"}, "team": {"id": "T"}, "trigger_id": "1.4"}
    view = {"id": "V1", "hash": "h1", "team_id": "T", "state": {"values": {}}}
    return ways_in.sent(body, view, scene.ack, told=working("Thing"), first_field="name")


async def do(scene: Scene, verb: AnyVerb, came: Came, intent: Thing | None = None) -> Scene:
    await scene.dispatcher.guarded(verb.words, came, scene.dispatcher.do(verb, intent or Thing(), came))
    return scene


# ------------------------------------------------------------------------------------------ durable work
async def test_a_turn_is_durable_before_it_is_acknowledged(scene: Scene, trial: Trial) -> None:
    await do(scene, trial.verb(Effect.TURN), command(scene))

    assert scene.kinds == ["started", "ack"]
    assert (scene.only("started").what.id, scene.only("started").url) == ("cmd:T:1.2", URL)
    assert scene.only("ack").what == {}


async def test_whoever_takes_a_turn_in_knows_nothing_yet_of_what_may_be_seen(
    scene: Scene, trial: Trial
) -> None:
    await do(scene, trial.verb(Effect.TURN), command(scene))

    assert [request.audience for request in trial.requests] == [NOTHING]
    assert "rights" not in scene.kinds


async def test_a_turn_that_was_wanted_in_a_window_has_no_address_that_answers(
    scene: Scene, trial: Trial
) -> None:
    await do(scene, trial.verb(Effect.TURN), form(scene))

    assert scene.only("started").url is None
    assert scene.only("ack").what["response_action"] == "update"


async def test_a_change_is_durable_before_it_is_acknowledged_and_is_not_done_by_the_front(
    scene: Scene, trial: Trial
) -> None:
    await do(scene, trial.verb(Effect.CHANGE), command(scene), Thing(name="y"))

    wish: Wish = scene.only("started").what
    assert scene.kinds == ["started", "ack"]
    assert (wish.id, wish.verb, wish.given) == ("do:cmd:T:1.2", "test thing", {"name": "y", "page": 1})
    assert (wish.asker.user, wish.place.channel, scene.only("started").url) == (
        "U",
        "C",
        URL,
    )


@pytest.mark.parametrize(("effect", "said"), [(Effect.TURN, SLOW_QUESTION), (Effect.CHANGE, SLOW)])
async def test_a_late_start_is_said(effect: Effect, said: str, scene: Scene, trial: Trial) -> None:
    scene.late = True

    await do(scene, trial.verb(effect), command(scene))

    assert scene.only("ack").what == {"text": said}


async def test_a_form_whose_start_is_late_does_not_stay_open_to_be_sent_again(
    scene: Scene, trial: Trial
) -> None:
    scene.late = True

    await do(scene, trial.verb(Effect.CHANGE), form(scene))

    assert scene.only("ack").what["view"]["blocks"] == working("Thing").view()["blocks"]


# --------------------------------------------------------------------------------------------- admission
COSTS = [(Effect.TURN, {}), (Effect.CHANGE, {}), (Effect.LOOK, {"paid": True})]


@pytest.mark.parametrize(("effect", "more"), COSTS)
async def test_one_too_many_of_what_costs_is_not_begun_and_says_when_to_go_on(
    effect: Effect, more: dict[str, Any]
) -> None:
    scene = Scene(rate=1)
    trial = Trial(scene)
    await do(scene, trial.verb(effect, **more), command(scene, "1"))
    before = len(scene.noted)

    await do(scene, trial.verb(effect, **more), command(scene, "2"))

    (said,) = scene.noted[before:]
    assert said.kind == "ack"
    assert "Try again in 60 seconds." in said.what["text"]


@pytest.mark.parametrize(("effect", "more"), COSTS)
async def test_the_same_delivery_again_does_not_count(effect: Effect, more: dict[str, Any]) -> None:
    scene = Scene(rate=1)
    trial = Trial(scene)

    for _ in range(2):
        await do(scene, trial.verb(effect, **more), command(scene))

    assert [said for said in scene.all("ack") if said] == []


async def test_looks_that_are_free_are_not_counted() -> None:
    scene = Scene(rate=1)
    trial = Trial(scene)

    for number in range(3):
        await do(scene, trial.verb(), command(scene, str(number)))

    assert scene.kinds == ["ack", "rights", "looked", "shown"] * 3


async def test_a_question_is_free_and_the_yes_to_it_counts() -> None:
    scene = Scene(rate=1)
    trial = Trial(scene)
    verb = trial.verb(Effect.CHANGE, question=trial.question)
    for number in range(2):
        await do(scene, verb, command(scene, str(number)))
    wishes = [
        Wish(key, verb.words, asked.given, asked.place, asked.asker, Way("U"))
        for key, asked in scene.questions.items()
    ]

    for wish in wishes:
        came = press(scene)
        await scene.dispatcher.guarded("confirm", came, scene.dispatcher.confirmed(wish, came))

    assert [wish.id for wish in scene.all("started")] == [wishes[0].id]
    assert "Try again in 60 seconds." in scene.noted[-1].what.text


async def test_a_form_that_is_one_too_many_says_so_at_its_first_field() -> None:
    scene = Scene(rate=1)
    trial = Trial(scene)
    await do(scene, trial.verb(Effect.CHANGE), command(scene))

    await do(scene, trial.verb(Effect.CHANGE), form(scene))

    said = scene.noted[-1].what
    assert said["response_action"] == "errors"
    assert "Try again in 60 seconds." in said["errors"]["name"]


# ------------------------------------------------------------------------------------------------- looks
async def test_a_look_is_acknowledged_first_and_shown_after(scene: Scene, trial: Trial) -> None:
    await do(scene, trial.verb(), command(scene))

    assert scene.kinds == ["ack", "rights", "looked", "shown"]
    assert scene.only("shown").what == Message("Here it is.")
    assert (scene.only("shown").url, scene.only("shown").way.replace) == (URL, True)


async def test_what_shows_where_it_was_pressed_is_not_said_again(scene: Scene, trial: Trial) -> None:
    trial.outcome = QUIET

    await do(scene, trial.verb(), press(scene))

    assert scene.kinds == ["ack", "rights", "looked"]
    assert ids.pressed_in(trial.requests[0].id) == in_message()["container"]["message_ts"]


async def test_a_look_that_takes_long_says_that_it_goes_on_and_then_shows() -> None:
    scene = Scene(notice_seconds=0)
    trial = Trial(scene)
    trial.going_on = asyncio.Event()
    scene.on_beside = trial.going_on.set

    await do(scene, trial.verb(), command(scene))

    assert scene.kinds == ["ack", "rights", "looked", "beside", "shown"]
    assert scene.only("beside").what == STILL_LOOKING
    assert scene.only("shown").what == Message("Here it is.")


async def test_a_look_that_takes_too_long_is_given_up_in_words() -> None:
    scene = Scene(notice_seconds=0, give_up_seconds=0)
    trial = Trial(scene)
    trial.going_on = asyncio.Event()

    await do(scene, trial.verb(), command(scene))

    assert scene.kinds[-1] == "shown"
    assert "took too long" in scene.noted[-1].what.text


async def test_a_page_that_is_turned_stays_as_it_is_while_the_next_one_is_looked_up() -> None:
    scene = Scene(notice_seconds=0, give_up_seconds=0)
    trial = Trial(scene)
    trial.going_on = asyncio.Event()

    await do(scene, trial.verb(), press(scene, name="next"))

    assert "beside" not in scene.kinds
    assert scene.only("shown").way.replace is False  # the list stays, the sentence stands beside it


async def test_whoever_may_not_reads_why_and_nothing_is_looked_up(trial: Trial, scene: Scene) -> None:
    scene.audience = NOTHING

    await do(scene, trial.verb(), command(scene))

    assert scene.kinds == ["ack", "rights", "shown"]
    assert scene.only("shown").what.text.startswith("I don't know yet what you may see.")


async def test_what_everyone_may_is_not_refused(trial: Trial, scene: Scene) -> None:
    scene.audience = NOTHING

    await do(scene, trial.verb(right=Right.EVERYONE), command(scene))

    assert scene.only("shown").what == Message("Here it is.")


@pytest.mark.parametrize("where", ["a shortcut", "a window", "the Home tab", "a message"])
async def test_a_window_opens_before_anything_is_looked_up_and_is_filled(
    where: str, trial: Trial, scene: Scene
) -> None:
    came = {
        "a shortcut": shortcut(scene),
        "a window": press(scene, in_view()),
        "the Home tab": press(scene, in_view("home")),
        "a message": press(scene),
    }[where]

    await do(scene, trial.verb(window="All things"), came)

    assert scene.kinds == ["ack", "opened", "rights", "looked", "shown"]
    assert scene.only("opened").what == loading("All things")
    assert scene.only("opened").inside is (where == "a window")
    assert scene.only("shown").way.view == scene.only("opened").way.view == f"do:{came.id}"


async def test_what_goes_wrong_after_a_window_was_opened_is_said_in_it(trial: Trial, scene: Scene) -> None:
    trial.outcome = RefusedError("Not here.")

    await do(scene, trial.verb(window="All things"), press(scene))

    assert scene.only("shown").way.view == scene.only("opened").way.view
    assert "Not here." in scene.only("shown").what.text


async def test_where_slack_opens_no_window_what_it_would_show_comes_another_way(
    trial: Trial, scene: Scene
) -> None:
    scene.trigger_expired = True

    await do(scene, trial.verb(window="All things"), press(scene))

    assert scene.kinds == ["ack", "opened", "rights", "looked", "shown"]
    assert (scene.only("shown").way.view, scene.only("shown").url) == ("", URL)


async def test_a_form_that_slack_does_not_open_is_replaced_by_a_sentence(trial: Trial, scene: Scene) -> None:
    scene.trigger_expired = True

    await do(scene, trial.verb(Effect.CHANGE, question=trial.question, typed_name="name"), press(scene))

    assert scene.kinds == ["ack", "opened", "shown"]
    assert "too long" in scene.only("shown").what.text


async def test_a_page_in_a_window_is_turned_in_that_window(trial: Trial, scene: Scene) -> None:
    await do(scene, trial.verb(window="All things"), press(scene, in_view(), "next"))

    assert scene.kinds == ["ack", "rights", "looked", "shown"]
    assert scene.only("shown").way.view == "V7"


# ------------------------------------------------------------------------------------------------ changes
@pytest.mark.parametrize("body", [in_view(), in_view("home")], ids=["window", "home"])
async def test_a_change_without_a_message_opens_a_window_once_it_is_durable(
    body: dict[str, Any], trial: Trial, scene: Scene
) -> None:
    came = press(scene, body)

    await do(scene, trial.verb(Effect.CHANGE), came)

    assert scene.kinds == ["started", "ack", "opened"]
    assert scene.only("opened").what.blocks == working("").blocks
    assert scene.only("opened").inside is (body["view"]["type"] == "modal")
    assert scene.only("started").what.way.view == scene.only("opened").way.view == f"do:{came.id}"


async def test_a_change_whose_window_did_not_open_goes_on_in_silence(trial: Trial, scene: Scene) -> None:
    scene.trigger_expired = True

    await do(scene, trial.verb(Effect.CHANGE), press(scene, in_view()))

    assert scene.kinds == ["started", "ack", "opened"]


async def test_a_change_in_a_message_opens_no_window(trial: Trial, scene: Scene) -> None:
    await do(scene, trial.verb(Effect.CHANGE), press(scene))

    assert scene.kinds == ["started", "ack"]
    assert (scene.only("started").url, scene.only("started").what.way.view) == (URL, "")


# ---------------------------------------------------------------------------------------------- questions
async def test_a_question_stands_under_the_command_and_carries_its_id_alone(
    trial: Trial, scene: Scene
) -> None:
    verb = trial.verb(Effect.CHANGE, question=trial.question)

    await do(scene, verb, command(scene), Thing(name="y"))

    message: Message = scene.only("shown").what
    yes, no = message.blocks[-1]["elements"]
    assert scene.kinds == ["ack", "rights", "looked", "asked", "shown"]
    assert scene.only("asked").what == ("test thing", {"name": "y-whole", "page": 1})
    assert message.text == "Delete y?"
    assert Confirm.unpack(yes["value"]) == Confirm(deed="do:confirm:cmd:T:1.2")
    assert Dismiss.unpack(no["value"]) == Dismiss(deed="do:confirm:cmd:T:1.2")
    assert (yes["action_id"], no["action_id"]) == ("confirm", "dismiss")


@pytest.mark.parametrize("where", ["a command", "a message", "a window"])
async def test_where_there_is_nothing_to_ask_it_is_begun_at_once(
    where: str, trial: Trial, scene: Scene
) -> None:
    came = {"a command": command(scene), "a message": press(scene), "a window": press(scene, in_view())}[
        where
    ]
    verb = trial.verb(Effect.CHANGE, question=trial.no_question)

    await do(scene, verb, came, Thing(name="y"))

    wish: Wish = scene.only("started").what
    assert [kind for kind in scene.kinds if kind != "opened"] == ["ack", "rights", "looked", "started"]
    assert scene.questions == {}
    assert (wish.id, wish.given["name"]) == (f"do:{came.id}", "y")
    assert wish.way.view == (scene.only("opened").way.view if where == "a window" else "")


@pytest.mark.parametrize("where", ["a command", "a message", "a window"])
async def test_where_a_name_has_to_be_typed_the_question_is_a_window_opened_first(
    where: str, trial: Trial, scene: Scene
) -> None:
    came = {"a command": command(scene), "a message": press(scene), "a window": press(scene, in_view())}[
        where
    ]
    verb = trial.verb(Effect.CHANGE, question=trial.question, typed_name="name")

    await do(scene, verb, came, Thing(name="y"))

    window: Modal = scene.only("shown").what
    assert scene.kinds == ["ack", "opened", "rights", "looked", "asked", "shown"]
    assert (window.callback, window.memo) == (CALLBACK, f"do:confirm:{came.id}")
    assert window.blocks[-1]["hint"]["text"] == "y-whole"
    assert scene.only("shown").way.view == scene.only("opened").way.view


async def test_a_question_in_a_window_needs_no_name_where_one_record_is_lost(
    trial: Trial, scene: Scene
) -> None:
    await do(scene, trial.verb(Effect.CHANGE, question=trial.question), press(scene, in_view()))

    window: Modal = scene.only("shown").what
    assert window.submit == "Yes, delete"
    assert [block["type"] for block in window.blocks] == ["section", "context"]


async def test_a_form_with_a_question_pushes_a_window_and_then_asks_in_it(trial: Trial, scene: Scene) -> None:
    verb = trial.verb(
        Effect.CHANGE, question=trial.question, typed_name="name", form=Form("Thing", "Next", ("name",))
    )
    came = form(scene)

    await do(scene, verb, came)

    said = scene.only("ack").what
    assert scene.kinds == ["ack", "rights", "looked", "asked", "shown"]
    assert said == {
        "response_action": "push",
        "view": loading("Thing").view(external_id=scene.only("shown").way.view),
    }
    assert scene.only("shown").what.callback == CALLBACK


async def test_whoever_may_not_is_not_asked(trial: Trial, scene: Scene) -> None:
    scene.audience = NOTHING

    await do(scene, trial.verb(Effect.CHANGE, question=trial.question), command(scene))

    assert scene.kinds == ["ack", "rights", "shown"]
    assert scene.questions == {}


async def test_a_yes_begins_what_was_asked_in_the_place_of_the_question(trial: Trial, scene: Scene) -> None:
    await do(scene, trial.verb(Effect.CHANGE, question=trial.question), command(scene))
    scene.noted.clear()

    await scene.press(button(Confirm(deed="do:confirm:cmd:T:1.2")))

    wish: Wish = scene.only("started").what
    assert scene.kinds == ["started", "ack"]
    assert (wish.id, wish.given["name"]) == ("do:confirm:cmd:T:1.2", "x-whole")
    assert wish.way.replace


async def test_a_no_takes_the_question_away(trial: Trial, scene: Scene) -> None:
    await do(scene, trial.verb(Effect.CHANGE, question=trial.question), command(scene))
    scene.noted.clear()

    await scene.press(button(Dismiss(deed="do:confirm:cmd:T:1.2")))

    assert scene.kinds == ["dismissed", "ack", "shown"]
    assert (scene.only("shown").what, scene.only("shown").way.replace) == (CANCELED, True)


async def test_a_no_after_the_yes_takes_nothing_away(trial: Trial, scene: Scene) -> None:
    await do(scene, trial.verb(Effect.CHANGE, question=trial.question), command(scene))
    scene.begun.add("do:confirm:cmd:T:1.2")
    scene.noted.clear()

    await scene.press(button(Dismiss(deed="do:confirm:cmd:T:1.2")))

    assert scene.kinds == ["dismissed", "ack"]


# --------------------------------------------------------------------------------------- opening a form
async def test_a_form_opens_before_its_choices_are_looked_up_and_is_filled_after() -> None:
    scene = Scene()
    trial = Trial(scene)
    verb = trial.verb(Effect.CHANGE, form=Form("New thing", "Make", ("name",)))
    came = command(scene)

    await scene.dispatcher.guarded(verb.words, came, scene.dispatcher.open(verb, came, {"name": "y"}))

    assert scene.kinds == ["ack", "opened", "rights", "shown"]
    assert scene.only("opened").what == loading("New thing")
    assert scene.only("shown").what.blocks[0]["element"]["initial_value"] == "y"
    assert scene.only("shown").way.view == scene.only("opened").way.view


async def thing_there(request: Request[Thing]) -> Filled:
    """What is there."""
    return Filled({"name": f"{request.intent.name} as it is", "page": "3"})


@pytest.mark.parametrize("how", [command, press, shortcut])
async def test_a_thing_that_is_named_and_nothing_of_it_opens_its_form_filled(
    how: Callable[[Scene], Came], trial: Trial, scene: Scene
) -> None:
    form_of_it = Form("A thing", "Save", ("page",), carries=("name",))
    verb = trial.verb(Effect.CHANGE, form=form_of_it, filled=thing_there)
    came = how(scene)

    await scene.dispatcher.guarded(verb.words, came, scene.dispatcher.do(verb, Thing(name="y"), came))

    assert scene.kinds == ["ack", "opened", "rights", "shown"]
    assert scene.only("shown").what.memo == "y as it is"
    assert scene.only("shown").what.blocks[0]["element"]["initial_value"] == "3"
    assert trial.requests == []


async def test_a_thing_that_is_named_with_what_is_to_be_changed_is_changed(
    trial: Trial, scene: Scene
) -> None:
    form_of_it = Form("A thing", "Save", ("page",), carries=("name",))
    verb = trial.verb(Effect.CHANGE, form=form_of_it, filled=thing_there)
    came = command(scene)

    await scene.dispatcher.guarded(verb.words, came, scene.dispatcher.do(verb, Thing(name="y", page=2), came))

    assert scene.only("started").what.given == {"name": "y", "page": 2}


# -------------------------------------------------------------------------------------- whatever goes wrong
async def test_a_mistake_of_ours_is_said_with_an_id_and_nothing_is_raised(trial: Trial, scene: Scene) -> None:
    trial.outcome = ZeroDivisionError("ours")

    await do(scene, trial.verb(), command(scene))

    assert "E\u2011" in scene.only("shown").what.text
    assert "ours" not in scene.only("shown").what.text


@pytest.mark.parametrize(
    "no",
    [
        SlackApiError("no", {"ok": False, "error": "user_not_found"}),  # type: ignore[no-untyped-call] # slack_sdk has no type there
        OutcomeUnknownError("chat.postMessage"),
    ],
)
async def test_what_slack_does_not_take_is_said_once_more_and_then_left_to_the_log(
    no: Exception, trial: Trial, scene: Scene, logs: list[Any]
) -> None:
    scene.noes = [no, no]

    await do(scene, trial.verb(), command(scene))

    assert scene.kinds == ["ack", "rights", "looked", "shown", "shown"]
    assert "E\u2011" in scene.noted[-1].what.text
    assert [log["event"] for log in logs] == ["verb_failed", "not_told"]


async def test_what_cannot_be_written_down_is_said_in_the_acknowledgement(trial: Trial, scene: Scene) -> None:
    scene.full = True

    await do(scene, trial.verb(Effect.CHANGE), command(scene))

    assert scene.kinds == ["started", "ack"]
    assert "E\u2011" in scene.only("ack").what["text"]


async def test_a_turn_that_is_none_is_a_mistake_of_ours(trial: Trial, scene: Scene) -> None:
    await do(scene, Verb(Thing, trial.look, effect=Effect.TURN), command(scene))

    assert "started" not in scene.kinds
    assert "E\u2011" in scene.only("ack").what["text"]


@pytest.mark.parametrize("effect", list(Effect))
async def test_slack_hears_one_acknowledgement_whatever_happens(effect: Effect, scene: Scene) -> None:
    trial = Trial(scene)
    trial.outcome = ZeroDivisionError("ours")
    scene.full = True

    for came in (command(scene), press(scene), press(scene, in_view()), shortcut(scene), form(scene)):
        scene.noted.clear()
        await do(scene, trial.verb(effect), came)

        assert scene.kinds.count("ack") == 1, came.id


# --------------------------------------------------------------------------------- what goes on unseen
@pytest.mark.parametrize("effect", [Effect.TURN, Effect.CHANGE])
async def test_what_comes_through_late_and_fails_is_told_all_the_same(
    effect: Effect, trial: Trial, scene: Scene
) -> None:
    scene.late = scene.full = True

    await do(scene, trial.verb(effect), press(scene))

    assert scene.kinds == ["started", "ack", "shown"]
    assert "Something went wrong" in scene.only("shown").what.text


async def test_a_turn_that_is_wanted_in_a_window_says_where_its_answer_will_be(
    trial: Trial, scene: Scene
) -> None:
    await do(scene, trial.verb(Effect.TURN), press(scene, in_view()))

    assert scene.kinds == ["started", "ack", "opened"]
    assert scene.only("opened").inside
    assert "direct message" in str(scene.only("opened").what.blocks)


async def test_a_question_is_written_down_again_for_each_thing_that_is_chosen() -> None:
    ids = set()
    for chosen in ("alpha", "beta", "alpha"):
        scene = Scene()
        view: dict[str, Any] = {"id": "V1", "hash": "h1", "team_id": "T"}
        view["state"] = {"values": {"name": {"name": {"type": "static_select", "value": chosen}}}}
        body = {"user": {"id": "U", "team_id": "T"}, "team": {"id": "T"}, "trigger_id": "1.4"}
        ids.add(ways_in.sent(body, view, scene.ack, told=working("Thing"), first_field="name").id)

    assert len(ids) == 2, "sent again with the same words it is the same wish, with others another one"


@pytest.mark.parametrize(
    ("where", "team"),
    [
        ({"team": {"id": "T"}}, "T"),
        ({"team": {"id": "T2"}, "view": {"id": "V", "app_installed_team_id": "T"}}, "T"),
        ({"team": None}, ""),
    ],
)
async def test_the_workspace_is_the_one_of_the_app_and_never_guessed_from_the_person(
    where: dict[str, Any], team: str, scene: Scene
) -> None:
    body = {**in_message(), "user": {"id": "U", "team_id": "T2"}, **where}

    came = press(scene, body)

    assert (came.place.team, came.asker.user_team) == (team, "T2")


# ----------------------------------------------------------------------------------- two of the same name
SEVERAL = SeveralError("Several.", question="Which one?", given="x", found={"1": "x · 1", "2": "x · 2"})


async def test_a_look_at_one_of_two_asks_which_with_a_button_each(scene: Scene, trial: Trial) -> None:
    trial.outcome = SEVERAL

    await scene.dispatcher.guarded(
        "test thing", came := command(scene), scene.dispatcher.do(trial.verb(), Thing(), came)
    )

    shown = scene.only("shown")
    assert [one["text"]["text"] for one in shown.what.blocks[1]["elements"]] == ["x · 1", "x · 2"]
    assert [Thing.unpack(one["value"]) for one in shown.what.blocks[1]["elements"]] == [
        Thing(name="1"),
        Thing(name="2"),
    ]
    assert shown.url == URL


async def test_a_press_that_names_two_leaves_its_message_as_it_is(scene: Scene, trial: Trial) -> None:
    trial.outcome = SEVERAL

    came = press(scene, name="next")
    await scene.dispatcher.guarded("test thing", came, scene.dispatcher.do(trial.verb(), Thing(), came))

    assert not scene.only("shown").way.replace


async def test_a_question_about_one_of_two_asks_which_first(scene: Scene, trial: Trial) -> None:
    trial.outcome = SEVERAL
    verb = trial.verb(Effect.CHANGE, question=trial.question)

    await scene.dispatcher.guarded(
        "test thing", came := command(scene), scene.dispatcher.do(verb, Thing(), came)
    )

    assert scene.kinds[-1] == "shown"
    assert "Which one?" in str(scene.only("shown").what.blocks)
    assert not scene.questions, "nothing is asked about a thing that isn't known"
