"""Everything that people can want of this bot: the one list. Help, manifest, operations, rights and the Home tab are made of it."""

from handlers import (
    ask,
    audit,
    calls,
    channel,
    clusters,
    docs,
    feedback,
    grants,
    insights,
    models,
    sources,
    summarize,
    usage,
)
from handlers.verb import AnyVerb

VERBS: tuple[AnyVerb, ...] = (
    *ask.VERBS,
    *sources.VERBS,
    *feedback.VERBS,
    *summarize.VERBS,
    *calls.VERBS,
    *docs.VERBS,
    *insights.VERBS,
    *clusters.VERBS,
    *models.VERBS,
    *channel.VERBS,
    *grants.VERBS,
    *audit.VERBS,
    *usage.VERBS,
)
BY_WORDS = {verb.words: verb for verb in VERBS}
