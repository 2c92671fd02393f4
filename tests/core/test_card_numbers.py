"""Card numbers are told from the numbers that companies use."""

import pytest

from campaigns.core.card_numbers import has_card_number


@pytest.mark.parametrize(
    "text",
    ["4242424242424242", "4242-4242-4242-4242", "cart_5555555555554444", "378282246310005", "x6011111111111117y"],
)  # fmt: skip
def test_a_card_number_is_found_wherever_it_stands(text):
    assert has_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424241", "424242424242", "42424242424242424242", "INV-2026-0042", "1788264000000",
        "9242424242424242", "", "newsletter", "4242_x_4242424242424", "+4915112345678",
    ],
)  # fmt: skip
def test_other_numbers_are_left_alone(text):
    assert not has_card_number(text)
