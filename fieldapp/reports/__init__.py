"""Paper and tables: records come in, the bytes of a PDF, a workbook or a CSV file go out.

No database, no window, no clock: when a paper was printed is an argument, and the same input gives the same
bytes. From the bottom up:

- `shaping.py` turns words into glyphs, so that Hindi joins its letters;
- `pdf.py` draws lines, words and pictures on pages, measured in millimetres from the top left corner;
- `page.py` is the stationery: text that fits, headings in two languages, the frame, the foot, the watermark;
- `attendance.py` lays out the attendance sheet from its `attendance_contents.py` (which rows, pages and
  figures), `attendance_columns.py` (what stands in the cells) and `attendance_blocks.py` (above and below);
- `mela_list.py` is the table of melas held;
- `register.py` is a list of records of any type, its columns the fields declared for lists;
- `workbook.py` writes XLSX and CSV from the field definitions;
- `catalogue.py` lists the reports by name, for the command line and the Reports page.
"""
