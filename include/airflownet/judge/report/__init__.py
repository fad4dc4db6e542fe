"""What the judge said, for people and for machines."""
