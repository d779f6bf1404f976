"""Someone's own NumPy script or notebook → a template, without ever running it.

May import everything below it down to the language. Called by commands and by Python's face.
"""
