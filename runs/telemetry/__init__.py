"""What happens, told to the outside in other people's formats: counters for Prometheus, traces for OpenTelemetry."""
