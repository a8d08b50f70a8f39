"""Makes of vehicles that papers of France and Tunisia name.

>>> known_make("MERCEDES- BEN Z"), known_make("ALFAROMEO"), known_make("NO MAKE")
('MERCEDES-BENZ', 'ALFA ROMEO', 'NO MAKE')
"""

MAKES = frozenset({
    "ABARTH", "ALFA ROMEO", "ALPINE", "APRILIA", "ASTON MARTIN", "AUDI", "BAIC", "BENELLI",
    "BENTLEY", "BMW", "BYD", "CADILLAC", "CAN-AM", "CHERY", "CHEVROLET", "CHRYSLER", "CITROEN",
    "CUPRA", "DACIA", "DAEWOO", "DAF", "DAIHATSU", "DFSK", "DODGE", "DONGFENG", "DS", "DUCATI",
    "FERRARI", "FIAT", "FORD", "FORTHING", "FUSO", "GAC", "GEELY", "GILERA", "GREAT WALL",
    "HARLEY-DAVIDSON", "HAVAL", "HONDA", "HUSQVARNA", "HYUNDAI", "INFINITI", "ISUZU", "IVECO",
    "JAC", "JAGUAR", "JEEP", "JETOUR", "KAWASAKI", "KIA", "KTM", "KYMCO", "LADA", "LAMBORGHINI",
    "LANCIA",
    "LAND ROVER", "LANDWIND", "LEXUS", "LIGIER", "LOTUS", "MAHINDRA", "MAN", "MASERATI", "MAZDA",
    "MERCEDES", "MERCEDES-BENZ", "MG", "MICROCAR", "MINI", "MITSUBISHI", "NISSAN", "OPEL",
    "PEUGEOT", "PIAGGIO", "POLESTAR", "PORSCHE", "RENAULT", "RENAULT TRUCKS", "ROLLS-ROYCE",
    "ROVER", "ROYAL ENFIELD", "SAAB", "SCANIA", "SEAT", "SERES", "SKODA", "SMART", "SSANGYONG",
    "SUBARU", "SUZUKI", "SYM", "TATA", "TESLA", "TOYOTA", "TRIUMPH", "VAUXHALL", "VESPA",
    "VOLKSWAGEN", "VOLVO", "WALLYS", "XPENG", "YAMAHA", "ZONTES",
})  # fmt: skip

_BY_SYMBOLS = {make.replace(" ", ""): make for make in MAKES}


def known_make(name: str) -> str:
    """Return a make with the spaces that it has, where it is a known one."""
    return _BY_SYMBOLS.get(name.replace(" ", ""), name)
