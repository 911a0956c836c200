"""Documents become reports: what is said, in which order, and nothing of how it looks."""
