"""Optimizers, schedules and clipping against PyTorch's own, parameter by parameter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracer
from tests.autograd import forward, tensor, torch
from tracer.backward.optimizers import OPTIMIZER_ALIASES
from tracer.run.machine import schedule
from tracer.template.read import read_template

HEAD = """
title = "A small network"
iterations = 20
loss = "loss"
backward = "derived"
{batch}

[optimizer]
{optimizer}

[given]
X = [[0.5, 1.2, -0.3], [1.1, -0.7, 0.4], [-0.9, 0.2, 1.5], [0.1, 0.8, -1.1]]
y = [[1, 0], [0, 1], [0, 1], [1, 0]]
t = [[1], [-1], [-1], [1]]

[parameters]
W1 = {{ random = "normal", std = 0.7, shape = [3, 4], seed = 3 }}
b1 = {{ random = "normal", std = 0.1, shape = [1, 4], seed = 4 }}
W2 = {{ random = "normal", std = 0.7, shape = [4, {outputs}], seed = 5 }}
b2 = {{ random = "uniform", shape = [{outputs}], seed = 6 }}

[[steps]]
title = "Forward"
equations = ["z1 = X @ W1 + b1", "a1 = {activation}", "z2 = a1 @ W2 + b2"]

[[steps]]
title = "Loss"
equations = ["p = {output}", "loss = {loss}"]

[[steps]]
title = "Measure"
phase = "measure"
equations = ["largest = max(abs(p))"]
"""

Make = Callable[[Any], Any]
#: optimizer's settings → the PyTorch optimizer that does the same.
OPTIMIZERS: dict[str, Make] = {
    'name = "gradient_descent"\nrate = 0.3': lambda p: torch.optim.SGD(p, lr=0.3),
    "rate = 0.3": lambda p: torch.optim.SGD(p, lr=0.3),
    'name = "momentum"\nrate = 0.1\nmomentum = 0.8': lambda p: torch.optim.SGD(
        p, lr=0.1, momentum=0.8
    ),
    'name = "nesterov"\nrate = 0.1': lambda p: torch.optim.SGD(
        p, lr=0.1, momentum=0.9, nesterov=True
    ),
    'name = "adagrad"\nrate = 0.2': lambda p: torch.optim.Adagrad(p, lr=0.2),
    'name = "rmsprop"\nrate = 0.02': lambda p: torch.optim.RMSprop(p, lr=0.02),
    'name = "rmsprop"\nrate = 0.02\ndecay = 0.8\nepsilon = 1e-3': lambda p: torch.optim.RMSprop(
        p, lr=0.02, alpha=0.8, eps=1e-3
    ),
    'name = "adam"\nrate = 0.05': lambda p: torch.optim.Adam(p, lr=0.05),
    'name = "adam"\nrate = 0.05\nbeta1 = 0.7\nbeta2 = 0.9': lambda p: torch.optim.Adam(
        p, lr=0.05, betas=(0.7, 0.9)
    ),
    'name = "adamw"\nrate = 0.05\nweight_decay = 0.2': lambda p: torch.optim.AdamW(
        p, lr=0.05, weight_decay=0.2
    ),
}
SCHEDULES: dict[str, Make] = {
    '{ name = "step", every = 6, factor = 0.3 }': lambda o: torch.optim.lr_scheduler.StepLR(
        o, 6, 0.3
    ),
    '{ name = "exponential", factor = 0.9 }': lambda o: torch.optim.lr_scheduler.ExponentialLR(
        o, 0.9
    ),
    '{ name = "cosine", over = 25 }': lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 25),
    '{ name = "warm_up", over = 8 }': lambda o: torch.optim.lr_scheduler.LambdaLR(
        o, lambda epoch: min((epoch + 1) / 8, 1)
    ),
    '"constant"': lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda epoch: 1.0),
}
CLIPS: dict[str, Callable[[Any], None]] = {
    "clip = 0.2": lambda p: torch.nn.utils.clip_grad_norm_(p, 0.2),
    "clip_each = 0.05": lambda p: torch.nn.utils.clip_grad_value_(p, 0.05),
}
ACTIVATIONS = (
    "z1",
    "sigmoid(z1)",
    "tanh(z1)",
    "relu(z1)",
    "leaky_relu(z1)",
    "elu(z1)",
    "softplus(z1)",
    "silu(z1)",
    "gelu(z1)",
    "softmax(z1)",
)
#: output activation → (its size, losses that go with it).
LOSSES: dict[str, tuple[int, tuple[str, ...]]] = {
    "z2": (
        1,
        (
            "sum((t - p) ** 2) / 2",
            "sum((p - t) ** 2)",
            "mean((p - t) ** 2)",
            "mean(abs(p - t))",
            "mean(where(abs(p - t) <= 0.9, (p - t) ** 2 / 2, 0.9 * (abs(p - t) - 0.45)))",
            "mean(maximum(0, 1 - t * p))",
        ),
    ),
    "sigmoid(z2)": (
        2,
        ("mean((p - y) ** 2)", "-mean(y * log(p) + (1 - y) * log(1 - p))"),
    ),
    "softmax(z2)": (2, ("-sum(y * log(p)) / len(y)", "mean(-sum(y * log(p), axis=1))")),
}


def template(tmp_path: Path, **parts: Any) -> tracer.template.template.Template:
    usual = {
        "batch": "",
        "optimizer": "rate = 0.3",
        "outputs": 2,
        "activation": "tanh(z1)",
        "output": "softmax(z2)",
        "loss": "-sum(y * log(p)) / len(y)",
    }
    path = tmp_path / "network.toml"
    path.write_text(HEAD.format(**{**usual, **parts}), "utf-8")
    return read_template(path)


def assert_equal_after_20(
    loaded: tracer.template.template.Template,
    make: Make,
    scheduled: Make | None = None,
    clip: Callable[[Any], Any] | None = None,
    by_name: bool = False,
) -> None:
    """Assert that 20 iterations move every parameter as PyTorch does.

    `make` gets the parameters, as a list or `by_name`, and returns an optimizer or several.
    """
    trace = tracer.trace(loaded, 20)
    program = loaded.program()
    # What the optimizer remembers is PyTorch's own business.
    trained = {n: tensor(loaded.parameters[n]).requires_grad_() for n in loaded.gradients}
    made = make(trained if by_name else list(trained.values()))
    optimizers = made if isinstance(made, list) else [made]
    scheduler = scheduled(made) if scheduled else None
    rows = None
    if program.batch is not None:
        rows = schedule(program.batch, program.samples, 20)
    for iteration in range(20):
        tensors = {s.key: tensor(loaded.given[s.name]) for s in program.of_role("given")}
        tensors |= {(name, 0): value for name, value in trained.items()}
        for optimizer in optimizers:
            optimizer.zero_grad()
        forward(program, tensors, None if rows is None else rows[iteration]).backward()
        if clip is not None:
            clip(trained.values())
        for optimizer in optimizers:
            optimizer.step()
        if scheduler is not None:
            scheduler.step()
    moved = []
    for name, value in trained.items():
        expected = value.detach().numpy()
        np.testing.assert_allclose(trace[name][-1], expected, rtol=1e-9, atol=1e-9, err_msg=name)
        moved.append(np.abs(expected - loaded.parameters[name]).max())
    assert max(moved) > 1e-4


@pytest.mark.parametrize("settings", OPTIMIZERS)
def test_optimizers_are_pytorchs(settings: str, tmp_path: Path) -> None:
    assert_equal_after_20(template(tmp_path, optimizer=settings), OPTIMIZERS[settings])


@pytest.mark.parametrize("settings", SCHEDULES)
@pytest.mark.parametrize("name", ["gradient_descent", "adam"])
def test_schedules_are_pytorchs(name: str, settings: str, tmp_path: Path) -> None:
    optimizer = f'name = "{name}"\nrate = 0.1\nschedule = {settings}'
    make = torch.optim.Adam if name == "adam" else torch.optim.SGD
    assert_equal_after_20(
        template(tmp_path, optimizer=optimizer), lambda p: make(p, lr=0.1), SCHEDULES[settings]
    )


@pytest.mark.parametrize("clip", CLIPS)
def test_clipping_is_pytorchs(clip: str, tmp_path: Path) -> None:
    loaded = template(tmp_path, optimizer=f'name = "momentum"\nrate = 0.1\n{clip}')
    assert_equal_after_20(
        loaded, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), None, CLIPS[clip]
    )


def test_batches_with_adam_are_pytorchs(tmp_path: Path) -> None:
    loaded = template(
        tmp_path,
        optimizer='name = "adam"\nrate = 0.05',
        batch='batch = { size = 3, of = ["X", "y", "t"], order = "shuffled", seed = 2 }',
    )
    assert_equal_after_20(loaded, lambda p: torch.optim.Adam(p, lr=0.05))


@pytest.mark.parametrize("name", ["gradient_descent", "adam"])
@pytest.mark.parametrize(
    ("output", "loss"), [(output, loss) for output, row in LOSSES.items() for loss in row[1]]
)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_and_losses_are_pytorchs(
    activation: str, output: str, loss: str, name: str, tmp_path: Path
) -> None:
    loaded = template(
        tmp_path,
        activation=activation,
        output=output,
        loss=loss,
        outputs=LOSSES[output][0],
        optimizer=f'name = "{name}"\nrate = 0.02',
    )
    make = torch.optim.Adam if name == "adam" else torch.optim.SGD
    assert_equal_after_20(loaded, lambda p: make(p, lr=0.02))
    assert tracer.trace(loaded, 1).program.loss == "loss"


#: settings → the one line that is said of them.
FAULTS: dict[str, str] = {
    'name = "adm"': "name must be one of gradient_descent, momentum, .* Did you mean adam",
    'name = "adam"\nmomentum = 0.9': "'momentum' is not a setting of adam.* Known: name, ",
    "rate = true": "rate must be a number, not True",
    'rate = "speed"': "must name a single given number",
    'rate = "X"': "must name a single given number",
    "clip = 0": "clip must be a number above 0",
    "clip = 1\nclip_each = 1": "give one of clip, clip_each",
    'schedule = "cosin"': "schedule must be one of .* Did you mean cosine",
    'schedule = "cosine"': "schedule: cosine needs over",
    'schedule = { name = "step", every = 3, over = 2 }': "'over' is not a setting of step",
    'names = "greek"': "names must be one of words, ng",
}


#: Two optimizers: hyperparameters of their own, one after the other.
TWO = """
[[optimizer]]
name = "momentum"
of   = ["W1", "b1"]
rate = 0.05
clip = 0.1

[[optimizer]]
name = "adam"
of   = ["b2", "W2"]
rate = 0.01
"""


def several(tmp_path: Path, tables: str) -> tracer.template.template.Template:
    path = tmp_path / "network.toml"
    usual = {
        "batch": "",
        "optimizer": "",
        "outputs": 2,
        "activation": "tanh(z1)",
        "output": "softmax(z2)",
        "loss": "-sum(y * log(p)) / len(y)",
    }
    path.write_text(HEAD.format(**usual).replace("[optimizer]\n", tables), "utf-8")
    return read_template(path)


def test_several_optimizers_move_their_own_parameters(tmp_path: Path) -> None:
    loaded = several(tmp_path, TWO)

    def make(named: dict[str, Any]) -> list[Any]:
        return [
            torch.optim.SGD([named["W1"], named["b1"]], lr=0.05, momentum=0.9),
            torch.optim.Adam([named["W2"], named["b2"]], lr=0.01),
        ]

    def clip(parameters: Any) -> None:
        torch.nn.utils.clip_grad_norm_(list(parameters)[:2], 0.1)

    assert_equal_after_20(loaded, make, None, clip, by_name=True)
    titles = [step.title for step in loaded.steps]
    assert "Gradient descent with momentum: velocity" in titles
    assert "Adam: new parameters" in titles
    assert loaded.given["lr"] == 0.05 and loaded.given["lr_adam"] == 0.01


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"b2", "W2"', '"b2", "gain"', "optimizer: 'gain' is not a parameter that the loss"),
        ('"b2", "W2"', '"b2"', "optimizer: none moves W2: each says"),
        ('"b2", "W2"', '"b2", "W2", "b1"', "optimizer: 'b1' is named twice"),
        ("rate = 0.01", 'rate = "X"', 'optimizer: rate = "X" must name'),
        ('"adam"', '"adma"', "optimizer 2: name must be one of"),
        ('["b2", "W2"]', '"b2"', "optimizer 2: of must be a list of parameters"),
    ],
)
def test_several_optimizers_with_faults(old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(tracer.TracerError, match=f"network.toml: {message}"):
        several(tmp_path, TWO.replace(old, new))


def test_an_untitled_step_is_called_by_its_new_number(tmp_path: Path) -> None:
    loaded = template(tmp_path)
    text = loaded.path.read_text("utf-8").replace('title = "Measure"\n', "")
    loaded.path.write_text(text, "utf-8")
    last = read_template(loaded.path).steps[-1]
    assert (last.title, last.number) == (f"Step {len(loaded.steps)}", str(len(loaded.steps)))


@pytest.mark.parametrize("settings", FAULTS)
def test_wrong_settings_get_one_line(settings: str, tmp_path: Path) -> None:
    with pytest.raises(tracer.TracerError, match=f"network.toml: optimizer: .*{FAULTS[settings]}"):
        template(tmp_path, optimizer=settings)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('backward = "derived"\n', "", "optimizer belongs to a derived backward pass"),
        ('"derived"', '"automatic"', 'backward must be "derived"'),
        ('loss = "loss"', "", 'backward = "derived" needs a loss'),
        ('phase = "measure"', 'phase = "update"', "is of the phase update, but"),
    ],
)
def test_templates_that_cannot_be_completed(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    loaded = template(tmp_path)
    text = loaded.path.read_text("utf-8").replace(old, new)
    loaded.path.write_text(text, "utf-8")
    with pytest.raises(tracer.TracerError, match=message):
        read_template(loaded.path)


def test_settings_and_states_are_inputs_and_steps_are_numbered(tmp_path: Path) -> None:
    loaded = template(tmp_path, optimizer='name = "adam"\nrate = 0.05\nclip = 1')
    assert {"lr", "beta1", "beta2", "epsilon", "clip"} < set(loaded.given)
    assert loaded.parameters["m_W1"].tolist() == np.zeros((3, 4)).tolist()
    assert [step.number for step in loaded.steps] == [str(n + 1) for n in range(len(loaded.steps))]
    assert loaded.steps[-1].title == "Measure"


@pytest.mark.parametrize(("alias", "name"), OPTIMIZER_ALIASES.items())
def test_a_template_knows_the_optimizers_that_new_knows(
    alias: str, name: str, tmp_path: Path
) -> None:
    made = [
        template(tmp_path, optimizer=f'name = "{known}"\nrate = 0.1').steps
        for known in (alias, name)
    ]
    assert made[0] == made[1]
