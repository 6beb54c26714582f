"""Staff shared between sites: who they are, which sites they link, and what these sites' weeks bind."""
