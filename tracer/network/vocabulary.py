"""What quantities are called: the articles' words, or the letters of Ng's courses."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.wording import Said


@dataclass(frozen=True)
class Vocabulary:
    """The names of a network's quantities; layers count from 1, the last is the output."""

    kind: str
    layers: int

    def _mark(self, layer: int) -> str:
        """Return what sets a hidden layer's names apart where there are several."""
        return "" if self.layers == 2 else str(layer)

    def is_last(self, layer: int) -> bool:
        """Say whether a layer is the output layer."""
        return layer == self.layers

    def said(self, layer: int) -> Said:
        """Return what a title calls a hidden layer."""
        mark = self._mark(layer)
        return Said("new.hidden_layer", {"number": f" {mark}" if mark else ""})

    def _short(self, layer: int, letter: str) -> str:
        if self.kind == "ng":
            return f"{letter}{layer}"
        return f"{letter}out" if self.is_last(layer) else f"{letter}h{self._mark(layer)}"

    def weight(self, layer: int) -> str:
        """Return the weights' name."""
        return self._short(layer, "W" if self.kind == "ng" else "w")

    def bias(self, layer: int) -> str:
        """Return the biases' name."""
        return self._short(layer, "b")

    def total(self, layer: int, suffix: str = "") -> str:
        """Return the pre-activation's name."""
        if self.kind == "ng":
            return f"Z{layer}{suffix}"
        if self.is_last(layer):
            return f"output_layer_input{suffix}"
        return f"hidden_layer{_joined(self._mark(layer))}_input{suffix}"

    def activation(self, layer: int, suffix: str = "") -> str:
        """Return the activation's name; layer 0 is the input."""
        if layer == 0:
            return f"X{suffix}"
        if self.kind == "ng":
            return f"A{layer}{suffix}"
        if self.is_last(layer):
            return f"output{suffix}"
        return f"hiddenlayer{_joined(self._mark(layer))}_activations{suffix}"

    def of_layer(self, stem: str, layer: int, suffix: str = "") -> str:
        """Return the name of something else that a layer has, such as its dropout mask."""
        mark = str(layer) if self.kind == "ng" or self.layers > 2 else ""
        return f"{stem}{_joined(mark)}{suffix}"

    @property
    def target(self) -> str:
        """The targets' name."""
        return "Y" if self.kind == "ng" else "y"


def _joined(mark: str) -> str:
    return f"_{mark}" if mark else ""
