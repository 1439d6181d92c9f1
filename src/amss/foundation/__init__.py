"""What every feature stands on: settings, errors, access, the database and its transaction."""
