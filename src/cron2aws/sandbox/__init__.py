"""An AWS in this process, on moto, for trying out and for tests (extra: `sandbox`).

Nothing of moto is imported before a sandbox is entered.
"""
