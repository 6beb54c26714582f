"""Weekly schedules for Intensive Outpatient Programs: made, proven, explained."""
