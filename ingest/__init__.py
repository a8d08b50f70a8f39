"""The HTTP side: takes documents in, answers with results."""
