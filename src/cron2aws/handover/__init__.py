"""What users want done, told what to do by a plan."""
