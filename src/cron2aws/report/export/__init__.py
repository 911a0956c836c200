"""Stacks as files, for a pipeline that deploys them: `export`. Same input, same bytes."""
