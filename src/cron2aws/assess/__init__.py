"""Hosts' crontabs judged: each entry with its triggers, proof, command, findings and a decision.

This is what `scan` shows and what a plan is made from. Nothing here reads a file or asks AWS.
"""
