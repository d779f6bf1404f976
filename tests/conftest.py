"""What holds for every test: none depends on a clock, on chance, or on a folder to write in."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

import tracer

# Made-up cases are the same in every run, however busy the machine; nothing is kept of them.
settings.register_profile(
    "anywhere",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("anywhere")

#: Lessons that differ most from each other. What is tested with every lesson is tested with these
#: in the quick tests; with all of them where all tests run.
QUICK = {
    *("attention", "convolution", "exam-scores", "perceptron-bias", "ray", "two-class"),
    *("two-class-rows", "xor"),
}


#: Files that take longest: begun first, so that no worker is left with one at the end.
FIRST = ("test_explore_office", "test_recalculation", "test_adding_up", "test_languages")


def pytest_configure() -> None:
    """Take signals as a program in the foreground does; one in the background ignores some.

    What the tests start takes that on.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what tests other lessons than those; put first what takes longest."""
    order = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(FIRST)))
    others = {*tracer.template_names()} - QUICK
    for item in items:
        call = getattr(item, "callspec", None)
        if call is not None and any(
            isinstance(v, str) and v in others for v in call.params.values()
        ):
            item.add_marker("slow")
