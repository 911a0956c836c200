"""Repairs of moto: one module for each gap, which puts into moto what it lacks.

The docstring of each says what the gap is, what AWS does with the page that says so (`AWS:`), and
the title of the report that it should become (`Report:`). docs/reference/moto.md lists them.
"""
