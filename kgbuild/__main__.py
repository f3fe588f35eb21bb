"""`python -m kgbuild` is the command line."""

from kgbuild.cli.app import main

if __name__ == "__main__":
    main()
