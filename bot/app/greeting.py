"""What someone finds who opens the Home tab, or the conversation: joined of what others use too."""

from collections.abc import Callable

from bot.app.stores import Stores
from bot.runtime import Services
from bot.services.access import Rights
from bot.services.buckets import Buckets
from bot.services.home import HomeTab, Rooms
from bot.services.prompts import Prompts
from bot.telnyx import Telnyx
from config.settings import Settings


def greeting(
    settings: Settings,
    telnyx: Telnyx,
    stores: Stores,
    rights: Rights,
    *,
    services: Services,
    directory: Callable[[str], Rooms],
) -> tuple[HomeTab, Prompts]:
    """Return what looks up what someone finds who opens the Home tab, or the conversation."""
    buckets = Buckets(telnyx, settings.answers.buckets)
    home = HomeTab(
        stores.recent,
        rights,
        buckets,
        board=services.jobs,
        actions=services.actions,
        grants=services.grants,
        directory=directory,
    )
    return home, Prompts(telnyx, buckets, services.calls, rights)
