"""How I answer, and how I search calls."""

from typing import Annotated

from pydantic_settings import NoDecode

from config.values import MORE_STEPS, STEPS, Limits, Prompts, Section, Steps, Words, setting

DEFAULT_MODEL = "meta-llama/Meta-Llama-3.1-70B-Instruct"


class AnswerSettings(Section):
    """How I answer."""

    # Large enough to keep to the passages and to cite them, and still among the hosted models that answer quickly;
    # Telnyx's own default (8B) invents citations more often. None of it is fixed: `/telnyx models` lists the others.
    model: str = setting(DEFAULT_MODEL, "The model that answers, one of those that `/telnyx models` lists.")
    buckets: Annotated[Words, NoDecode] = setting(
        (), "Buckets to answer from, comma separated.", unset="all that the readers may see"
    )
    top: int = setting(
        8,
        "Passages to read for an answer, from all buckets together.",
        must="must be a whole number from 1 to 50",
        ge=1,
        le=50,
    )
    candidates: int = setting(
        24,
        "Passages to ask each bucket for; the best of all are read.",
        must="must be a whole number from 1 to 100",
        ge=1,
        le=100,
    )
    steps: Annotated[Steps, NoDecode] = setting(
        STEPS,
        "The steps between the search and the model, comma separated, or none. *pool*: buckets of one embedding model are ordered by "
        "distance, not by turns. *words*: the question's words count beside the distance. *stitch*: passages that overlap become one. "
        "*repeats*: what says the same again is left out. Two more make a second request: *neighbors* looks for what comes "
        "behind the best passage, *rewrite* asks the model what a follow-up means.",
        must=f"must be names among {', '.join(STEPS + MORE_STEPS)}, comma separated, or none",
        unset=", ".join(STEPS),
    )
    distance_limits: Annotated[Limits, NoDecode] = setting(
        dict,
        "How far a passage of a bucket may be from the question, comma separated: handbook:0.2,manual:0.25. 0 is the same text. "
        "Distances of embedding models lie close together, right and wrong ones alike, so look at *Why this answer?* first.",
        must="must be pairs such as handbook:0.2, comma separated, each with a number above 0, up to 2",
        unset="no limit",
    )
    # Telnyx's own default.
    temperature: float = setting(
        0.1, "How freely the model writes.", must="must be a number from 0 to 2", ge=0, le=2
    )
    max_tokens: int = setting(
        1024,
        "The longest answer, in tokens.",
        must="must be a whole number from 16 to 32768",
        ge=16,
        le=32768,
    )
    max_seconds: float = setting(
        300.0,
        "The longest that one answer or summary may take, in seconds; after that, people get what there is and a note that it was stopped.",
        must="must be a number from 1 to 3600",
        ge=1,
        le=3600,
    )
    retention_days: float = setting(
        180.0,
        "Days after which a question and its answer are deleted from the database. In Slack they stay; *Show passages* and *Share* "
        "under older answers say that they're no longer kept. Slack's clock decides if this computer's is ahead.",
        must="must be a number above 0, up to 36500",
        gt=0,
        le=36_500,
    )
    prompts: Annotated[Prompts, NoDecode] = setting(
        (),
        "Questions to suggest in a direct message, with | between them; Slack shows the first four.",
        unset="what the bot can do, and which documents it answers from",
    )


class CallSettings(Section):
    """How I search calls."""

    collection: str | None = setting(
        None,
        "The slug of a collection of Telnyx's AI Search with the source voice; `calls search` and `ask --calls` look there.",
        where="GET /v2/ai/collections lists them.",
        unset="Telnyx's conversation histories: all calls on connections with conversation persistence",
    )
