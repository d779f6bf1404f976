"""What holds for every test: none depends on a clock, on chance, or on a folder to write in."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Made-up cases are the same in every run, however busy the machine; nothing is kept of them.
settings.register_profile(
    "anywhere",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("anywhere")
