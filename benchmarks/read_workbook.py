"""Reads the first sheet of a workbook as a load does; prints its rows and seconds as JSON.

read_workbook.py WORKBOOK
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from loads.files.workbooks import Workbook

began, first, rows = time.perf_counter(), 0.0, 0
with Path(sys.argv[1]).open("rb") as file:
    workbook = Workbook(file, max_bytes=4_000_000_000)
    for lines in workbook.blocks(workbook.sheet("")):
        first = first or (time.perf_counter() - began if lines else 0.0)
        rows += len(lines)
    print(json.dumps({"rows": rows, "first_row_seconds": first, "seconds": time.perf_counter() - began}))
