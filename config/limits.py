"""How much I may be asked, and use up."""

from config.values import Section, setting


class LimitSettings(Section):
    """What one person may ask for, and what I may use up."""

    questions_per_minute: int = setting(
        20,
        "Questions, summaries, and changes per person and minute; looking at lists doesn't count.",
        must="must be a whole number from 1 to 10000",
        ge=1,
        le=10_000,
    )
    stop_seconds: float = setting(
        8.0,
        "Seconds that running answers get to finish when I'm told to stop.",
        must="must be a number from 0 to 600",
        ge=0,
        le=600,
    )
    database_megabytes: float | None = setting(
        None,
        "The largest each SQLite file may get, in megabytes; protects the rest of the disk.",
        must="must be a number from 1 to 10000000; leave it empty for no limit",
        unset="no limit",
        ge=1,
        le=10_000_000,
    )
