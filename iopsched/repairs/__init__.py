"""What happens while a week runs: how it is asked for, what the clinic becomes, in memory and in its files, and what is done."""
