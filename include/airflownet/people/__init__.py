"""People as judges: which pairs of answers they are shown, blinded, and what they said of them."""
