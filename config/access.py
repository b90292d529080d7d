"""Who may see what, as the settings say it; grants add to it (docs/access.md)."""

from typing import Annotated, Literal

from pydantic import field_validator
from pydantic_settings import NoDecode

from config.values import Section, Words, checked_ids, setting


class AccessSettings(Section):
    """Who may see what."""

    default: Literal["all", "none"] = setting(
        "all",
        "Who may see your buckets: all (except guests and people from other organizations) or none.",
        must="must be all or none",
    )
    calls: Literal["admins", "all"] = setting(
        "admins", "Who may see calls: admins or all.", must="must be admins or all"
    )
    readers_max: int = setting(
        1_000,
        "The most people of a channel that I look through for guests. A larger channel counts as one that guests read, "
        "unless something was granted to it.",
        must="must be a whole number from 1 to 100000",
        ge=1,
        le=100_000,
    )
    admins: Annotated[Words, NoDecode] = setting(
        (),
        "Who counts as an admin beside Slack's own: IDs of people and of user groups, comma separated.",
        must="must be IDs such as U012AB3CD or S012AB3CD, comma separated",
        where="Slack → the person's profile → ⋮ → Copy member ID.",
        unset="workspace admins and owners only",
    )
    operators: Annotated[Words, NoDecode] = setting(
        (),
        "Who may act on calls: IDs of people and of user groups, comma separated. Admins may anyway.",
        must="must be IDs such as U012AB3CD or S012AB3CD, comma separated",
        where="Slack → the person's profile → ⋮ → Copy member ID.",
        unset="admins only",
    )

    _ids = field_validator("admins", "operators")(checked_ids)
