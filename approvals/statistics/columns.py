"""Columns of labels: plain sequences or arrays, the i-th entries of each about the same item."""

from collections.abc import Sequence

import numpy as np

Numbers = Sequence[float] | np.ndarray
Truths = Sequence[bool] | np.ndarray
