"""The store: what is kept, which pieces there are, and which work has them."""
