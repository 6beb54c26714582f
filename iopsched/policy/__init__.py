"""What a clinic may write down: its columns and its settings, each declared once, and the numbers in force."""
