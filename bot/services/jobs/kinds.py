"""Every kind of job that is watched, in the order in which they are looked at. A new one is a module and a line here."""

from collections.abc import Mapping

from bot.services.jobs.calls import CALLS
from bot.services.jobs.clusters import CLUSTERS
from bot.services.jobs.embeddings import EMBEDDINGS
from bot.services.jobs.fine_tuning import FINE_TUNING
from bot.services.jobs.insights import INSIGHTS
from bot.services.jobs.kind import JobKind

KINDS: Mapping[str, JobKind] = {
    kind.name: kind for kind in (EMBEDDINGS, CLUSTERS, FINE_TUNING, CALLS, INSIGHTS)
}
"""By their names in the database."""
