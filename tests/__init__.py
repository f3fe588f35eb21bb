"""A package, so that `tests` means this folder although some installed package ships a `tests` of its own."""
