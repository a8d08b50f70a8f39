"""Given names and surnames to invent people from, by the country that prints them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one country's invented people.

    Args:
        surnames: as the visual zone prints them in Latin letters.
        men: given names.
        women: given names.
        places: towns, real or not, for births and offices.
        nationality: the printed adjective.
        state: the printed name of the state, in Latin letters.
        native_state: the same in the state's own script.
    """

    surnames: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    places: tuple[str, ...]
    nationality: str
    state: str
    native_state: str = ""


NAMING: Mapping[str, Naming] = {
    "UTO": Naming(
        ("Eriksson", "Vantar", "Ostrelin", "Quillory", "Marbeck", "Thornwick", "Zelkova", "Ypsil"),
        ("Orrin", "Caspar", "Tobiah", "Leander", "Wystan", "Idris", "Quentin"),
        ("Anna", "Ysolde", "Maren", "Philippa", "Odile", "Xenia", "Wilma"),
        ("Zenith", "Port Utopia", "Eastmere", "Hollowbridge"),
        "Utopian",
        "Utopia",
    ),
    "TUN": Naming(
        ("Ben Salah", "Trabelsi", "Jaziri", "Mzoughi", "Ben Achour", "Khelifi", "Ouertani"),
        ("Yassine", "Mohamed Aziz", "Skander", "Walid", "Hichem", "Khalil"),
        ("Amel", "Olfa", "Rym", "Nour El Houda", "Zeineb", "Chaima"),
        ("Tunis", "Sfax", "Sousse", "Gafsa", "Béja"),
        "Tunisienne",
        "République Tunisienne",
        "الجمهورية التونسية",
    ),
    "FRA": Naming(
        ("Lefèvre", "Dupré", "Moreau-Gauthier", "Béranger", "D'Aubigny", "Châtelain", "Noël"),
        ("Jérôme", "François", "Loïc", "Hugo", "Benoît", "Jean-Baptiste"),
        ("Élodie", "Zoé", "Françoise", "Maëlle", "Agnès", "Marie-Hélène"),
        ("Lyon", "Besançon", "Nîmes", "Orléans", "Saint-Étienne"),
        "Française",
        "République Française",
    ),
    "DEU": Naming(
        ("Müller", "Strauß", "Großmann", "Köhler", "Weiß", "Schönfeld", "Jäger"),
        ("Jürgen", "Björn", "Matthias", "Günther", "Lukas"),
        ("Käthe", "Annegret", "Sabine", "Ulrike", "Zita"),
        ("Köln", "Würzburg", "Kiel", "Görlitz"),
        "Deutsch",
        "Bundesrepublik Deutschland",
    ),
    "ESP": Naming(
        ("Núñez", "García Peña", "Ibáñez", "Quiroga", "Zúñiga", "Llorente"),
        ("Íñigo", "José Luis", "Andrés", "Ramón", "Xavier"),
        ("Begoña", "Inés", "María del Mar", "Lucía", "Nuria"),
        ("Cádiz", "León", "Logroño", "Vigo"),
        "Española",
        "España",
    ),
    "POL": Naming(
        ("Wałęcki", "Żółkowski", "Gąsior", "Śliwa", "Kwiatkowska", "Łoś"),
        ("Łukasz", "Grzegorz", "Józef", "Bartłomiej", "Wojciech"),
        ("Małgorzata", "Żaneta", "Agnieszka", "Zofia", "Jadwiga"),
        ("Kraków", "Łódź", "Poznań", "Gdańsk"),
        "Polskie",
        "Rzeczpospolita Polska",
    ),
    "NOR": Naming(
        ("Ødegård", "Bjørnstad", "Fjeld", "Kjærstad", "Åsen", "Sæther"),
        ("Øyvind", "Håkon", "Bjørn", "Magnus", "Asbjørn"),
        ("Åse", "Ingrid", "Sølvi", "Kjersti", "Ragnhild"),
        ("Tromsø", "Ålesund", "Bodø", "Røros"),
        "Norsk",
        "Norge",
    ),
    "TUR": Naming(
        ("Y\u0131lmaz", "Öztürk", "Çelik", "Şahin", "Gündoğdu", "K\u0131l\u0131ç"),
        ("Uğur", "Özgür", "İbrahim", "Mehmet", "Çağlar"),
        ("Şule", "Ayşe", "Gülşen", "Zeynep", "Elif"),
        ("İzmir", "Muğla", "Eskişehir", "Ankara"),
        "Türk",
        "Türkiye Cumhuriyeti",
    ),
    "MAR": Naming(
        ("El Fassi", "Benjelloun", "Alaoui", "Ouazzani", "Bennis", "Tazi"),
        ("Anas", "Driss", "Mehdi", "Younes", "Zakaria"),
        ("Ghita", "Hajar", "Salma", "Fatima Zahra", "Kenza"),
        ("Fès", "Rabat", "Meknès", "Oujda"),
        "Marocaine",
        "Royaume du Maroc",
        "المملكة المغربية",
    ),
    "VNM": Naming(
        ("Nguyễn", "Trần", "Phạm", "Đặng", "Vũ"),
        ("Văn Quyết", "Minh Đức", "Quang Hải", "Hữu Phước"),
        ("Thị Xuân", "Ngọc Ánh", "Bích Thủy", "Kim Oanh"),
        ("Huế", "Đà Nẵng", "Hà Nội", "Cần Thơ"),
        "Việt Nam",
        "Việt Nam",
    ),
    "GRC": Naming(
        ("Papadakis", "Zografou", "Xenakis", "Kyriakou", "Vlachos"),
        ("Georgios", "Kyriakos", "Achilleas", "Fotis"),
        ("Kalliopi", "Zoi", "Eftychia", "Xanthippi"),
        ("Patra", "Chania", "Volos"),
        "Elliniki",
        "Elliniki Dimokratia",
    ),
    "JPN": Naming(
        ("Hoshizaki", "Kurokawa", "Yonezu", "Watabe", "Fujimori"),
        ("Kenji", "Haruto", "Jun", "Ryuichi"),
        ("Yuzuki", "Aoi", "Mitsuko", "Hina"),
        ("Kyoto", "Sapporo", "Nagoya"),
        "Japan",
        "Japan",
    ),
    "BRA": Naming(
        ("Gonçalves", "Araújo", "Assunção", "Brandão", "Quintela"),
        ("João Vítor", "Caio", "Sebastião", "Wagner"),
        ("Conceição", "Luíza", "Jaqueline", "Fabíola"),
        ("Recife", "São Luís", "Maceió"),
        "Brasileira",
        "República Federativa do Brasil",
    ),
}
