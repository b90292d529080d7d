"""Fine-tuning jobs: who sees which, how one is named, and what an attempt to cancel finds."""

from dataclasses import replace

import pytest

from bot.errors import UsageError
from bot.services.access import EVERYTHING, Audience, Right, Some
from bot.services.finetune import FineTuning, added
from bot.services.models import Models
from bot.telnyx import FineTuningJob, TelnyxInvalidError, TelnyxUnreachableError
from config.answers import DEFAULT_MODEL
from tests.unit.bot.conftest import TelnyxHouse, without
from tests.unit.handlers.verb_house import TUNABLE


@pytest.fixture
def tuning(telnyx: TelnyxHouse) -> FineTuning:
    return FineTuning(telnyx.client, Models(telnyx.client, DEFAULT_MODEL))


def seeing(*buckets: str) -> Audience:
    """A member who may see these."""
    return replace(without(Right.ADMIN), buckets=Some.of(buckets), named=Some.of(buckets), roles=frozenset())


def job(job_id: str, model: str = TUNABLE) -> FineTuningJob:
    return FineTuningJob(id=job_id, model=model, status="running")


async def started(telnyx: TelnyxHouse, bucket: str, suffix: str = "mine") -> str:
    return (await telnyx.client.fine_tuning.create(TUNABLE, bucket, suffix=suffix)).id


class TestWhoSees:
    async def test_jobs_over_other_buckets_are_not_there(
        self, tuning: FineTuning, telnyx: TelnyxHouse
    ) -> None:
        hidden = await started(telnyx, "manual")
        seen = [await started(telnyx, "handbook"), await started(telnyx, "handbook/leave.jsonl")]

        found = await tuning.all(seeing("handbook"))

        assert sorted(one.id for one in found) == sorted(seen)
        with pytest.raises(UsageError, match="There's no fine-tuning job"):
            await tuning.find(hidden, seeing("handbook"))
        with pytest.raises(UsageError, match="There's no fine-tuning job"):
            await tuning.now(hidden, seeing("handbook"))

    async def test_a_job_that_names_nothing_is_for_admins_alone(
        self, tuning: FineTuning, telnyx: TelnyxHouse
    ) -> None:
        unknown = await started(telnyx, "")

        assert unknown in [one.id for one in await tuning.all(EVERYTHING)]
        assert unknown not in [one.id for one in await tuning.all(without(Right.ADMIN))]

    async def test_the_newest_comes_first(self, tuning: FineTuning) -> None:
        times = [one.created_at for one in await tuning.all(EVERYTHING)]

        assert times == sorted(times, key=str, reverse=True)
        assert len(times) == 4


class TestNames:
    @pytest.mark.parametrize(
        ("job_id", "words"),
        [
            ("meta-llama-3.1-8b-instruct-polite-007", "polite-007"),
            ("org/Meta-Llama-3.1-8B-Instruct:polite", "polite"),
            ("ft-0123456789", "ft-0123456789"),
            ("meta-llama-3.1-8b-instruct", "meta-llama-3.1-8b-instruct"),
        ],
    )
    def test_a_job_is_known_by_what_its_name_adds(self, job_id: str, words: str) -> None:
        assert added(job(job_id)) == words

    @pytest.mark.parametrize("said", ["support-tone", "Support-Tone-001", "tone", "“support-tone-001”"])
    async def test_whole_words_of_it_are_enough(self, tuning: FineTuning, said: str) -> None:
        assert (await tuning.find(said, EVERYTHING)).id.endswith("support-tone-001")

    async def test_half_a_word_is_not(self, tuning: FineTuning) -> None:
        with pytest.raises(UsageError, match="There's no fine-tuning job “suppor”"):
            await tuning.find("suppor", EVERYTHING)

    async def test_which_of_several_is_meant_is_asked(self, tuning: FineTuning, telnyx: TelnyxHouse) -> None:
        await started(telnyx, "handbook", "support-tone")

        with pytest.raises(UsageError, match="several fine-tuning jobs"):
            await tuning.find("support-tone", EVERYTHING)


class TestCancel:
    async def test_one_that_goes_on_is_canceled(self, tuning: FineTuning, telnyx: TelnyxHouse) -> None:
        canceled = await tuning.cancel(await started(telnyx, "handbook"), EVERYTHING, again=False)

        assert canceled.status == "cancelled"

    @pytest.mark.parametrize(
        ("status", "how"), [("succeeded", "succeeded"), ("failed", "failed"), ("cancelled", "was canceled")]
    )
    async def test_one_that_has_ended_says_how(
        self, tuning: FineTuning, telnyx: TelnyxHouse, status: str, how: str
    ) -> None:
        mine = await started(telnyx, "handbook")
        telnyx.standin.fine_tuning.put_job(mine, status)

        for attempt in (tuning.cancel(mine, EVERYTHING, again=False), tuning.running(mine, EVERYTHING)):
            with pytest.raises(UsageError, match=f"already {how}, so there's nothing to cancel"):
                await attempt

    async def test_a_second_attempt_that_finds_it_canceled_is_done(
        self, tuning: FineTuning, telnyx: TelnyxHouse
    ) -> None:
        mine = await started(telnyx, "handbook")
        await telnyx.fault(operation="fine_tuning.cancel", kind="cut", count=1)
        with pytest.raises(TelnyxUnreachableError):
            await tuning.cancel(mine, EVERYTHING, again=False)

        assert (await tuning.cancel(mine, EVERYTHING, again=True)).status == "cancelled"

    async def test_a_second_attempt_that_comes_too_late_says_so(
        self, tuning: FineTuning, telnyx: TelnyxHouse
    ) -> None:
        mine = await started(telnyx, "handbook")
        telnyx.standin.fine_tuning.put_job(mine, "succeeded")

        with pytest.raises(UsageError, match="already succeeded"):
            await tuning.cancel(mine, EVERYTHING, again=True)

    async def test_a_no_for_another_reason_stays_what_it_is(
        self, tuning: FineTuning, telnyx: TelnyxHouse
    ) -> None:
        mine = await started(telnyx, "handbook")
        await telnyx.fault(operation="fine_tuning.cancel", kind="status", status=400)

        with pytest.raises(TelnyxInvalidError):
            await tuning.cancel(mine, EVERYTHING, again=True)


async def test_where_nothing_can_be_fine_tuned_that_is_said(
    tuning: FineTuning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.telnyx.models.CATALOG", ())

    with pytest.raises(UsageError, match="no models that can be fine-tuned"):
        await tuning.bases(EVERYTHING)
