"""Reading documents: pure functions from pictures to values; no Kafka, no SQL, no HTTP server."""
