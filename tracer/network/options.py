"""What `tracer new` was asked for, as typed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NewOptions:
    """The options of `tracer new` as typed; `None` and empty ones were not."""

    data: str
    target: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    task: str | None = None
    layers: str | None = None
    activation: str | None = None
    output_activation: str | None = None
    loss: str | None = None
    optimizer: str = "gradient_descent"
    rate: str | None = None
    schedule: str | None = None
    l1: str | None = None
    l2: str | None = None
    clip: str | None = None
    dropout: str | None = None
    batch_norm: bool = False
    init: str | None = None
    scale: str | None = None
    scale_target: str | None = None
    batch: str | None = None
    in_order: bool = False
    iterations: str | None = None
    epochs: str | None = None
    test: str | None = None
    drop_missing: bool = False
    separator: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    header: str | None = None
    samples: str | None = None
    noise: str | None = None
    seed: str = "1"
    names: str = "words"
    title: str | None = None
    lang: str | None = None
