"""Net sales: received without the tax inside it. Minor units."""


def net_sales(*, amount: int, received: int, tax: int | None) -> int | None:
    """What is left of `received` without tax; None where the tax is unknown.

    Stripe does not say how much of a refund was tax, so the tax shrinks in the same proportion as
    the money did, rounded half up: of €121.00 with €21.00 tax and €60.50 refunded, €50.00 is left.
    """
    if tax is None:
        return None
    if amount == 0:
        return received
    return received - (2 * tax * received + amount) // (2 * amount)
