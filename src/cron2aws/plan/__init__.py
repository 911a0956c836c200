"""A plan: what `migrate` would do, as data. Making one changes nothing; another object executes it.

A plan is made from an assessment and from what is deployed, and holds a digest of every source it
was made from, so that it can be refused once they have changed.
"""
