"""Draw the trips of docs/architecture.md: which module hands on to which, held against the import graph.

Run it with ``python -m scripts.trips`` (or ``make docs``). An arrow is whole where the module imports the other one, perhaps by way of
others, and dotted where ``bot/app`` gives it to it. An arrow that is neither is refused.
"""

from pathlib import Path

import grimp

PAGE = Path(__file__).resolve().parents[1] / "docs" / "architecture.md"
Arrow = tuple[str, str, str]
"""From, to, and what is handed on."""
TRIPS: dict[str, tuple[Arrow, ...]] = {
    "a question": (
        ("bot.inbound.socket_mode", "handlers.mentions", "event"),
        ("bot.inbound.http", "handlers.mentions", "event"),
        ("handlers.mentions", "bot.workflows.question", "message"),
        ("handlers.mentions", "bot.workflows.turn", "Asked, durable"),
        ("bot.workflows.turn", "bot.workflows.producing", "1. write"),
        ("bot.workflows.producing", "bot.services.access", "who may see what"),
        ("bot.workflows.producing", "bot.workflows.answer", "Asked, Audience"),
        ("bot.workflows.answer", "bot.services.ask", "Query"),
        ("bot.services.ask", "bot.services.retrieval", "what is near"),
        ("bot.services.retrieval", "bot.telnyx", "search"),
        ("bot.services.ask", "bot.telnyx", "model"),
        ("bot.workflows.turn", "bot.workflows.attempt", "one run"),
        ("bot.workflows.answer", "bot.slack.writing", "text that grows"),
        ("bot.workflows.turn", "bot.store.turns", "running, written, done"),
        ("bot.workflows.turn", "bot.workflows.replies", "2. finish"),
        ("bot.workflows.replies", "bot.slack.writing", "sources, buttons"),
    ),
    "a verb": (
        ("bot.inbound.socket_mode", "handlers.inbound", "line, press, form"),
        ("bot.inbound.http", "handlers.inbound", "line, press, form"),
        ("handlers.inbound", "handlers.dispatch", "Verb, Intent"),
        ("handlers.dispatch", "bot.workflows.deed", "CHANGE: Wish, durable"),
        ("handlers.dispatch", "bot.workflows.turn", "TURN: Asked, durable"),
        ("handlers.dispatch", "handlers.perform", "LOOK"),
        ("bot.workflows.deed", "handlers.perform", "Wish"),
        ("bot.workflows.deed", "bot.store.deeds", "what came of it"),
        ("handlers.perform", "handlers.docs", "Request"),
        ("handlers.docs", "bot.services.documents", "Audience"),
        ("bot.services.documents", "bot.telnyx", "request"),
        ("handlers.docs", "bot.render.docs", "result"),
        ("handlers.dispatch", "bot.slack.ways", "outcome"),
        ("bot.workflows.deed", "bot.slack.ways", "outcome"),
    ),
    "a job": (
        ("bot.jobs.scheduler", "bot.jobs.watcher", "tick"),
        ("bot.jobs.watcher", "bot.services.jobs", "look"),
        ("bot.services.jobs", "bot.telnyx", "request"),
        ("bot.services.jobs", "bot.store.jobs", "what was known"),
        ("bot.jobs.watcher", "bot.workflows.notify", "change, durable"),
        ("bot.workflows.notify", "bot.workflows.news", "change"),
        ("bot.workflows.news", "bot.workflows.job_cards", "card"),
        ("bot.workflows.job_cards", "bot.render.job_cards", "jobs"),
        ("bot.workflows.news", "bot.slack.writing", "line"),
    ),
}


def drawing(trip: str, graph: grimp.ImportGraph) -> str:
    """Return a trip as a mermaid drawing."""
    lines = [f"  {_path(a)} {_line(a, b, graph)}|{what}| {_path(b)}" for a, b, what in TRIPS[trip]]
    return "\n".join(["```mermaid", "flowchart LR", *lines, "```"])


def page(text: str) -> str:
    """Return the page with its drawings as they should be.

    Raises:
        ValueError: an arrow that the code doesn't have.
    """
    graph = grimp.build_graph("bot", "handlers", cache_dir=None)
    for trip in TRIPS:
        begin, end = f"<!-- drawn by make docs: {trip} -->\n", "\n<!-- end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{drawing(trip, graph)}{end}{after}"
    return text


def _line(a: str, b: str, graph: grimp.ImportGraph) -> str:
    if graph.chain_exists(a, b, as_packages=True):
        return "-->"
    joined = all(graph.chain_exists("bot.app.process", one, as_packages=True) for one in (a, b))
    if not joined:
        raise ValueError(f"{a} is never given {b}")
    return "-.->"


def _path(module: str) -> str:
    return module.replace(".", "/")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
