"""`assistant.threads.*` and `agents.sessions.*`: what a thread shows while the app works, titles and prompts."""

from sandbox.slack.web_api.method import (
    Answer,
    ApiError,
    Arguments,
    Method,
    arguments,
    invalid_arguments,
    require_scope,
)
from sandbox.slack.web_api.places import readable, thread_root
from sandbox.slack.workspace import Prompts, Session, Status, Workspace
from sandbox.slack.world import BOT_USER, Channel

SESSION_STATES = ("processing", "active", "suspended", "closed")
MOST_LOADING_MESSAGES = 10
MOST_PROMPTS = 4
LONGEST_TITLE = 200
NO_STOP_EVENT = "missing_agent_session_stopped_event_subscription"


def _joined(slack: Workspace, channel_id: str) -> Channel:
    channel = readable(slack, channel_id)
    if BOT_USER not in channel.members:
        raise ApiError("channel_not_found")
    return channel


def _thread(slack: Workspace, given: Arguments) -> tuple[str, str]:
    """The conversation and an existing thread in it."""
    channel = _joined(slack, given["channel_id"])
    if not slack.messages.thread(channel.id, given["thread_ts"]):
        raise ApiError("invalid_thread_ts")
    return channel.id, given["thread_ts"]


def set_status(slack: Workspace, given: Arguments) -> Answer:
    """`assistant.threads.setStatus`: shown until the app's next message in the thread, two minutes at most."""
    if any(given.get(key) for key in ("username", "icon_emoji", "icon_url")):
        require_scope(slack, "chat:write.customize")
    key = _thread(slack, given)
    loading = given.get("loading_messages", [])
    if len(loading) > MOST_LOADING_MESSAGES:
        raise invalid_arguments(
            f"no more than {MOST_LOADING_MESSAGES} items allowed [json-pointer:/loading_messages]"
        )
    if given["status"]:
        until = slack.clock() + slack.timings.status
        slack.statuses[key] = Status(*key, given["status"], loading, until)
    else:
        slack.statuses.pop(key, None)
    slack.changes.bump()
    return {}


def set_title(slack: Workspace, given: Arguments) -> Answer:
    """`assistant.threads.setTitle`."""
    key = _thread(slack, given)
    slack.titles[key] = given["title"]
    slack.changes.bump()
    return {}


def set_suggested_prompts(slack: Workspace, given: Arguments) -> Answer:
    """`assistant.threads.setSuggestedPrompts`; with an agent view a `thread_ts` makes it do nothing, silently."""
    channel = _joined(slack, given["channel_id"])
    prompts = given["prompts"]
    if not 1 <= len(prompts) <= MOST_PROMPTS:
        raise invalid_arguments(f"no more than {MOST_PROMPTS} items allowed [json-pointer:/prompts]")
    for n, prompt in enumerate(prompts):
        if not isinstance(prompt, dict) or set(prompt) != {"title", "message"}:
            raise invalid_arguments(f"a prompt has a title and a message [json-pointer:/prompts/{n}]")
    ignored = slack.installation is not None and slack.installation.is_agent and "thread_ts" in given
    if not ignored:
        slack.prompts[channel.id] = Prompts(given.get("title", ""), prompts)
        slack.changes.bump()
    return {}


def set_session(slack: Workspace, channel: str, thread_ts: str, status: str, title: str = "") -> None:
    """Move a thread's session to a state; a title counts only when the session begins."""
    session = slack.sessions.get((channel, thread_ts))
    if session is None:
        slack.sessions[channel, thread_ts] = Session(channel, thread_ts, status, title)
    else:
        session.status = status
    slack.changes.bump()


def _require_agent(slack: Workspace) -> None:
    if slack.installation is None or not slack.installation.is_agent:
        raise ApiError("feature_not_enabled")


def _session_thread(slack: Workspace, given: Arguments) -> tuple[str, str]:
    _require_agent(slack)
    channel = _joined(slack, given["channel_id"])
    thread_ts = given.get("thread_ts", "")
    if thread_ts:
        thread_root(slack, channel, thread_ts, "invalid_thread_ts")
    elif channel.kind != "im":
        raise ApiError("invalid_thread_ts")
    return channel.id, thread_ts


def set_session_status(slack: Workspace, given: Arguments) -> Answer:
    """`agents.sessions.setStatus`; `processing` shows a stop button only if the app hears of it."""
    channel, thread_ts = _session_thread(slack, given)
    if given["status"] not in SESSION_STATES:
        raise invalid_arguments("invalid value [json-pointer:/status]")
    if len(given.get("title", "")) > LONGEST_TITLE:
        raise invalid_arguments(f"must be less than {LONGEST_TITLE + 1} characters [json-pointer:/title]")
    set_session(slack, channel, thread_ts, given["status"], given.get("title", ""))
    heard = slack.installation is not None and "agent_session_stopped" in slack.installation.events
    if given["status"] == "processing" and not heard:
        return {"warning": NO_STOP_EVENT, "response_metadata": {"warnings": [NO_STOP_EVENT]}}
    return {}


def rename_session(slack: Workspace, given: Arguments) -> Answer:
    """`agents.sessions.rename`."""
    key = _session_thread(slack, given)
    session = slack.sessions.get(key)
    if session is None:
        raise ApiError("session_not_found")
    session.title = given["title"][:LONGEST_TITLE]
    slack.changes.bump()
    return {}


_LOOKS = ("icon_emoji", "icon_url", "username")

METHODS = (
    Method(
        "assistant.threads.setStatus",
        set_status,
        arguments("channel_id!", "thread_ts!", "status!", "loading_messages:list", *_LOOKS),
        ("chat:write", "assistant:write"),
    ),
    Method(
        "assistant.threads.setTitle",
        set_title,
        arguments("channel_id!", "thread_ts!", "title!"),
        ("assistant:write",),
    ),
    Method(
        "assistant.threads.setSuggestedPrompts",
        set_suggested_prompts,
        arguments("channel_id!", "prompts!:list", "thread_ts", "title"),
        ("assistant:write",),
    ),
    Method(
        "agents.sessions.setStatus",
        set_session_status,
        arguments("channel_id!", "status!", "thread_ts", "title", "initiator_user_id", *_LOOKS),
        ("chat:write",),
    ),
    Method(
        "agents.sessions.rename",
        rename_session,
        arguments("channel_id!", "title!", "thread_ts"),
        ("chat:write",),
    ),
)
