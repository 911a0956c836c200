"""What runs when: assessed entries over a span of time, made of the moments at which AWS fires."""
