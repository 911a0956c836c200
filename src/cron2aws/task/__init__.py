"""What AWS will run."""
