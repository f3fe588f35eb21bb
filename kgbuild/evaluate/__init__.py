"""Measuring predictions against gold annotations, as the GutBrainIE challenges of 2025 and 2026 do."""
