from bot.observability.health import Health


def test_not_ready_until_every_expected_part_has_reported() -> None:
    health = Health(["engine", "slack"])
    health.set("engine", ok=True)

    assert health.ready() == {
        "ok": False,
        "checks": {
            "engine": {"ok": True, "detail": ""},
            "slack": {"ok": False, "detail": "has not reported yet"},
        },
    }


def test_ready_follows_the_last_report() -> None:
    health = Health(["slack"])
    health.set("slack", ok=True)

    assert health.ready()["ok"] is True
    health.set("slack", ok=False, detail="disconnected")
    assert health.ready()["ok"] is False


def test_live_tells_how_long_whatever_is_not_ready() -> None:
    times = iter([10.0, 12.5])
    health = Health(["slack"], clock=lambda: next(times))

    assert health.live() == {"ok": True, "seconds": 2.5}


def test_a_part_that_is_watched_is_asked_at_every_look() -> None:
    ages = iter([1, 2])
    health = Health(["slack"])
    health.watch("slack", lambda: (True, f"{next(ages)} s ago"))

    details = [health.ready()["checks"]["slack"]["detail"] for _ in range(2)]

    assert details == ["1 s ago", "2 s ago"]
