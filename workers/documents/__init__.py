"""One folder for each document type; see CONTRIBUTING.md for how to add one."""
