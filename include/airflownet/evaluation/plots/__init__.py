"""The report's figures; each module draws one, from the summary and the judged answers alone."""
