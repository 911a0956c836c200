"""cron2aws: cron jobs of EC2 hosts as redundant, watched tasks on AWS."""

__version__ = "0.1.0"
