"""The feed of an organization: every event in its order, to be read at any time or followed as it goes on."""
