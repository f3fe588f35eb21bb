"""Measuring predictions against gold annotations."""
