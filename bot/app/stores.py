"""What outlives a restart, a repository for each noun."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from bot.services.jobs.kinds import KINDS
from bot.store.action_items import Items
from bot.store.channels import Channels
from bot.store.deeds import Deeds
from bot.store.feedback import Opinions
from bot.store.grants import Grants
from bot.store.interruptions import Interruptions
from bot.store.job_marks import Marks
from bot.store.job_retention import OldJobs
from bot.store.jobs import Jobs
from bot.store.messages import Messages
from bot.store.noted import Noted
from bot.store.polls import Polls
from bot.store.presence import Presence
from bot.store.recent import Recent
from bot.store.refused_blocks import RefusedBlocks
from bot.store.response_urls import ResponseUrls, keys
from bot.store.storage import Storage
from bot.store.subscriptions import Subscriptions
from bot.store.turns import Turns
from bot.store.usage import Usages
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Stores:
    """What outlives a restart, a repository for each noun."""

    turns: Turns
    deeds: Deeds
    interruptions: Interruptions
    urls: ResponseUrls
    jobs: Jobs
    polls: Polls
    marks: Marks
    old_jobs: OldJobs
    messages: Messages
    presence: Presence
    recent: Recent
    refused_blocks: RefusedBlocks
    subscriptions: Subscriptions
    channels: Channels
    grants: Grants
    items: Items
    noted: Noted
    opinions: Opinions
    usages: Usages

    @classmethod
    def of(cls, kept: Storage, settings: Settings, *, surely: Callable[[], float]) -> Self:
        """Return the repositories of the bot's database; ``surely`` is a time that has come."""
        given = settings.encryption_keys.get_secret_value() if settings.encryption_keys else None
        database = kept.database
        by_age = {kind.name: kind.kept_seconds for kind in KINDS.values() if kind.kept_seconds is not None}
        return cls(
            turns=Turns(database, settings.answers.retention_days * 86_400, surely=surely),
            deeds=Deeds(database, surely=surely),
            interruptions=Interruptions(database),
            urls=ResponseUrls(database, keys(given, settings.data_dir)),
            jobs=Jobs(database),
            polls=Polls(database),
            marks=Marks(database, surely=surely),
            old_jobs=OldJobs(database, by_age, surely=surely),
            messages=Messages(database, surely=surely),
            presence=Presence(database),
            recent=Recent(database),
            refused_blocks=RefusedBlocks(database),
            subscriptions=Subscriptions(database, surely=surely),
            channels=Channels(database),
            grants=Grants(database),
            items=Items(database, settings.answers.retention_days * 86_400, surely=surely),
            noted=Noted(database),
            opinions=Opinions(database),
            usages=Usages(database),
        )

    @property
    def housekeeping(self) -> tuple[Callable[[], Awaitable[int]], ...]:
        """Return what deletes what no one needs anymore."""
        return (
            self.urls.drop_expired,
            self.interruptions.drop_old,
            self.turns.drop_old,
            self.items.drop_old,
            self.marks.drop_old,
            self.subscriptions.drop_old,
            self.old_jobs.drop_old,
            self.deeds.drop_words,
            self.deeds.expire_questions,
        )
