"""The command line: `kgbuild` and `python -m kgbuild`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C while its modules are imported ends it as it does later."""
    from kgbuild.cli import interrupt

    try:
        from kgbuild.cli import app
    except BaseException as error:
        if not interrupt.was_interrupted(error):
            raise
        interrupt.tell()
        sys.exit(interrupt.CODE)
    app.main()


if __name__ == "__main__":
    main()
