"""Benchmarks: ratios measured in one run, since absolute figures wander with the machine."""
