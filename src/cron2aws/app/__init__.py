"""The use-cases: frozen options in, values out. Every rule of safety that a command keeps is here.

A use-case knows AWS, the hosts, the time and the person at the terminal by its Context alone; cli
makes both from a command line, and renders what comes back.
"""
