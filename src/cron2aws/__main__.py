"""`python -m cron2aws`."""

from cron2aws.cli.main import main

if __name__ == "__main__":
    main()
