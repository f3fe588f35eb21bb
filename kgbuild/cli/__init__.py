"""The command line. It prints; the library returns data."""
