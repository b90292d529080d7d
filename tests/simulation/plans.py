"""What five hundred jobs do in a day at Telnyx, drawn by a seed: when each begins, who started it, and its states."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from sandbox.telnyx import TelnyxStandIn
from sandbox.telnyx.bucket import Bucket
from sandbox.telnyx.clusters import ClusterBody
from sandbox.telnyx.document import Document
from sandbox.telnyx.fine_tuning import Job as TuningJob
from sandbox.telnyx.insight_templates import Group, Insight
from sandbox.telnyx.models import DEFAULT_MODEL
from sandbox.telnyx.stages import Lifecycle

EMBEDDING, CLUSTERS, FINE_TUNING, INSIGHTS, CALL = "embedding", "clusters", "fine-tuning", "insights", "call"
WORDS = {
    EMBEDDING: ("queued", "processing", ("success", "partial_success", "failure")),
    CLUSTERS: ("pending", "starting", "running", ("completed", "failed")),
    FINE_TUNING: ("queued", "running", ("succeeded", "failed", "cancelled")),
    INSIGHTS: ("pending", "in_progress", ("completed", "failed")),
}
"""The states of each kind, the last of which is drawn; calls have no course."""
FINAL = frozenset({"success", "partial_success", "failure", "completed", "failed", "succeeded", "cancelled"})
FILES = 6
"""Of a bucket whose files are counted."""


@dataclass(frozen=True)
class Plan:
    """One job.

    Attributes:
        kind: of which kind it is.
        at: when it begins, in seconds of the day.
        steps: its states, and how many seconds after its beginning each begins.
        bucket: what it works on; each has a bucket of its own but for those that share a card.
        starter: the user who starts it from Slack; "" for one that comes from elsewhere.
        gone: so many seconds after its beginning Telnyx forgets it.
        counted: its files are embedded one after the other.
        length: of a call, in seconds.
    """

    kind: str
    at: float
    steps: tuple[tuple[str, float], ...]
    bucket: str
    starter: str = ""
    gone: float | None = None
    counted: bool = False
    length: float = 0.0

    @property
    def ends(self) -> float:
        """When the last thing happens to it."""
        return self.at + (self.gone or (self.steps[-1][1] if self.steps else self.length))


def drawn(
    random: Random, people: Sequence[str], *, hours: float, singles: dict[str, int], bursts: int
) -> list[Plan]:
    """Draw a day.

    Args:
        random: the same for the same seed.
        people: each starts one of them alone, and some add files.
        hours: within which all begin.
        singles: so many jobs of each kind alone; of each call there are insights, too.
        bursts: so many times eight files are added to one bucket at once.
    """
    plans = []
    for kind, count in singles.items():
        for number in range(count):
            plans.append(_single(random, kind, number, random.uniform(60, hours * 3_600)))
            if kind == CALL:
                call = plans[-1]
                plans.append(replace(_single(random, INSIGHTS, number, call.ends + 5), bucket=call.bucket))
    startable = [i for i, plan in enumerate(plans) if plan.kind in (EMBEDDING, CLUSTERS, FINE_TUNING)]
    for place, owner in zip(random.sample(startable, len(people)), people, strict=True):
        plans[place] = replace(plans[place], starter=owner)
    for number in range(bursts):
        at, starter = random.uniform(60, hours * 3_600), random.choice([*people, ""])
        for _ in range(8):
            one = _single(random, EMBEDDING, number, at + random.uniform(0, 25))
            plans.append(replace(one, bucket=f"burst-{number:02}", starter=starter, gone=None, counted=False))
    return sorted(plans, key=lambda plan: plan.at)


def _single(random: Random, kind: str, number: int, at: float) -> Plan:
    bucket = f"{kind}-{number:03}"
    if kind == CALL:
        return Plan(kind, at, (), bucket, length=random.uniform(120, 1_200))
    *going, ends = WORDS[kind]
    steps, passed = [(str(going[0]), 0.0)], 0.0
    for state in going[1:]:
        passed += random.uniform(90, 300)
        steps.append((str(state), passed))
    # Insights take a minute, some jobs most of an hour.
    passed += random.uniform(60, 120) if kind == INSIGHTS else random.choice([90.0, 300.0, 900.0, 3_000.0])
    steps.append((random.choices(ends, [6, *[2] * (len(ends) - 1)])[0], passed))
    luck = random.random()
    if kind == EMBEDDING and luck < 0.05:  # it comes back, and ends well
        steps += [("processing", passed + 700), ("success", passed + 1_500)]
    gone = passed - 40 if kind in (EMBEDDING, FINE_TUNING) and 0.05 <= luck < 0.08 else None
    return Plan(kind, at, tuple(steps), bucket, gone=gone, counted=kind == EMBEDDING and luck > 0.9)


class Account:
    """The account at Telnyx in which it all happens."""

    def __init__(self, standin: TelnyxStandIn, epoch: float) -> None:
        self.standin = standin
        self._epoch = epoch
        self.ids: dict[Plan, str] = {}
        """The id of each job that began."""
        self._group = Group("Nightly", self._time(0), group_id="11111111-1111-4111-8111-111111111111")
        insight = Insight(
            "Mood", "How was the mood?", self._time(0), insight_id="22222222-2222-4222-8222-222222222222"
        )
        standin.templates.add(insight)
        standin.templates.add_group(self._group)
        self._insight = insight

    def begin(self, plan: Plan) -> str:
        """A job begins now; its id."""
        number = len(self.ids)
        begin: Callable[[Plan, int], str] = getattr(self, f"_{plan.kind.replace('-', '_')}")
        self.ids[plan] = begin(plan, number)
        return self.ids[plan]

    def forget(self, plan: Plan) -> None:
        """Telnyx knows nothing of a job any longer."""
        if plan.kind == EMBEDDING:
            del self.standin.library.tasks[self.ids[plan]]
        else:
            del self.standin.fine_tuning.jobs[self.ids[plan]]

    def says(self, plan: Plan) -> None:
        """Someone says something in a call."""
        record = self.standin.conversations.records[self.ids[plan]]
        record["conversation"]["last_message_at"] = self.standin.clock.now().isoformat()

    def _course(self, plan: Plan) -> Lifecycle:
        return Lifecycle(self.standin.clock.now(), plan.steps, FINAL)

    def _time(self, seconds: float) -> datetime:
        return datetime.fromtimestamp(self._epoch + seconds, UTC)

    def _embedding(self, plan: Plan, _number: int) -> str:
        library, course = self.standin.library, self._course(plan)
        bucket = library.buckets.setdefault(plan.bucket, Bucket(plan.bucket))
        if plan.counted:
            bucket.documents |= {file.name: file for file in self._files(plan, course)}
        task = library.seed_task(plan.bucket, course)
        if not plan.counted:
            task.name = f"embed {plan.bucket}/added.md"  # of one file nothing is counted
        return task.task_id

    def _files(self, plan: Plan, course: Lifecycle) -> Iterator[Document]:
        _, begins, ends = (after for _, after in plan.steps[:3])
        for number in range(FILES):
            done = begins + (ends - begins) * (number + 0.5) / FILES
            own = Lifecycle(course.began, (("queued", 0.0), ("processing", begins), ("success", done)), FINAL)
            yield Document(f"{number}.md", "", f"{number:032x}", course.began, own)

    def _clusters(self, plan: Plan, number: int) -> str:
        self.standin.library.buckets.setdefault(plan.bucket, Bucket(plan.bucket))
        task = self.standin.clusters.start(
            ClusterBody(bucket=plan.bucket), f"{number:08}-0000-4000-8000-000000000000"
        )
        task.course = self._course(plan)
        return task.task_id

    def _fine_tuning(self, plan: Plan, number: int) -> str:
        job_id = f"tuned-{number:04}"
        job = TuningJob(job_id, DEFAULT_MODEL, plan.bucket, 3, 48_000, self._course(plan))
        self.standin.fine_tuning.jobs[job_id] = job
        return job_id

    def _call(self, plan: Plan, number: int) -> str:
        began = self.standin.clock.now()
        conversation = {
            "id": f"{number:08}-0000-4000-8000-00000000ca11",
            "created_at": began.isoformat(),
            "last_message_at": began.isoformat(),
            "metadata": {"telnyx_conversation_channel": "phone_call"},
            "name": plan.bucket,
        }
        said: list[dict[str, Any]] = [
            {"role": "user", "text": "Hello?", "created_at": began.isoformat(), "sent_at": began.isoformat()}
        ]
        self.standin.conversations.add({"conversation": conversation, "messages": said, "insights": []})
        return str(conversation["id"])

    def _insights(self, plan: Plan, _number: int) -> str:
        (call,) = (made for one, made in self.ids.items() if one.kind == CALL and one.bucket == plan.bucket)
        results = self.standin.results
        run = results.start(call, [], self._group, [self._insight])
        results.runs[-1] = replace(run, course=self._course(plan))
        return run.run_id
