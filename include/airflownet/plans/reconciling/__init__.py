"""From what a model wrote to a plan that the catalogue of a line knows; what is changed is told."""
