"""One file, one scheme; `posenc.schemes()` finds them."""
