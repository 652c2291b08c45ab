"""King and Queen: the parts of the page (parts), and the sentences, one for each case (verdicts)."""
