"""Reads the text of wheels into catalogue records; nothing of them is imported or executed."""
