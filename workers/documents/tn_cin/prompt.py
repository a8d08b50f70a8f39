"""What an AI engine is told about the Tunisian identity card."""

PROMPT = """\
A Tunisian national identity card (بطاقة التعريف الوطنية), front, back or both.
Copy each value exactly as printed, Arabic in Arabic letters, without its label; do not translate,
transliterate or complete anything; leave out what you cannot read.
Front: number is the eight digits under the titles, zeros kept. surname follows اللقب, given_names
follows الاسم. filiation is the whole line that begins with بن or بنت. spouse follows حرم.
birth_date follows تاريخ الولادة with the month as a word (جانفي فيفري مارس أفريل ماي جوان جويلية
أوت سبتمبر أكتوبر نوفمبر ديسمبر are January to December). birth_place follows مكانها.
Back: mother_name follows اسم ولقب الأم, profession follows المهنة, address follows العنوان and may
run over two lines, issue_date follows تونس في.
Newer cards also print surname_latin, given_names_latin, sex (M or F) and expiry_date.
"""
