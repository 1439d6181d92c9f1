"""A believable airline to try AMSS on. Everything in it is made up; it never exists in production."""
