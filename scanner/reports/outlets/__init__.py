"""WHERE A REPORT'S TEXT GOES: stdout, a file that appears only when it is whole, a device or FIFO written in place.

`output_places` says what a path stands for, `refusals` why a report cannot be written there, `rights` whose the file
will be; until the report is written, all three only look. `opening` makes the outlet: `WholeFile` (FILE.partial that
becomes FILE), `FileInPlace`, or `StreamOutlet` (for any reader who may be slow). How text is gathered and how an outlet
ends is in `outlet`.

A database is another matter: rows wait in a `db_spool` and are appended at the end (`db_outlet`); `db_refusals` looks.

An outlet's life: opened -> `begin` (until then nothing that was there before is touched) -> `write`, `flush_in_time`
-> `finish`, `abandon`, or `withdraw` (the scan never began: everything is as it was).
"""
