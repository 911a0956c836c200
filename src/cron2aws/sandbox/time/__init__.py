"""The sandbox's time: its clock, the triggers that fire by it, what they start, the alarms."""
