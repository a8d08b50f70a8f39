"""Drawing specimens of invented people: fonts, paper, people and camera effects."""
