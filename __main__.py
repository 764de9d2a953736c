"""`python -m pentimento` is the `pentimento` command."""

from .ui.cli import main

if __name__ == "__main__":
    main()
