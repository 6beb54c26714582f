"""Who solves the tasks of a night: this process, processes of this machine, or a cluster. All give the same answers."""
