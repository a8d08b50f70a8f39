"""Pictures: decoding, finding, flattening, turning, measuring."""
