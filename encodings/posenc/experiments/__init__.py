"""What the pages measure, one module a page, of its name, and what those share. The core never imports it."""
