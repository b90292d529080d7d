"""What a call of two hours costs: how long it takes to read, in how many parts, and how much more memory the bot needs meanwhile.

A real bot beside the sandbox, whose model answers at once, so the seconds are ours. Usage: ``python -m benchmarks.summaries``
"""

import asyncio
import tempfile
import time
from pathlib import Path

from sandbox.slack.person import Person
from tests.journeys.house import BotProcess, House
from tests.journeys.screen import GENERAL, words
from tests.journeys.test_call_summaries import ADA, PORTING, call
from tests.journeys.test_long_calls import long_call, resident, settled
from tests.journeys.test_verbs import reply

TURNS = 3_000
MODELS = ("acme/pocket-1b", "mistralai/Mistral-Small-24B-Instruct", "moonshotai/Kimi-K2.6")
"""With a context of 1,536, 32,768, and 262,144 tokens."""


async def measured(house: House, bot: BotProcess) -> None:
    """Print a line for each model."""
    async with Person(house.slack, ADA) as ada:
        await ada.command(GENERAL, "/telnyx", f"summarize {call(house, 'Warm', PORTING)}")
        await reply(ada, "Covers", 60)
        for model in MODELS:
            call_id = long_call(house, TURNS, model)
            after, before, began = await ada.say(GENERAL, model), settled(bot), time.perf_counter()
            await ada.command(GENERAL, "/telnyx", f"summarize {call_id} --model {model}")
            shown = words(await reply(ada, f"Covers {TURNS:,} of {TURNS:,}", 300, after=after))
            seconds, more = time.perf_counter() - began, resident(bot, "VmHWM") - before
            parts = shown.partition("read in ")[2].partition(" parts")[0] or "1"
            print(f"{model}: {seconds:.1f} s, {parts} parts, {more:.0f} MB more")


def main() -> None:
    """Start a sandbox and a bot, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        try:
            house.ask("slack", "limits", {"on": False})
            bot = BotProcess(house, Path(folder)).start()
            try:
                asyncio.run(measured(house, bot))
            finally:
                bot.stop()
        finally:
            house.stop()


if __name__ == "__main__":
    main()
