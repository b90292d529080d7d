from bot.services.jobs.fine_tuning import FINE_TUNING
from bot.store.jobs import UNREAD
from sandbox.telnyx.fine_tuning import FINAL_JOB_STATUSES, JOB_STATUSES, Job
from sandbox.telnyx.stages import Lifecycle
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.services.jobs.looks import put, seen, states

MODEL = "meta-llama/Meta-Llama-3.1-8B-Instruct"


def begun(house: TelnyxHouse, suffix: str, status: str = "running", file: str = "handbook") -> str:
    name = f"meta-llama-3.1-8b-instruct-{suffix}"
    course = Lifecycle(house.standin.clock.now(), ((status, 0.0),), FINAL_JOB_STATUSES)
    house.standin.fine_tuning.jobs[name] = Job(name, MODEL, file, 3, 48_000, course)
    return name


async def test_each_state_is_read(house: TelnyxHouse) -> None:
    names = {
        status: begun(house, f"polite-{status}", status, "manual/calls.jsonl") for status in JOB_STATUSES
    }

    found = await seen(FINE_TUNING, house)

    assert states(found) == {name: status for status, name in names.items()}
    assert {one.status for one in found.values() if one.finished} == FINAL_JOB_STATUSES
    assert {one.status for one in found.values() if one.detail["failed"]} == {"failed"}
    succeeded = found[names["succeeded"]]
    assert (succeeded.title, succeeded.bucket) == ("polite-succeeded", "manual")
    assert succeeded.detail["trained_tokens"] == 144_000
    assert succeeded.began == succeeded.ended == int(house.standin.clock.now().timestamp())


async def test_one_that_left_the_list_is_asked_for_and_may_have_vanished(house: TelnyxHouse) -> None:
    gone, stays = begun(house, "gone"), begun(house, "stays")
    before = await seen(FINE_TUNING, house)
    await put(house, job_id=gone, gone=True)

    assert states(await seen(FINE_TUNING, house, before.values())) == {gone: "vanished", stays: "running"}
    assert await house.calls("fine_tuning.job") == 1


async def test_odd_rows_hide_no_other(house: TelnyxHouse) -> None:
    good, odd, new = begun(house, "good"), begun(house, "odd"), begun(house, "new")
    await put(house, job_id=odd, without=["status", "training_file", "created_at"])
    await put(house, job_id=new, status="validating", odd=True)
    await house.fault(operation="fine_tuning.jobs", kind="broken_rows")

    found = await seen(FINE_TUNING, house)

    assert states(found) == {good: "running", odd: UNREAD, new: "validating", f"broken-{good}": UNREAD}
    assert found[odd].bucket is None
