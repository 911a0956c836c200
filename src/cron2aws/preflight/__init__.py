"""What must hold before a plan is carried out: checks, as pure functions of facts."""
