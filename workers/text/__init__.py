"""Text: machine readable zones, countries, transliteration, dates."""
