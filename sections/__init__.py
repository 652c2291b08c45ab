"""What a page is made of, one module a page, of the page's name. Words are made here."""
