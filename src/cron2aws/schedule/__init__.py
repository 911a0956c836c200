"""When something fires."""
