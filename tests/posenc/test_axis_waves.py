"""Which axis of a grid a column runs along, and how long its wave is there: against the table itself."""

import numpy as np
import pytest

import posenc


def forms(id):
    return posenc.schemes()[id].parameters()["form"].choices


GRIDS = [
    *(("sincos2d", {"height": 5, "width": 7, "form": form}) for form in forms("sincos2d")),
    ("sincos2d", {"height": 5, "width": 7, "reverse_coord": True}),
    ("sincos2d", {"height": 5, "width": 7, "base_size": 20, "interpolation_scale": 0.5}),
    ("sincos2d", {"height": 5, "width": 7, "cls_token": True}),
    ("sincos2d", {"height": 5, "width": 7, "temperature": 1.0}),
    *(("sincos3d", {"depth": 4, "height": 5, "width": 6, "form": form}) for form in forms("sincos3d")),
    ("sincos3d", {"depth": 4, "height": 5, "width": 6, "spatial_scale": 2.0, "temporal_scale": 3.0}),
    *(("fourier", {"height": 40, "width": 50, "max_resolution": 30.0, "form": form}) for form in ("timm", "perceiver")),
    ("fourier", {"height": 40, "width": 50, "max_resolution": 30.0, "linear_bands": True}),
    *(
        ("axial_rotary", {"height": 5, "width": 7, "form": form, "max_resolution": 4.0, "max_freq": 4.0})
        for form in forms("axial_rotary")
    ),
    ("axial_rotary", {"height": 5, "width": 7, "column_first": True, "layout": "half"}),
    ("axial_rotary", {"height": 5, "width": 7, "reference_height": 10, "grid_offset": 3.0}),
    ("axial_rotary", {"shape": (3, 4, 5)}),
    ("axial_rotary", {"shape": (30,)}),
]


def on_the_grid(scheme, waves, dim):
    """The table laid out as the grid, the class token taken away: (…sizes, dim)."""
    tokens = int(np.prod(waves.sizes))
    table = scheme.table(scheme.max_length, dim, np.float64)
    first = 0 if scheme.empty_row is None else 1
    return table[first : first + tokens].reshape(*waves.sizes, dim)


@pytest.mark.parametrize(("id", "parameters"), GRIDS)
def test_each_column_is_a_wave_of_its_length_along_its_axis_and_still_along_the_others(id, parameters):
    scheme, dim = posenc.scheme(id, **parameters), 48
    waves = scheme.axis_waves(dim)
    table = on_the_grid(scheme, waves, dim)
    for column in range(dim):
        axis, values = waves.axis[column], table[..., column]
        others = tuple(other for other in range(len(waves.sizes)) if other != axis)
        assert np.ptp(values, axis=others).max() < 1e-12 if others else True
        along = values[tuple(slice(None) if other == axis else 0 for other in range(len(waves.sizes)))]
        # sin and cos of steps ω apart: the two neighbours' sum is 2 cos ω times the middle.
        speed = 2 * np.pi / waves.wavelengths[column]
        np.testing.assert_allclose(along[2:] + along[:-2], 2 * np.cos(speed) * along[1:-1], atol=1e-11)
        assert np.isinf(waves.wavelengths[column]) or np.ptp(along) > 0


def test_a_wavelength_twice_as_long_would_be_noticed():
    scheme = posenc.scheme("sincos2d", height=5, width=7)
    along = on_the_grid(scheme, scheme.axis_waves(48), 48)[:, 0, 0]
    speed = 2 * np.pi / (2 * scheme.axis_waves(48).wavelengths[0])
    assert np.abs(along[2:] + along[:-2] - 2 * np.cos(speed) * along[1:-1]).max() > 0.1


def test_tokens_that_run_column_by_column_count_columns_first():
    waves = posenc.scheme("sincos2d", height=5, width=7, reverse_coord=True).axis_waves(8)
    assert (waves.names, waves.sizes) == (("column", "row"), (7, 5))


def test_coordinates_are_no_waves_and_a_single_place_does_not_turn():
    waves = posenc.scheme("fourier", height=3, width=1, concat_pos=True).axis_waves(6)
    assert np.isnan(waves.wavelengths).tolist() == [True, True, False, False, False, False]
    assert waves.axis.tolist() == [0, 1, 0, 1, 0, 1]
    assert np.isinf(waves.wavelengths[waves.axis == 1][1:]).all()
    assert posenc.scheme("sinusoidal").axis_waves(8) is None


def test_each_scheme_says_which_row_is_zeros():
    for scheme in (posenc.scheme("sinusoidal", padding_idx=3), posenc.scheme("sincos2d", cls_token=True)):
        table = scheme.table(8, 16)
        assert np.flatnonzero(~table.any(1)).tolist() == [scheme.empty_row]
    assert posenc.scheme("sinusoidal").empty_row is posenc.scheme("sincos2d").empty_row is None
