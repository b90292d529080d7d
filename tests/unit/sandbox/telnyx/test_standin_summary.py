from tests.unit.sandbox.telnyx.conftest import Running

HEADINGS = """Summarise the call under these headings:
## What it was about
## Decisions
## Action items
## Mood
## Outcome
## Legal questions"""
CALL = """[00:02] Agent: Acme support, this is Lena. How can I help?
[00:09] Customer: Our phones lose the connection every afternoon since Tuesday. I am really unhappy about it.
[00:31] Agent: I am sorry. We agreed to replace the router in your office.
[02:15] Agent: I will send you a new router tomorrow and call you back on Friday.
[02:40] Customer: Good, then the matter is settled for now."""


def section(text: str, heading: str) -> str:
    return text.partition(f"## {heading}\n")[2].partition("\n\n")[0]


async def test_a_call_is_summarised_under_the_headings_that_were_asked_for(telnyx: Running) -> None:
    said = await telnyx.say(("system", HEADINGS), ("user", CALL))

    assert [line[3:] for line in said.splitlines() if line.startswith("## ")] == [
        "What it was about",
        "Decisions",
        "Action items",
        "Mood",
        "Outcome",
        "Legal questions",
    ]
    assert (
        section(said, "What it was about")
        == "Our phones lose the connection every afternoon since Tuesday. [00:09]"
    )
    assert "We agreed to replace the router in your office. [00:31]" in section(said, "Decisions")
    assert "I will send you a new router tomorrow and call you back on Friday. [02:15]" in section(
        said, "Action items"
    )
    assert "unhappy" in section(said, "Mood")
    assert section(said, "Outcome") == "Good, then the matter is settled for now. [02:40]"


async def test_a_heading_that_nothing_fits_says_so(telnyx: Running) -> None:
    said = await telnyx.say(("system", HEADINGS), ("user", CALL))

    assert section(said, "Legal questions") == "How can I help? [00:02]"
    assert (
        section(await telnyx.say(("system", "## Decisions"), ("user", "It rains.")), "Decisions")
        == "Not mentioned."
    )


async def test_every_line_of_a_summary_stands_in_the_call(telnyx: Running) -> None:
    said = await telnyx.say(("system", HEADINGS), ("user", CALL))

    told = [line.removeprefix("- ").partition(" [")[0] for line in said.splitlines() if line.endswith("]")]
    assert told
    assert all(sentence in CALL for sentence in told)


async def test_notes_of_a_part_keep_their_marks_and_can_be_summarised_again(telnyx: Running) -> None:
    noted = await telnyx.say(("system", "Write notes of this part of a call, with times."), ("user", CALL))
    said = await telnyx.say(("system", HEADINGS), ("user", noted))

    assert (
        "Agent: I will send you a new router tomorrow and call you back on Friday. [02:15]"
        in noted.splitlines()
    )
    assert "stand-in" not in noted
    assert section(said, "Decisions") == section(
        await telnyx.say(("system", HEADINGS), ("user", CALL)), "Decisions"
    )


async def test_action_items_begin_with_whose_they_are_where_the_prompt_asks_for_that(telnyx: Running) -> None:
    prompt = "## Action items\nEach line is “- Owner: what they do”."
    call = CALL + "\n[02:50] Agent: Miriam will check the cable tomorrow."

    said = await telnyx.say(("system", prompt), ("user", call))

    items = section(said, "Action items").splitlines()
    assert items[0] == "- Agent: I will send you a new router tomorrow and call you back on Friday. [02:15]"
    assert items[1] == "- Miriam: Miriam will check the cable tomorrow. [02:50]"


async def test_the_model_says_what_it_is_when_there_is_nothing_to_work_on(telnyx: Running) -> None:
    assert "stand-in model" in await telnyx.say(("user", "Tell me a joke"))
