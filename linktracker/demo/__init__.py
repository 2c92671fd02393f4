"""The demo: a small company's people, links and records, and a quarter of its payments.

People and what people make come through the actions that the screens call; everything of Stripe
comes from the simulator as signed webhooks.
"""
