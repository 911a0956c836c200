"""moto in less time, for hundreds of tasks; without these a sandbox does the same."""
