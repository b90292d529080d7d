from bot.services.models import FRESH_SECONDS, UNKNOWN_CONTEXT_TOKENS, Models
from config.answers import DEFAULT_MODEL
from tests.unit.bot.conftest import Clock, TelnyxHouse


async def test_telnyx_says_how_much_fits_into_a_model(telnyx: TelnyxHouse) -> None:
    said = {model.id: model.context_length for model in await telnyx.client.models.all()}

    assert await Models(telnyx.client, DEFAULT_MODEL).context_tokens(DEFAULT_MODEL) == said[DEFAULT_MODEL]


async def test_of_an_unknown_model_little_is_assumed(telnyx: TelnyxHouse) -> None:
    assert await Models(telnyx.client, DEFAULT_MODEL).context_tokens("who/knows") == UNKNOWN_CONTEXT_TOKENS


async def test_models_are_read_once_an_hour(telnyx: TelnyxHouse, clock: Clock) -> None:
    models = Models(telnyx.client, DEFAULT_MODEL, clock)
    for _ in range(3):
        await models.context_tokens(DEFAULT_MODEL)
    fresh = await telnyx.calls("models.all")
    clock.now += FRESH_SECONDS + 1
    await models.context_tokens(DEFAULT_MODEL)

    assert (fresh, await telnyx.calls("models.all")) == (1, 2)


async def test_while_telnyx_is_away_a_guess_serves_and_a_minute_later_it_is_asked_again(
    telnyx: TelnyxHouse, clock: Clock
) -> None:
    await telnyx.fault(path="/ai/models", kind="status", status=500)
    models = Models(telnyx.client, DEFAULT_MODEL, clock)
    away = await models.context_tokens(DEFAULT_MODEL)
    clock.now += 61

    assert away == UNKNOWN_CONTEXT_TOKENS
    assert await models.context_tokens(DEFAULT_MODEL) > UNKNOWN_CONTEXT_TOKENS


async def test_a_model_that_is_not_there_is_named_with_the_nearest(telnyx: TelnyxHouse) -> None:
    models = Models(telnyx.client, DEFAULT_MODEL)

    assert (await models.unknown(DEFAULT_MODEL[:-2])).text == (
        f"There's no model `{DEFAULT_MODEL[:-2]}`. Did you mean `{DEFAULT_MODEL}`?"
    )
    assert "`/telnyx models`" in (await models.unknown("???")).text
