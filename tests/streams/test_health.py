"""The workers' small HTTP server."""

import httpx
from prometheus_client import CollectorRegistry, Counter

from streams.health import Health, HealthServer


def test_health_and_metrics_are_served() -> None:
    """Healthy is 200 with details, unhealthy is 503, and the metrics are Prometheus'."""
    registry = CollectorRegistry()
    Counter("seen_total", "Seen", registry=registry).inc()
    now = [Health(healthy=True, detail={"circuit": "closed"})]

    with HealthServer(lambda: now[0], host="127.0.0.1", registry=registry) as server:
        url = f"http://127.0.0.1:{server.port}"
        healthy = httpx.get(f"{url}/health")
        now[0] = Health(healthy=False, detail={"circuit": "open"})
        unhealthy = httpx.get(f"{url}/health")
        metrics = httpx.get(f"{url}/metrics")
        lost = httpx.get(f"{url}/other")

    assert (healthy.status_code, healthy.json()) == (200, {"healthy": True, "circuit": "closed"})
    assert (unhealthy.status_code, unhealthy.json()["circuit"]) == (503, "open")
    assert "seen_total 1.0" in metrics.text
    assert lost.status_code == 404
