"""CloudFormation: stacks made, changed, rolled back and deleted from what a template comes to."""
