"""`python -m qbank`, where the command itself is not on the path."""

from qbank.cli import process

if __name__ == "__main__":
    process()
