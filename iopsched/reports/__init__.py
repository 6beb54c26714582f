"""What billers, payroll and auditors ask of published weeks, as tables: pure functions of what is on record."""
