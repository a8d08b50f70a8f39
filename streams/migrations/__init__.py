"""The database's versions; Alembic and SQLAlchemy are used here and in ``migrate.py`` alone."""
