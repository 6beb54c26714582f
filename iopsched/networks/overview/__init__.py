"""What a night brought, for whoever has many clinics to look after: tables over all sites, as data."""
