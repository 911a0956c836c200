"""What a crontab says."""
