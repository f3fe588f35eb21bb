"""The evidence tables, the record of truth, and the statements that they support."""
