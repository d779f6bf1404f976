"""The equation language: NumPy notation as data, never as running code.

May import wording's texts and the errors; knows neither files nor templates. Called by every
other room.
"""
