from structlog.testing import capture_logs

from bot.observability.outage import Outage


def test_what_lasts_is_told_once_when_it_begins_and_once_when_it_is_over() -> None:
    outage = Outage("slack_closes", "slack_open_again")

    with capture_logs() as lines:
        outage.gone()
        for n in range(42):
            outage.seen(seconds=40 - n)
        outage.gone()
        outage.gone()
        outage.seen(seconds=1)

    told = [(line["event"], line["log_level"]) for line in lines if line["log_level"] != "debug"]
    assert told == [("slack_closes", "warning"), ("slack_open_again", "info"), ("slack_closes", "warning")]
    assert next(line for line in lines if line["event"] == "slack_closes")["seconds"] == 40
