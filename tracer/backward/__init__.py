"""The backward pass and the updates, derived from a forward pass and its loss."""
