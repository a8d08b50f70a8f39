from collections.abc import Callable

import pytest

from workers.documents.driving_licence import values as licence
from workers.documents.fr_carte_grise import values as certificate


@pytest.mark.parametrize(
    ("parse", "read", "value"),
    [
        (certificate.holder, "DUPONT YVES", "DUPONT YVES"),
        (certificate.holder, "EST LE PROPRIETAIRE DU VEHICULE", None),
        (certificate.holder, "12345", None),
        (certificate.holder, "GARCIA FRANÇOISE C.4.a", "GARCIA FRANÇOISE"),
        (certificate.co_holder, "D'ALMEIDA ARTHUR 71 CHEMIN DES ECOLES", None),
        (certificate.holder, "STUDIO 54 SARL", "STUDIO 54 SARL"),
        (certificate.holder, "M. DUPONT YVES", "DUPONT YVES"),
        (certificate.holder, "MME LE GOFF", "LE GOFF"),
        (certificate.environment, "EUR05", "EURO5"),
        (certificate.environment, "70/220*2003/76EC", "70/220*2003/76EC"),
        (certificate.co_holder, "2 DELAROCHE", "DELAROCHE"),
        (certificate.address, "27 RUE DU LAC  59169 FERIN", "27 RUE DU LAC 59169 FERIN"),
        (certificate.address, "1234", None),
        (certificate.national_type, "M10 RENVP 123A456", "M10RENVP123A456"),
        (certificate.category, "MI", "M1"),
        (certificate.category, "L3e", "L3e"),
        (certificate.category, "GO", None),
        (certificate.national_category, "VP", "VP"),
        (certificate.national_category, "MTTl", "MTTl".upper()[:3] + "1"),
        (certificate.national_category, "5", None),
        (certificate.body, "AB", "AB"),
        (certificate.body, "1915", None),
        (certificate.national_body, "CI", "CI"),
        (certificate.national_body, "PR SREM", "PR SREM"),
        (certificate.national_body, "5", None),
        (certificate.national_body, "C1", "CI"),
        (certificate.national_body, "Cl", "CI"),
        (certificate.national_body, "TMPI", "TMP1"),
        (certificate.national_body, "CTTE", "CTTE"),
        (certificate.address, "104 RUE DES LILAS 761oO AJACCIO", "104 RUE DES LILAS 76100 AJACCIO"),
        (certificate.approval, "e2*2001/116 *0327*12", "E2*2001/116*0327*12"),
        (certificate.approval, "CI", None),
        (certificate.approval, "e1*2OO7/46*0O97*27", "E1*2007/46*0097*27"),
        (certificate.approval, "e2*KS07/46*0003*01", "E2*KS07/46*0003*01"),
        (certificate.holder, "BERTRAND ANA\u00cfs", "BERTRAND ANA\u00cfS"),
        (certificate.address, "2 RUE DE LA PAIX 60OOO BEAUVAIS", "2 RUE DE LA PAIX 60000 BEAUVAIS"),
        (certificate.serial, "SRBBB5-A", "SRBBB5-A"),
        (certificate.serial, "wU6J5c", "WU6J5C"),
        (certificate.serial, "Clio", "Clio"),
        (certificate.serial, "-", None),
        (certificate.quantity(1, 100), "5", "5"),
        (certificate.ratio, "0,08", "0.08"),
        (certificate.ratio, "5", None),
        (certificate.day, "VISITE AVANT LE 06/07/2011", "2011-07-06"),
        (licence.name, "1. MOREAU-GAUTHIER", "MOREAU-GAUTHIER"),
        (licence.name, "Élodie, Maëlle", "Élodie, Maëlle"),
        (licence.name, "WElß", "WEIß"),
        (licence.name, "MARTlN", "MARTIN"),
        (licence.name, "Al Saleh", "Al Saleh"),
        (licence.name, "12.03.1990", None),
        (licence.birth_place, "13.07.1990 (PARIS)", "PARIS"),
        (licence.birth_place, "13/07/1990 SIDI BOUZID", "SIDI BOUZID"),
        (licence.birth_place, "13.07.1990", None),
        (licence.authority, "4c. Préfet 75", "Préfet 75"),
        (licence.authority, "05/16", "05/16"),
        (licence.authority, ".", None),
        (licence.authority, "A.T.T.T.", "A.T.T.T."),
        (licence.authority, "STADT KIEL.", "STADT KIEL"),
        (licence.personal_number, "780803 92525", "78080392525"),
        (licence.personal_number, "PARIS", None),
        (licence.authority, "A.TT.T", "A.T.T.T"),
        (licence.authority, "A.T.TT.", "A.T.T.T."),
        (licence.authority, "ATTT", "ATTT"),
        (licence.authority, "69O03", "69003"),
        (licence.categories, "AM/B1/B", "AM,B1,B"),
    ],
)  # fmt: skip
def test_text_is_a_value_or_is_none(
    parse: Callable[[str], str | None], read: str, value: str | None
) -> None:
    """Each code takes what its grammar allows and nothing else."""
    assert parse(read) == value
