"""`kgbuild export` and `kgbuild validate`."""
