"""Schemes with a table at settings that nobody would think of first: strategies, and brute force over their rows."""

import math

from hypothesis import strategies as st

import posenc

TURN = 2 * math.pi
sides = st.integers(1, 6)
flags = st.booleans()
bases = st.sampled_from([1.0, 2.0, 10000.0, 1e9])


def scheme(id, **fields):
    """A scheme of this id whose parameters are drawn from these strategies."""
    return st.builds(lambda **chosen: posenc.scheme(id, **chosen), **fields)


def drawn(schemes, dims):
    """Pairs of a scheme and a dim that go together."""
    return st.tuples(schemes, dims).filter(lambda both: fits(*both))


def fits(scheme, dim):
    try:
        scheme.table([0], dim)
    except ValueError:
        return False
    return True


sinusoidal = drawn(
    scheme(
        "sinusoidal",
        base=bases,
        layout=st.sampled_from(["interleaved", "concatenated"]),
        spacing=st.sampled_from(["vaswani", "tensor2tensor"]),
        odd=st.sampled_from(["plain", "round-up"]),
        scale=st.sampled_from([0.0, 0.5, 1.0, 100.0]),
        padding_idx=st.none() | st.integers(0, 60),
    ),
    st.integers(1, 9),
)
learned = drawn(scheme("learned", interpolate=flags), st.integers(1, 9))
fourier = drawn(
    scheme(
        "fourier",
        height=sides,
        width=sides,
        max_resolution=st.sampled_from([1.0, 2.0, 9.0, 224.0]),
        form=st.sampled_from(["timm", "timm-embed", "perceiver"]),
        linear_bands=flags,
        concat_pos=flags,
        sine_only=flags,
        shape=st.none() | st.lists(sides, min_size=1, max_size=3),
    ),
    st.integers(1, 14),
)
sincos2d = drawn(
    scheme(
        "sincos2d",
        height=sides,
        width=sides,
        temperature=bases,
        form=st.sampled_from(["timm", "timm-interleaved", "mae", "simple-vit", "positional-encodings", "detr"]),
        reverse_coord=flags,
        cls_token=flags,
        base_size=st.sampled_from([None, 1, 100]),
        interpolation_scale=st.sampled_from([0.01, 1.0, 1000.0]),
        normalize=flags,
    ),
    st.integers(1, 12),
)
sincos3d = drawn(
    scheme(
        "sincos3d",
        depth=st.integers(1, 3),
        height=st.integers(1, 4),
        width=st.integers(1, 5),
        temperature=bases,
        form=st.sampled_from(["positional-encodings", "cogvideox", "simple-vit"]),
        spatial_scale=st.sampled_from([0.01, 1.0, 1000.0]),
        temporal_scale=st.sampled_from([0.1, 1.0]),
    ),
    st.integers(1, 18),
)
scalings = st.none() | st.one_of(
    st.sampled_from([1 / TURN, 1 / (3 * TURN), 0.1, 4.0, 1e6, 1e9]).map(
        lambda f: posenc.rope_scaling("linear", factor=f)
    ),
    st.sampled_from([0.0, 0.5]).map(
        lambda part: posenc.rope_scaling("yarn", factor=4.0, original_max_position_embeddings=16, attention_factor=part)
    ),
    st.sampled_from([0.0, 0.4]).map(lambda part: posenc.rope_scaling("proportional", partial_rotary_factor=part)),
    st.just(posenc.rope_scaling("dynamic", factor=2.0, max_position_embeddings=16)),
)
rotary = drawn(
    scheme(
        "rotary",
        base=bases,
        layout=st.sampled_from(["half", "interleaved", "interleaved-in-half-out", "mixed"]),
        rotary_dim=st.sampled_from([None, 2, 4]),
        scaling=scalings,
    ),
    st.sampled_from([2, 4, 8]),
)
on_a_grid = {
    "temperature": bases,
    "form": st.sampled_from(posenc.schemes()["axial_rotary"].parameters()["form"].choices),
    "layout": st.sampled_from([None, "half", "interleaved"]),
    "max_resolution": st.sampled_from([1.0, 224.0, 1e6]),
    "linear_bands": flags,
    "grid_offset": st.sampled_from([0.0, 1000.0]),
    "column_first": flags,
}
axial_rotary = drawn(
    scheme("axial_rotary", height=sides, width=sides, reference_height=st.sampled_from([None, 1, 9]), **on_a_grid)
    | scheme("axial_rotary", shape=st.lists(sides, min_size=1, max_size=3), **on_a_grid),
    st.sampled_from([4, 6, 8, 12]),
)
xpos = drawn(scheme("xpos", base=bases, scale_base=st.sampled_from([16.0, 512.0])), st.sampled_from([2, 4, 8]))
mrope = drawn(
    scheme("mrope", base=bases, sections=st.sampled_from([None, (0, 0, 1), (1, 0, 0), (1, 2, 1)])),
    st.sampled_from([2, 4, 8]),
)
polar = drawn(scheme("polar", base=bases), st.sampled_from([2, 4, 8]))

TABLED = {
    "sinusoidal": sinusoidal,
    "learned": learned,
    "fourier": fourier,
    "sincos2d": sincos2d,
    "sincos3d": sincos3d,
    "rotary": rotary,
    "axial_rotary": axial_rotary,
    "xpos": xpos,
    "mrope": mrope,
    "polar": polar,
}
