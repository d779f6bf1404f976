"""The catalogue of mistakes: a row each. Adding one is adding a row.

May import answers, exercise and marking. Called by checking.
"""

from tracer.practice.mistakes.arrays import ARRAYS
from tracer.practice.mistakes.functions import FUNCTIONS
from tracer.practice.mistakes.kinds import CellMistake, Mistake
from tracer.practice.mistakes.slips import SLIPS
from tracer.practice.mistakes.terms import TERMS
from tracer.practice.mistakes.timing import TIMING

#: Mistakes that concern a whole block.
MISTAKES: tuple[Mistake, ...] = (*TERMS, *FUNCTIONS, *ARRAYS, *TIMING)
#: Slips in single cells.
CELL_MISTAKES: tuple[CellMistake, ...] = SLIPS
