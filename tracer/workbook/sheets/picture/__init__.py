"""The sheet Picture: a sample that is an image, and a neuron's weights, as squares in colour.

May import the plan and the kit of the other sheets. Called by the book alone.
"""
