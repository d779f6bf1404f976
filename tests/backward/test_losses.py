"""Several losses: each moves its own parameters, as two optimizers of PyTorch do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracer
from tracer.errors import TemplateError
from tracer.run.trace import trace_template
from tracer.template.read import read_template, template_of
from tracer.template.template import Template
from tracer.template.write import template_text
from tracer.verify.findings import check_gradients

Z = [[0.3], [-1.2], [0.8], [0.1]]
X = [[3.1], [2.7], [4.0], [1.9]]
PARAMETERS: dict[str, Any] = {"gw": [[1.0]], "gb": 0.0, "dw": [[0.5]], "db": 0.1}
LOSSES = {"loss_d": ["dw", "db"], "loss_g": ["gw", "gb"]}
OPTIMIZERS = [
    {"name": "adam", "rate": 0.1, "of": ["dw", "db"]},
    {"name": "momentum", "rate": 0.2, "of": ["gw", "gb"]},
]
GENERATE = "F = Z @ gw + gb"
JUDGE = [
    "pr = sigmoid(X @ dw + db)",
    "pf = sigmoid(F @ dw + db)",
    "loss_d = -mean(log(pr)) - mean(log(1 - pf))",
]
AGAIN = ["pg = sigmoid(F @ dw + db)", "loss_g = -mean(log(pg))"]


def gan(together: bool = False, **changes: Any) -> Template:
    judged = [[*JUDGE, *AGAIN]] if together else [JUDGE, AGAIN]
    raw = {
        "title": "Two players",
        "backward": "derived",
        "given": {"Z": Z, "X": X},
        "parameters": PARAMETERS,
        "loss": LOSSES,
        "optimizer": OPTIMIZERS,
        "steps": [{"equations": [GENERATE]}, *({"equations": each} for each in judged)],
        **changes,
    }
    return template_of(raw, Path("gan.toml"))


@pytest.mark.parametrize("together", [False, True])
def test_the_players_move_as_pytorchs_do(together: bool) -> None:
    torch = pytest.importorskip("torch")
    of = {n: torch.tensor(v, dtype=torch.float64) for n, v in PARAMETERS.items()}
    for parameter in of.values():
        parameter.requires_grad_()
    z, x = (torch.tensor(data, dtype=torch.float64) for data in (Z, X))
    judge = torch.optim.Adam([of["dw"], of["db"]], lr=0.1)
    generator = torch.optim.SGD([of["gw"], of["gb"]], lr=0.2, momentum=0.9)

    def judged(data: Any) -> Any:
        return torch.sigmoid(data @ of["dw"] + of["db"])

    def made() -> Any:
        return z @ of["gw"] + of["gb"]

    iterations = 6
    for _ in range(iterations):
        loss_d = -judged(x).log().mean() - (1 - judged(made().detach())).log().mean()
        judge.zero_grad()
        loss_d.backward()
        if not together:
            judge.step()
        generator.zero_grad()
        loss_g = -judged(made()).log().mean()
        loss_g.backward(inputs=[of["gw"], of["gb"]])
        if together:
            judge.step()
        generator.step()
    trace = trace_template(gan(together), iterations)
    for name, parameter in of.items():
        np.testing.assert_allclose(
            trace[name][-1], parameter.detach().numpy(), rtol=0, atol=1e-12, err_msg=name
        )


@pytest.mark.parametrize("together", [False, True])
def test_each_is_checked_against_its_own_loss(together: bool) -> None:
    found = check_gradients(gan(together))
    assert found.loss == "loss_d, loss_g"
    assert [check.parameter for check in found.checks] == ["dw", "db", "gw", "gb"]
    assert found.agree


def test_what_is_written_reads_as_the_same_and_a_wrong_sign_is_found(tmp_path: Path) -> None:
    path = tmp_path / "gan.toml"
    # Adam's first step is no multiple of the gradient, once it is written out.
    plain = [{"rate": 0.1, "of": ["dw", "db"]}, OPTIMIZERS[1]]
    text = template_text(gan(optimizer=plain))
    path.write_text(text, encoding="utf-8")
    again = read_template(path)
    assert again.losses == gan().losses and again.metrics == ("loss_g",)
    assert check_gradients(again).agree
    wrong = text.replace("error_at_F = delta_pg", "error_at_F = -delta_pg")
    assert wrong != text
    path.write_text(wrong, encoding="utf-8")
    found = check_gradients(read_template(path))
    assert {c.parameter for c in found.checks if not c.agrees} == {"gw", "gb"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"loss": {"loss_d": ["dw", "dw"]}}, "'dw' follows loss_d already"),
        ({"loss": {"loss_d": ["gw", "w"]}}, "'w' is not a parameter. Did you mean"),
        ({"loss": {}}, "loss must be text, or a table [loss]"),
        ({"loss": {"loss_d": "dw"}}, "loss must be text, or a table [loss]"),
        ({"loss": {"loss_d": ["dw", "db"], "no": ["gw"]}}, "the loss 'no' is not computed"),
        ({"loss": {"loss_d": ["dw"], "loss_g": ["gw", "gb"]}}, "dw, db don't all follow loss_d"),
        (
            {"optimizer": [{"of": ["dw", "gw"]}, {"of": ["db", "gb"]}]},
            "dw, gw don't all follow loss_d: write an optimizer for each loss",
        ),
        ({"optimizer": OPTIMIZERS[:1]}, "none moves gw, gb"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(TemplateError) as caught:
        gan(**changes)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_lesson_s_players_move_as_pytorchs_do() -> None:
    torch = pytest.importorskip("torch")
    lesson = tracer.load_template("gan")
    values = {**lesson.given, **lesson.parameters}
    of = {n: torch.tensor(v, dtype=torch.float64, requires_grad=True) for n, v in values.items()}
    detective = torch.optim.SGD([of["dw"], of["db"]], lr=0.3)
    forger = torch.optim.SGD([of["gw"], of["gb"]], lr=1.0)
    log_sigmoid = torch.nn.functional.logsigmoid

    def judged(data: Any) -> Any:
        return data @ of["dw"] + of["db"]

    for _ in range(20):
        made = of["noise"] @ of["gw"] + of["gb"]
        loss = -log_sigmoid(judged(of["real"])).mean() - log_sigmoid(-judged(made.detach())).mean()
        detective.zero_grad()
        (loss + of["mild"] * of["dw"].square().sum()).backward()
        detective.step()
        forger.zero_grad()
        (-log_sigmoid(judged(made)).mean()).backward(inputs=[of["gw"], of["gb"]])
        forger.step()
    trace = tracer.trace("gan", 20)
    for name in ("gw", "gb", "dw", "db"):
        found = of[name].detach().numpy()
        np.testing.assert_allclose(trace[name][-1], found, rtol=1e-10, atol=1e-12)
