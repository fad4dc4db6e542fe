"""A request's outline: its steps, read by rules; what a plan is held to, so that the model only fills in."""
