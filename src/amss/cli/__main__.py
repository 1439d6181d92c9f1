"""`python -m amss.cli`."""

from amss.cli import main

main()
