from collections.abc import Callable

import pytest

from tests.workers.visual.made_lines import line
from workers.documents.driving_licence import values as licence
from workers.documents.fr_carte_grise import values as certificate
from workers.documents.fr_carte_grise.layout import FACES
from workers.visual.labels import find_labels


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
        (certificate.environment, "EURO", None),
        (certificate.environment, "66", None),
        (certificate.environment, "120,50", None),
        (certificate.environment, "22/10/7", None),
        (certificate.make, "vOLKSwAGEN", "VOLKSWAGEN"),
        (certificate.make, "Renault", "Renault"),
        (certificate.approval, "34,76", None),
        (certificate.approval, "1746", None),
        (certificate.count(1, 200), "5", "5"),
        (certificate.count(1, 200), "11,76", None),
        (certificate.environment, "715/2007*692/2008EUR05", "715/2007*692/2008EURO5"),
        (certificate.environment, "70/220*2003/76EC", "70/220*2003/76EC"),
        (certificate.co_holder, "2 DELAROCHE", "DELAROCHE"),
        (certificate.co_holder, "no", None),
        (certificate.national_type, "NV03111P883", "NVO3111P883"),
        (certificate.national_type, "NV03111P88", "NV03111P88"),
        (certificate.holder, "ŁUCZAK ŁÓDź", "ŁUCZAK ŁÓDŹ"),
        (certificate.approval, "E2*2001/116*0327*12", "E2*2001/116*0327*12"),
        (certificate.address, "27 RUE DU LAC  59169 FERIN", "27 RUE DU LAC 59169 FERIN"),
        (certificate.address, "1234", None),
        (certificate.national_type, "M10 RENVP 123A456", "M10RENVP123A456"),
        (certificate.national_type, "MIO RENVP 123A456", "M10RENVP123A456"),
        (certificate.serial, "T93- 5MB2", "T93-5MB2"),
        (certificate.commercial_name, "0CTAVIA", "OCTAVIA"),
        (certificate.commercial_name, "XC40", "XC40"),
        (certificate.national_type, "ML17PBT28DLKNV8", "ML17PBT28DLKNV8"),
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
        (certificate.approval, "e2*2001/116 *0327*12", "e2*2001/116*0327*12"),
        (certificate.approval, "CI", None),
        (certificate.approval, "E1 5*201 8/858*1941*07", "E15*2018/858*1941*07"),
        (certificate.approval, "e9*2007|46*0442*73", "e9*2007/46*0442*73"),
        (certificate.approval, "e9*2007146*0442*73", "e9*2007/46*0442*73"),
        (certificate.approval, "el*98/14*0807*75", "e1*98/14*0807*75"),
        (certificate.environment, "70/220* 2003/76B", "70/220*2003/76B"),
        (certificate.environment, "7O/22O*1999/1O2EURO3", "70/220*1999/102EURO3"),
        (certificate.approval, "e1*2OO7/46*0O97*27", "e1*2007/46*0097*27"),
        (certificate.approval, "e2*KS07/46*0003*01", "e2*KS07/46*0003*01"),
        (certificate.holder, "BERTRAND ANA\u00cfs", "BERTRAND ANA\u00cfS"),
        (certificate.address, "2 RUE DE LA PAIX 60OOO BEAUVAIS", "2 RUE DE LA PAIX 60000 BEAUVAIS"),
        (certificate.serial, "SRBBB5-A", "SRBBB5-A"),
        (certificate.serial, "wU6J5c", "WU6J5C"),
        (certificate.serial, "Clio", "Clio"),
        (certificate.serial, "-", None),
        (certificate.commercial_name, "50O", "500"),
        (certificate.commercial_name, "320D", "320D"),
        (certificate.quantity(1, 100), "5", "5"),
        (certificate.ratio, "0,08", "0.08"),
        (certificate.ratio, "5", None),
        (certificate.ratio, "0.1)", None),
        (certificate.make, "SK0DA", "SKODA"),
        (certificate.day, "VISITE AVANT LE 06/07/2011", "2011-07-06"),
        (licence.name, "1. MOREAU-GAUTHIER", "MOREAU-GAUTHIER"),
        (licence.name, "Élodie, Maëlle", "Élodie, Maëlle"),
        (licence.name, "WElß", "WEIß"),
        (licence.name, "MARTlN", "MARTIN"),
        (licence.name, "Al Saleh", "Al Saleh"),
        (licence.name, "LOÏc zsÓFIA", "LOÏC ZSÓFIA"),
        (licence.name, "McCoy DeVos Łukasz", "McCoy DeVos Łukasz"),
        (licence.name, "12.03.1990", None),
        (licence.birth_place, "13.07.1990 (PARIS)", "PARIS"),
        (licence.birth_place, "17-04-1950 FIRENZE (FI)", "FIRENZE (FI)"),
        (licence.birth_place, "17-04-1950 FIRENZE(FI", "FIRENZE (FI)"),
        (licence.birth_place, "15.01.57 Halle (Saale)", "Halle (Saale)"),
        (licence.birth_place, "15.01.57 TUNIS (abc", "TUNIS abc"),
        (licence.with_commas_below(licence.name), "ŞTEFAN", "ȘTEFAN"),
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


@pytest.mark.parametrize(
    ("value", "places"),
    [
        ("MFT5029H410", set()),
        ("MFT502HH410", {10}),
        ("M10RENVP1230450", {8, 14}),
    ],
)
def test_a_type_of_the_known_form_has_figures_where_these_belong(
    value: str, places: set[int]
) -> None:
    """Three letters, four figures, a letter and figures; others mix them as they like."""
    assert certificate.open_in_national_type(value) == places


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Immatriculation", "registration_number"),
        ("1re immatriculation", "first_registration_date"),
        ("1ère immatriculation", "first_registration_date"),
        ("Date d'immatriculation", "certificate_date"),
    ],
)
def test_headings_that_are_much_alike_are_each_their_own(label: str, field: str) -> None:
    """A number's heading is the end of a day's."""
    for face in FACES:
        (found,) = find_labels(face, [line(label, 0.1, 0.1)])

        assert found.zone is not None
        assert face.zones[found.zone].field == field
