"""What writes the answer of each kind of turn."""

from collections.abc import Mapping

from bot.app.stores import Stores
from bot.runtime import Services
from bot.services.access import Rights
from bot.services.ask import Ask
from bot.services.condensing import Condenser
from bot.services.remembering import Remembering
from bot.services.summarize import Summaries
from bot.services.summarize_file import FileSummaries
from bot.services.summarize_thread import ThreadSummaries
from bot.services.transcribe import Transcriptions
from bot.slack.workspace import Workspaces
from bot.telnyx import Telnyx
from bot.workflows.answer import AnswerProducer
from bot.workflows.asked import Producer
from bot.workflows.material import Material
from bot.workflows.summarize import SummaryProducer
from bot.workflows.summarize_file import FileSummaryProducer
from bot.workflows.summarize_thread import ThreadSummaryProducer
from bot.workflows.summarize_transcript import TranscriptSummaryProducer
from bot.workflows.transcribe import TranscriptionProducer
from config.settings import Settings
from handlers.ask import read_options


def producers(
    telnyx: Telnyx,
    settings: Settings,
    workspaces: Workspaces,
    stores: Stores,
    rights: Rights,
    *,
    ask: Ask,
    services: Services,
) -> Mapping[str, Producer]:
    """Return them by the kind of turn."""
    condenser = Condenser(telnyx, services.models, settings.answers.temperature)
    calls, remembering = Summaries(services.calls, condenser), Remembering(stores.noted)
    return {
        "ask": AnswerProducer(
            ask, Material(stores.turns, workspaces, rights, read_options, services.models), rights
        ),
        "summary": SummaryProducer(calls, remembering, services.actions),
        "file_summary": FileSummaryProducer(FileSummaries(telnyx)),
        "thread_summary": ThreadSummaryProducer(ThreadSummaries(condenser), workspaces, remembering),
        "transcript_summary": TranscriptSummaryProducer(stores.turns, condenser),
        "transcription": TranscriptionProducer(Transcriptions(telnyx), workspaces),
    }
