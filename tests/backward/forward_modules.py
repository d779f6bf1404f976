"""Lessons' forward passes in PyTorch's own modules: what they make of the starting values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.autograd import Tensor, torch

Values = Mapping[str, Tensor]
functional = torch.nn.functional


def ladder_update(v: Values) -> dict[str, Tensor]:
    p = functional.linear(v["x"], v["w"].T, v["b"].reshape(1))
    return {"p": p, "loss": functional.mse_loss(p, v["y"])}


def layer_norm(v: Values) -> dict[str, Tensor]:
    h = functional.layer_norm(v["X"] @ v["W"], (3,), v["gain"][0], v["shift"][0])
    return {"h": h, "loss": functional.mse_loss(h @ v["V"], v["y"])}


def word2vec(v: Values) -> dict[str, Tensor]:
    words, neighbours = v["word"].argmax(dim=1), v["neighbour"].argmax(dim=1)
    scores = functional.embedding(words, v["E"]) @ v["U"]
    return {"scores": scores, "loss": functional.cross_entropy(scores, neighbours)}


def gru(v: Values) -> dict[str, Tensor]:
    cell = torch.nn.GRUCell(1, 2).double()
    cell.weight_ih.data = torch.hstack([v["Wr"], v["Wz"], v["Wn"]]).T
    cell.weight_hh.data = torch.hstack([v["Ur"], v["Uz"], v["Un"]]).T
    cell.bias_ih.data = torch.hstack([v["br"], v["bz"], v["bn"]])[0]
    cell.bias_hh.data = torch.zeros(6).double()
    h, found = torch.zeros(4, 2).double(), {}
    for k in range(3):
        found[f"h{k + 1}"] = h = cell(v["X"][:, k : k + 1], h)
    return found


def two_heads(v: Values) -> dict[str, Tensor]:
    attention = torch.nn.MultiheadAttention(4, 2, bias=False, batch_first=True).double()
    attention.in_proj_weight.data = torch.hstack([v["WQ"], v["WK"], v["WV"]]).T
    attention.out_proj.weight.data = torch.eye(4).double()
    later = torch.triu(torch.ones(4, 4, dtype=torch.bool), 1)
    x = v["X"][None]
    out, weights = attention(x, x, x, attn_mask=later, average_attn_weights=False)
    return {"Z": out[0], "A1": weights[0, 0], "A2": weights[0, 1], "Y": out[0] @ v["WO"]}


def block(v: Values) -> dict[str, Tensor]:
    made = torch.nn.TransformerEncoderLayer(
        3, 1, 4, dropout=0.0, bias=False, norm_first=True, batch_first=True
    ).double()
    made.self_attn.in_proj_weight.data = torch.hstack([v["WQ"], v["WK"], v["WV"]]).T
    made.self_attn.out_proj.weight.data = v["WO"].T
    made.linear1.weight.data, made.linear2.weight.data = v["W1"].T, v["W2"].T
    return {"out": made(v["x"][None])[0]}


def gpt(v: Values) -> dict[str, Tensor]:
    letters = v["tokens"].argmax(dim=1)
    x = functional.embedding(letters, v["E"]) + v["P"]
    n = functional.rms_norm(x, (3,), eps=1e-5)
    parts = [(n @ v[name])[None] for name in ("WQ", "WK", "WV")]
    a = x + functional.scaled_dot_product_attention(*parts, is_causal=True)[0]
    b = a + torch.relu(functional.rms_norm(a, (3,), eps=1e-5) @ v["W1"]) @ v["W2"]
    loss = functional.cross_entropy(b @ v["E"].T, v["target"].argmax(dim=1))
    return {"a": a, "b": b, "loss": loss}


def sequence_to_sequence(v: Values) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    state: Any = None
    for name, inner, outer, numbers in (("h", "W", "U", v["X"]), ("s", "A", "B", v["Y"][:, :4])):
        network = torch.nn.RNN(1, 4, batch_first=True, bias=False).double()
        network.weight_ih_l0.data, network.weight_hh_l0.data = v[inner].T, v[outer].T
        out, state = network(numbers[:, :, None], state)
        found |= {f"{name}{k + 1}": out[:, k] for k in range(4)}
    return found


def autoencoder(v: Values) -> dict[str, Tensor]:
    scores = torch.tanh(v["X"] @ v["W"]) @ v["V"]
    return {"loss": functional.cross_entropy(scores, v["X"].argmax(dim=1))}


def residual(v: Values) -> dict[str, Tensor]:
    h, g = v["h0"], v["g0"]
    for k in range(1, 5):
        h, g = h + torch.tanh(h @ v[f"W{k}"]), torch.tanh(g @ v[f"U{k}"])
    p, q = h @ v["V"], g @ v["T"]
    return {"p": p, "q": q, "loss": functional.mse_loss(p, v["y"]) + functional.mse_loss(q, v["y"])}


def svm(v: Values) -> dict[str, Tensor]:
    z = functional.linear(v["X"], v["w"].T, v["b"].reshape(1))
    lacking = functional.margin_ranking_loss(z, torch.zeros_like(z), 2 * v["y"] - 1, margin=1.0)
    return {"z": z, "loss": lacking + v["decay"] * v["w"].square().sum()}


def lora(v: Values) -> dict[str, Tensor]:
    weights = v["W"] + v["A"] @ v["B"]
    goal = v["X"] @ (v["W"] + v["wanted"] @ v["effect"])
    out = functional.linear(v["X"], weights.T)
    return {"out": out, "loss": functional.mse_loss(out, goal)}


def experts(v: Values) -> dict[str, Tensor]:
    shares, chosen = torch.softmax(v["X"] @ v["router"], dim=1).topk(1)
    lines = torch.hstack([v["X"] @ v["w1"] + v["b1"], v["X"] @ v["w2"] + v["b2"]])
    p = shares * lines.gather(1, chosen)
    return {"p": p, "loss": functional.mse_loss(p, v["y"])}


def selective_state(v: Values) -> dict[str, Tensor]:
    """The scan as one sum: each state is all that was written, as far as it was kept since."""
    delta = functional.softplus(v["x"] * v["wd"] + v["bd"])
    b, c = v["x"] @ v["WB"] + v["bB"], v["x"] @ v["WC"] + v["bC"]
    past = torch.cumsum(-delta @ torch.exp(v["L"]), dim=0)
    kept = torch.exp(past[:, None] - past[None]) * torch.ones(3, 3).double().tril()[:, :, None]
    states = torch.einsum("tsn,sn->tn", kept, delta * b * v["x"])
    return {"p": (states * c).sum(dim=1), "s3": states[2]}


def graph(v: Values) -> dict[str, Tensor]:
    joined = v["friends"] + torch.eye(6).double()
    root = torch.diag(joined.sum(dim=1).rsqrt())
    mixed = root @ joined @ root
    scores = mixed @ torch.tanh(mixed @ v["W"]) @ v["V"]
    known = v["known"][:, 0].bool()
    return {"loss": functional.cross_entropy(scores[known], v["club"][known].argmax(dim=1))}


def clip(v: Values) -> dict[str, Tensor]:
    a, b = (functional.normalize(v[x] @ v[w]) for x, w in (("pictures", "W"), ("texts", "U")))
    scores, own = a @ b.T / v["temperature"], torch.arange(3)
    both = functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)
    return {"loss": both / 2}


def reinforce(v: Values) -> dict[str, Tensor]:
    policy = torch.distributions.Categorical(logits=v["taste"][0])
    lever = (v["chance"][:4, 0] >= policy.probs[0]).long()
    paid = v["pays"][0][lever]
    return {"paid": paid, "loss": -((paid - paid.mean()) * policy.log_prob(lever)).mean()}


def variational(v: Values) -> dict[str, Tensor]:
    middle, width = v["X"] @ v["Wm"], torch.exp(0.5 * (v["X"] @ v["Ws"]))
    out = torch.sigmoid((middle + width * v["noise"][:2]) @ v["V"] + v["c"])
    normal = torch.distributions.Normal
    near = torch.distributions.kl_divergence(normal(middle, width), normal(0.0, 1.0)).sum() / 2
    rebuilt = functional.binary_cross_entropy(out, v["X"], reduction="sum") / 2
    return {"rebuilt": rebuilt, "kept_near": near, "loss": rebuilt + v["beta"] * near}


def diffusion(v: Values) -> dict[str, Tensor]:
    noise, keep = v["noise"][:6], v["keep"]
    noisy = keep.sqrt() * v["X"] + (1 - keep).sqrt() * noise
    hidden = torch.tanh(functional.linear(torch.hstack([noisy, keep]), v["W"].T, v["b"][0]))
    guess = functional.linear(hidden, v["V"].T, v["c"].reshape(1))
    return {"guess": guess, "loss": functional.mse_loss(guess, noise)}


#: lesson → what PyTorch's modules make of its starting values.
FORWARD: dict[str, Callable[[Values], dict[str, Tensor]]] = {
    "autoencoder": autoencoder,
    "clip": clip,
    "diffusion": diffusion,
    "gpt": gpt,
    "graph-convolution": graph,
    "gru": gru,
    "ladder-update": ladder_update,
    "layer-norm": layer_norm,
    "lora": lora,
    "mamba": selective_state,
    "mixture-of-experts": experts,
    "multi-head-attention": two_heads,
    "reinforce": reinforce,
    "residual": residual,
    "seq2seq": sequence_to_sequence,
    "svm": svm,
    "transformer-block": block,
    "vae": variational,
    "word2vec": word2vec,
}
