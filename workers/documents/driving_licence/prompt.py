"""What an AI engine is told about driving licences."""

PROMPT = """\
The document is a driving licence of the European model, or the Tunisian one. Its fields are
numbered: 1 surname, 2 given names, 3 date and place of birth, 4a date of issue, 4b date of
expiry, 4c issuing authority, 4d personal number, 5 licence number, 9 categories of vehicles.
Copy values as printed, character by character; dates day first. Where names stand in Latin and in
Arabic letters, copy the Latin ones. Give the categories parted by commas, in their printed order.
A number without a value is left out. The faint words in other languages are background."""
