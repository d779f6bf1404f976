"""A program: a template's equations parsed, shaped and resolved, ready to run.

May import the language and wording; knows neither files nor templates. Called by backward
(which adds steps to it), template (which makes one) and everything that runs or shows one.
"""
