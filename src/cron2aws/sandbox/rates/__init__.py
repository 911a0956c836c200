"""Buckets of AWS's rates, and what a function takes of the account."""
