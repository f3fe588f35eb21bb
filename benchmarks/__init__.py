"""Figures of quality, speed and memory, each with its command; `python -m benchmarks` runs the timings."""
