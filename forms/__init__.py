"""Forms: what a person may type and how it is checked. Plain WTForms; knows nothing of HTTP or the database."""
