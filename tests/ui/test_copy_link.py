"""The button that copies a view's address is one element; that it copies is seen in a browser (tests/browser)."""

from tests.ui.drawn import drawn


def a_button() -> None:
    from ui.copy_link import copy_link

    copy_link()


def test_it_is_one_element():
    assert len(drawn(a_button).main) == 1
