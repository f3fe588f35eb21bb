"""Evidence tables, and the statements that they support."""
