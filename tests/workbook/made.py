"""A workbook made for tests, with what it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracer.run.trace import ProgramTrace, trace_template
from tracer.template.reading import listed
from tracer.template.template import Template
from tracer.workbook.book import BookOptions, plan_book, write_book
from tracer.workbook.plan.plan import Book

#: As many iterations as a test needs: enough rows that LibreOffice computes columns in
#: parallel (it does from 100 on); fewer where each iteration is large.
MOST_ITERATIONS = 130
SHORTER = {
    "diary-mnist": 4,
    "ray-moons": 20,
    "ray-blobs": 10,
    "ray-rows": 12,
    "ray-100": 3,
    "activations": 20,
    "diary-deep": 6,
    "exam-bias": 20,
    "xor-linear": 40,
    **dict.fromkeys(("ray", "ray-step7", "ray-r"), 3),
    # Of the lessons without an article, what is long is the same as in those above.
    **dict.fromkeys(("layer-norm", "residual", "word2vec", "autoencoder", "lora"), 6),
    **dict.fromkeys(("clip", "graph-convolution", "mixture-of-experts", "svm", "vae"), 6),
    **dict.fromkeys(("gan", "mamba", "reinforce", "rbm", "q-learning", "learning-rates"), 6),
    **dict.fromkeys(("multi-head-attention", "transformer-block", "gpt", "seq2seq"), 3),
    **dict.fromkeys(("gru", "diffusion"), 3),
}

#: One lesson of each kind of workbook: what is alike in all of a kind is tested with these.
KINDS = sorted(
    {
        *("attention", "batches", "convolution", "diary-mnist", "diary-n-layer", "exam-scores"),
        *("iris", "lstm", "optimizers", "perceptron-bias", "ray", "ray-100", "ray-blobs"),
        *("ray-columns", "ray-moons", "rnn", "sigmoid-slope", "two-class", "two-class-rows", "xor"),
    }
)
#: Those, and every lesson with an article, whose own figures and mistakes its sheets have.
TOLD = sorted({*KINDS, *(one.name for one in listed() if one.reading.article)})


@dataclass(frozen=True)
class Made:
    template: Template
    trace: ProgramTrace
    book: Book
    path: Path

    @property
    def live(self) -> bool:
        """Whether every iteration is computed in the workbook."""
        training = next(sheet for sheet in self.book.sheets if sheet.title == "Training")
        assert training.table is not None
        return any(column.formula for column in training.table.columns.values())


def make(
    template: Template,
    path: Path,
    iterations: int | None = None,
    sheets: Sequence[int] | None = None,
) -> Made:
    """Trace a template and write its workbook."""
    most = SHORTER.get(template.name, MOST_ITERATIONS)
    count = iterations or min(template.iterations, most)
    trace = trace_template(template, count)
    book = plan_book(trace, BookOptions(sheets=sheets))
    write_book(book, path, force=True)
    return Made(template, trace, book, path)
