"""By how much numbers may differ and yet count as one."""

EXACT64 = 1e-9
"""Of float64 numbers, in parts of the largest or of 1: a smaller difference is rounding; a million positions lose 1e-11."""
NOISE64 = 1e-12
"""The same where no position is large: rounding stays below this, so what is larger is an effect, however small."""
FLOAT32 = 1e-6
"""The same of float32 numbers, as biases are."""
CANCELLED = 1e-6
"""Of a difference of large numbers, in parts of these: a smaller one has lost its digits and is computed in another way."""
