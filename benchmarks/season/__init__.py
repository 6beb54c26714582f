"""Weeks in a row, unattended: admissions, discharges, call-outs each morning, attendance, make-ups and reports, with what must hold.

    python -m benchmarks.season /tmp/season --people 30 --weeks 12

Every step is a command that a clinic would give, at its own time. After each of them the week is verified with the facts
of its time, what had begun is held against the revision before, and at the end of each week the reports are added up
anew from roster and attendance. The same arguments draw the same season.
"""
