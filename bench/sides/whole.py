"""`python -m workers` of the checkout, which begins when it is told to."""

import sys

from workers.__main__ import main

print("READY", flush=True)
sys.stdin.readline()
main()
