"""Training of the MRZ recogniser on lines that these scripts draw themselves."""
