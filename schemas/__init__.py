"""The language that all parts speak: documents, messages, errors and their Avro form."""
