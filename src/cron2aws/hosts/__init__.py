"""Where crontabs live."""
