"""An AWS in this process, for trying out and for tests."""
