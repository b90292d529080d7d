"""A stand-in for Telnyx's AI API that anyone can run: real retrieval, an extractive model, faults on order."""

from .chat import Pace
from .standin import TelnyxStandIn
from .upstream import Upstream

__all__ = ["Pace", "TelnyxStandIn", "Upstream"]
