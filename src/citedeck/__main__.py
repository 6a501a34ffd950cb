"""`python -m citedeck`."""

from citedeck.cli import main

if __name__ == "__main__":
    main()
