"""What a command needs and does: read as a shell reads it, judged, never run."""
