"""Lambda functions, run in this process with clients that talk to the sandbox."""
