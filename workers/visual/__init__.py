"""Reading the visual part of documents: lines are found, read, matched with labels, read again."""
