"""The report as one HTML page that loads nothing and runs nothing: figures, charts, and each case with its answer. Pure."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from bot.evaluation.asking import Result
from bot.evaluation.charts import Bar, shares, spread
from bot.evaluation.comparing import Against, Judged
from bot.evaluation.matching import says
from bot.evaluation.metrics import METRICS, Unit, Verdict, right, verdict
from bot.evaluation.report import Report
from bot.evaluation.table import amount, between, headline, said, settings
from bot.services.passages import Passage
from bot.text import clean

_STYLE = """
:root { color-scheme: light dark; --text: #1d1c1d; --dim: #5c5a5c; --line: #d7d5d7; --page: #fff; --good: #1c7a4c; --bad: #b3261e; --bar: #3f6fb5; --band: #e6b45066; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e6e8; --dim: #a9a6a9; --line: #454245; --page: #1a1d21; --good: #5fcf97; --bad: #ff8a80; --bar: #7fa9e8; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } .dim { color: var(--dim); } .good { color: var(--good); } .bad { color: var(--bad); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); }
td.n { font-variant-numeric: tabular-nums; white-space: nowrap; } svg { width: 100%; max-width: 45rem; height: auto; } svg text { font-size: 13px; fill: var(--text); }
svg .small { font-size: 11px; fill: var(--dim); } svg .tick { stroke: var(--line); } svg .bar { fill: var(--bar); } svg .bar.bad { fill: var(--bad); }
svg .band { fill: var(--band); } svg .whisker { stroke: var(--text); stroke-width: 2; } details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
summary { cursor: pointer; } pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .3rem 0 .3rem 1rem; } ul { margin: .3rem 0; }
.tag { font-size: .8rem; border: 1px solid; border-radius: 1rem; padding: 0 .5rem; white-space: nowrap; }
body:has(#only:checked) details.fine { display: none; }
"""
_GUARD = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may do for this page: draw it. Even a script that got in would not run."""
_SHOWN = 600
"""Characters of a passage that are shown."""


def page(told: Report, judged: Sequence[Judged], notes: Sequence[str]) -> str:
    """Return the page."""
    title = f"Answers measured: {told.made.set}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_GUARD}">'
        f'<meta name="viewport" content="width=device-width"><title>{_text(title)}</title><style>{_STYLE}</style></head><body>'
        f"<h1>{_text(title)}</h1>{_made(told)}{''.join(f'<p>{_text(note)}</p>' for note in notes)}"
        f"<h2>Figures</h2>{_chart(judged)}{_figures(judged)}"
        f"<h2>By kind of case</h2>{_kinds(told)}"
        f"<h2>Time of a whole answer</h2>{_times(told)}"
        f"<h2>Cases</h2>{_cases(told.results)}</body></html>\n"
    )


def _text(text: str) -> str:
    return escape(clean(text))


def _made(told: Report) -> str:
    made = told.made
    return (
        f"<p>{_text(headline(made))}</p>"
        f'<p class="dim">{_text(settings(made))}<br>Version {_text(made.version)}, {_text(made.at)}.</p>'
    )


def _chart(judged: Sequence[Judged]) -> str:
    bars = [
        Bar(one.metric.title, one.figure, one.base, bad=one.fails)
        for one in judged
        if one.metric.unit is Unit.SHARE
    ]
    based = any(one.base for one in judged)
    told = " The band behind a bar is the interval of the run it's compared with." if based else ""
    return f'{shares(bars, "Figures with intervals")}<p class="dim">Lines are 95 % intervals.{told}</p>'


def _figures(judged: Sequence[Judged]) -> str:
    rows = "".join(
        f'<tr><td>{_text(one.metric.title)}</td><td class="n">{amount(one.metric, one.figure.value)}</td>'
        f'<td class="n">{between(one.metric, one.figure)}</td><td class="n">{one.figure.count}</td>'
        f"<td{_tone(one)}>{_text(said(one))}</td></tr>"
        for one in judged
    )
    heads = "<tr><th>Metric</th><th>Figure</th><th>95 % interval</th><th>Cases</th><th></th></tr>"
    return f'<div class="scroll"><table>{heads}{rows}</table></div>'


def _tone(one: Judged) -> str:
    if one.fails:
        return ' class="bad"'
    return ' class="good"' if one.against is Against.BETTER else ""


def _kinds(told: Report) -> str:
    charts = []
    for name in ("found_8", "cited", "contained"):
        title = next(metric.title for metric in METRICS if metric.name == name)
        bars = [Bar(kind, some[name]) for kind, some in told.kinds.items() if name in some]
        charts.append(f"<h3>{_text(title)}</h3>{shares(bars, title)}" if bars else "")
    return "".join(charts)


def _times(told: Report) -> str:
    timed = [one.seconds for one in told.results if one.seconds is not None]
    return spread(timed, "Answers by their time") or "<p>None was timed.</p>"


def _cases(results: Sequence[Result]) -> str:
    counts = Counter(map(verdict, results))
    told = " · ".join(f"{one}: {counts[one]}" for one in Verdict if counts[one])
    return (
        f'<p>{_text(told)}</p><p><label><input type="checkbox" id="only"> Only those that went wrong</label></p>'
        f"{''.join(map(_case, results))}"
    )


def _case(result: Result) -> str:
    case, came = result.case, verdict(result)
    fine, tone = (" fine", "good") if came.good else ("", "bad")
    earlier = "".join(f"<p>Before: {_text(question)}</p>" for question in case.history)
    answer = result.failed or result.note or result.answer or "I couldn't find an answer."
    return (
        f'<details class="case{fine}"><summary><span class="tag {tone}">{_text(came)}</span> {_text(case.question)} '
        f'<span class="dim">{_text(case.id)}, {_text(case.kind)}</span></summary>{earlier}'
        f"<pre>{_text(answer)}</pre>{_wanted(result)}"
        f"{_passages('Sources', result, result.cited)}{_passages('Found', result, list(enumerate(result.found, 1)))}</details>"
    )


def _wanted(result: Result) -> str:
    facts = "".join(
        f"<li>{_text(fact)}{'' if says(result.answer, fact) else ' <span class=bad>(not said)</span>'}</li>"
        for fact in result.case.facts
    )
    documents = ", ".join(result.case.documents) or "none"
    said_facts = f"<p>Facts:</p><ul>{facts}</ul>" if facts else ""
    return f'<p class="dim">Right documents: {_text(documents)}</p>{said_facts}'


def _passages(title: str, result: Result, passages: Sequence[tuple[int, Passage]]) -> str:
    rows = "".join(
        f"<li>[{number}] <span class={'good' if right(result, one) else 'dim'}>{_text(f'{one.bucket}/{one.document}')}</span> "
        f'<span class="dim">{one.distance:.3f}</span><pre class="dim">{_text(one.text[:_SHOWN])}</pre></li>'
        for number, one in passages
    )
    return f"<details><summary>{title} ({len(passages)})</summary><ul>{rows}</ul></details>" if rows else ""
