"""Adding, as a person uses it: typing a word, moving the sliders, pressing the presets."""


def test_a_word_is_typed_and_read_back(visitor):
    visitor.open("adding?words=real+model&scheme=learned&dim=384&guess=both")
    visitor.page.get_by_role("textbox", name="Word").fill("queen")
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    assert "word=queen" in visitor.link
    assert "Both are read back. The nearest word to the sum is “queen”." in visitor.text


def test_sliders_move_by_keys_and_are_in_the_link(visitor):
    visitor.open("adding?guess=both")
    visitor.press("Position")
    assert "position=6" in visitor.link
    assert "is position 6" in visitor.text
    visitor.press("Dimensions", "ArrowLeft")
    assert "dim=96" in visitor.link
    for _ in range(3):
        visitor.press("Strength")
    assert "strength=30.0" in visitor.link
    assert "The word is lost." in visitor.text


def test_a_link_opens_what_it_says_and_values_go_along(visitor):
    visitor.open("adding?word=dog&position=77&strength=0.3&dim=256&words=real+model&scheme=learned&guess=both")
    assert visitor.slider("Strength") == "0.3"
    assert visitor.slider("Position") == "77"
    assert "“dog”" in visitor.text
    visitor.go("Image patches")
    visitor.go("Adding")
    assert visitor.slider("Strength") == "0.3"
    assert "“dog”" in visitor.text


def test_markup_in_a_word_is_text(phone):
    phone.open("adding?word=%3Cimg/src=x/onerror=alert(1)%3E&guess=both")
    assert phone.page.locator("[data-testid=stMain] img[src=x]").count() == 0
    assert "Both are read back." in phone.text


def test_a_real_models_words_bring_its_positions_along_in_the_link(visitor):
    visitor.open("adding")
    for name, link in (("real model", "adding?words=real+model&scheme=learned&dim=384"), ("toy vectors", "adding")):
        visitor.page.get_by_role("radio", name=name).or_(visitor.page.get_by_role("button", name=name)).first.click()
        visitor.settle()
        assert visitor.link == link
