"""What people can want of jobs; the card of a job has a button for most of it."""

from typing import Annotated

from pydantic import AliasChoices, Field

from bot.render.intent import Intent, Name, Paged


class Jobs(Paged, verb="jobs"):
    """What runs, and what ended lately."""


class ShowJob(Intent, verb="jobs show"):
    """The card of a job."""

    job: Annotated[Name, Field(validation_alias=AliasChoices("job", "task"))]
    """Buttons of releases before call it ``task``."""


class FailedFiles(Paged, verb="jobs files"):
    """The files of a job that failed, each with the reason and the next step."""

    job: Name
