"""How long a generated example takes says something about this machine only."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "without a clock", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("without a clock")
