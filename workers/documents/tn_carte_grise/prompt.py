"""What an AI engine is told about the Tunisian vehicle registration."""

PROMPT = """\
A Tunisian vehicle registration (certificat d'immatriculation, شهادة التسجيل), one or both sides.
Copy each value exactly as printed, Arabic in Arabic letters, without its label; do not translate
or complete anything; leave out what you cannot read.
The older card has labels in French and Arabic; registration_number stands along the left edge, from
left to right a series of up to three digits, تونس or TUN, then up to four digits. vin is N° série
du type, make Constructeur, model_type Type constructeur, commercial_name Type commercial, category
Genre, body Carrosserie, fuel Energie, first_registration_date DPMC, holder_number CIN (ou MF).
The newer card has codes: A registration_number, B first_registration_date, C.1 holder_name,
C.3 holder_address, D.1 make, D.2 model_type, D.3 commercial_name, E vin, I issue_date, J fuel
(not the category), Q fiscal_power_cv (not a ratio), S.1 seats.
"""
