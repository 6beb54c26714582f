"""Files of ours: read with bounds, written all or nothing, and told apart from the files of others."""
