"""Search of weeks whose sessions are formed freely, as one model of pooled candidates of which a part is open at a time."""
