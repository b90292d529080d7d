"""What ``bot check`` says of search over calls: whether it finds any, and what to switch on."""

from bot.telnyx import Telnyx, TelnyxError, TelnyxInvalidError, TelnyxNotFoundError

OK, OFF, WRONG = "ok", "off", "WRONG"
ANYTHING = "hello"
"""What is looked for: whichever calls there are, some are nearest to it."""
SWITCH_ON = (
    "Switch on conversation persistence for your SIP connections at Telnyx, or set CALLS_COLLECTION to a collection of AI Search "
    "with the source voice."
)


async def call_search(telnyx: Telnyx, collection: str | None) -> tuple[str, str]:
    """Return the state of the row, and its detail."""
    try:
        if collection is None:
            found = len((await telnyx.conversation_histories.search(ANYTHING, size=1)).data)
        else:
            found = len(await telnyx.collections.documents(collection, ANYTHING, top=1))
    except (TelnyxNotFoundError, TelnyxInvalidError) as error:
        if collection is None:
            return OFF, f"Telnyx doesn't offer it. {SWITCH_ON}"
        if isinstance(error, TelnyxInvalidError):
            return WRONG, f"The collection {collection} has no source to search. Add the source voice to it."
        return WRONG, f"CALLS_COLLECTION names {collection}; {await _choice(telnyx)}"
    except TelnyxError as error:
        return WRONG, f"Telnyx didn't search ({error})."
    where = f"the collection {collection}" if collection else "conversation histories"
    return (OK, f"in {where}") if found else (OFF, f"Telnyx found no call in {where}. {SWITCH_ON}")


async def _choice(telnyx: Telnyx) -> str:
    """Return which collections could be named instead."""
    try:
        slugs = [one.slug for one in await telnyx.collections.all()]
    except TelnyxError:
        slugs = []
    return (
        f"choose from {', '.join(slugs)}."
        if slugs
        else "there is no collection. Leave it empty, or make one."
    )
