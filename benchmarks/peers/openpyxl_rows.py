"""Reads the first sheet of a workbook by openpyxl, the way its documentation reads large files, into lines of CSV.

openpyxl_rows.py WORKBOOK
"""

import csv
import io
import json
import sys
import time

from openpyxl import load_workbook

began, first, rows = time.perf_counter(), 0.0, 0
workbook = load_workbook(sys.argv[1], read_only=True, data_only=True)
lines = io.StringIO()
writer = csv.writer(lines)
for row in workbook.worksheets[0].iter_rows(values_only=True):
    first = first or time.perf_counter() - began
    writer.writerow(row)
    lines.seek(0)
    lines.truncate()
    rows += 1
print(json.dumps({"rows": rows, "first_row_seconds": first, "seconds": time.perf_counter() - began}))
