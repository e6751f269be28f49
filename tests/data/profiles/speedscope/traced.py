"""One call of everything in program.py, traced by the package speedscope."""

import sys

import program
import speedscope

with speedscope.track(sys.argv[1]):
    program.fibonacci(6)
    program.squares(40)
