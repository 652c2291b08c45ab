"""King and Queen: what its controls say (setup), the sentences (verdicts), the parts of the page (parts)."""
