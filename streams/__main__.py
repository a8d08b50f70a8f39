"""``python -m streams`` is ``bitaqa``."""

from streams.cli import main

if __name__ == "__main__":
    main()
