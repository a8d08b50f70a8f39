"""Training of the line recognisers, Arabic and Latin, on lines that these scripts draw."""
