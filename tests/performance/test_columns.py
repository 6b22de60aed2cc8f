"""Which columns of usual exports are taken for ours before a person has matched any."""

import pytest

from loads.columns import guess
from performance.judge import COLUMNS

OURS = ["influencerId", "campaignId", "views", "likes", "comments", "shares", "platform"]


@pytest.mark.parametrize(
    ("header", "guessed"),
    [
        (
            "Post ID;Account ID;Account username;Account name;Data comment;Profile views;Views;Reach;Likes;Shares;"
            "Follows;Comments;Saves",
            ["Account username", "", "Views", "Likes", "Comments", "Shares", ""],
        ),
        (
            "Beitrags-ID;Konto-ID;Benutzername des Kontos;Kontoname;Datenkommentar;Profilaufrufe;Aufrufe;Reichweite;"
            "„Gefällt mir“-Angaben;Mal geteilt;Follows;Kommentare;Mal gespeichert",
            ["Benutzername des Kontos", "", "Aufrufe", "„Gefällt mir“-Angaben", "Kommentare", "Mal geteilt", ""],
        ),
        (
            "Nom d’utilisateur du compte;Commentaire de données;Vues du profil;Vues;Couverture;Mentions J’aime;"
            "Partages;Commentaires;Campagne;Plateforme",
            ["Nom d’utilisateur du compte", "Campagne", "Vues", "Mentions J’aime", "Commentaires", "Partages",
             "Plateforme"],
        ),
        (
            "Nombre de usuario de la cuenta;Comentario de datos;Visualizaciones del perfil;Visualizaciones;Alcance;"
            "Me gusta;Veces que se compartió;Comentarios;Campaña;Plataforma",
            ["Nombre de usuario de la cuenta", "Campaña", "Visualizaciones", "Me gusta", "Comentarios",
             "Veces que se compartió", "Plataforma"],
        ),
        (
            "Video title;Video link;Post time;Total likes;Total comments;Total shares;Total profile views;Total views",
            ["", "", "Total views", "Total likes", "Total comments", "Total shares", ""],
        ),
        (
            "Content;Video title;Impressions;Impressions click-through rate (%);Average views per viewer;Dislikes;"
            "Likes (vs. dislikes) (%);Total likes;Comments added;Shares;Views",
            ["", "", "Views", "Total likes", "Comments added", "Shares", ""],
        ),
        (
            "Handle;Kampagne;Plattform;Aufrufe;Gefällt mir;Kommentare;Geteilt",
            ["Handle", "Kampagne", "Aufrufe", "Gefällt mir", "Kommentare", "Geteilt", "Plattform"],
        ),
        ("Compass;Pass rate;Shares of voice %;Likelihood", ["", "", "", "", "", "", ""]),
    ],
)  # fmt: skip
def test_columns_of_usual_exports_are_recognised_and_none_that_means_something_else(header, guessed):
    found = guess(COLUMNS, header.split(";"), {})

    assert [found[name] for name in OURS] == guessed
