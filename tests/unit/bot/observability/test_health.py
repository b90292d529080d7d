from bot.observability.health import Health


async def test_not_ready_until_every_expected_part_has_reported() -> None:
    health = Health(["engine", "slack"])
    health.set("engine", ok=True)

    assert await health.ready() == {
        "ok": False,
        "needed": ["engine", "slack"],
        "checks": {
            "engine": {"ok": True, "detail": ""},
            "slack": {"ok": False, "detail": "hasn't reported yet"},
        },
    }


async def test_ready_follows_the_last_report() -> None:
    health = Health(["slack"])
    health.set("slack", ok=True)

    assert (await health.ready())["ok"] is True
    health.set("slack", ok=False, detail="disconnected")
    assert (await health.ready())["ok"] is False


def test_live_tells_how_long_whatever_is_not_ready() -> None:
    times = iter([10.0, 12.5])
    health = Health(["slack"], clock=lambda: next(times))

    assert health.live() == {"ok": True, "seconds": 2.5}


async def test_a_part_that_is_watched_is_asked_at_every_look() -> None:
    ages = iter([1, 2])
    health = Health(["slack"])
    health.watch("slack", lambda: (True, f"{next(ages)} s ago"))

    details = [(await health.ready())["checks"]["slack"]["detail"] for _ in range(2)]

    assert details == ["1 s ago", "2 s ago"]


async def test_what_is_not_needed_to_accept_work_is_shown_and_changes_nothing() -> None:
    health = Health(["engine"])
    health.set("engine", ok=True)
    health.set("telnyx", ok=False, detail="no answer")

    state = await health.ready()

    assert state["ok"] is True
    assert state["checks"]["telnyx"] == {"ok": False, "detail": "no answer"}


async def test_a_part_may_take_its_time_to_look() -> None:
    async def look() -> tuple[bool, str]:
        return False, "full"

    health = Health(["database"])
    health.watch("database", look)

    assert (await health.ready())["checks"]["database"] == {"ok": False, "detail": "full"}
    assert not health.good("another")
