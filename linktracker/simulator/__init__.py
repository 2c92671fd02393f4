"""A Stripe that is not Stripe: the demo, the oracle of tests and the source of benchmark load.

It knows neither app, so that it can contradict both of them.
"""
