"""Who is behind in a week that runs, by attendance and what is still to come, and how it is made up."""
