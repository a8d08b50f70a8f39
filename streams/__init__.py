"""Running the stages on Kafka: the pipeline, its runner, the sink and the command line."""
