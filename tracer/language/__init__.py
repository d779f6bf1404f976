"""The equation language: NumPy notation as data, never as running code."""
