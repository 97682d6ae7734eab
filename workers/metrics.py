"""What happens to tasks and what lies waiting, for Prometheus. Counts and seconds only: no case number, no person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from onething.bootstrap import Tools
from onething.engine.worker import End, Task, Worker
from onething.errors import OneThingError
from onething.gateways import Gateways, HttpGateway
from onething.store import effects, inbox, outbox, troubles

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class TaskMetrics:
    """The worker loop's `Observer`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.fetches = Counter("onething_tasks_fetched", "Tasks locked by this process", ["topic"], registry=self.registry)
        self.ends = Counter("onething_tasks_ended", "Tasks by how they ended", ["topic", "end"], registry=self.registry)
        self.seconds = Histogram(
            "onething_task_seconds", "From the start of a step until the engine knows", ["topic"], buckets=BUCKETS,
            registry=self.registry,
        )

    def fetched(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            self.fetches.labels(task.topic).inc()

    def ended(self, task: Task, end: End, seconds: float) -> None:
        self.ends.labels(task.topic, str(end)).inc()
        self.seconds.labels(task.topic).observe(seconds)

    def watch(self, worker: Worker, tools: Tools, gateways: Gateways | None = None) -> None:
        """Also tell what this worker holds, what the store has waiting and who is not called, looked up when somebody asks."""
        held = Gauge("onething_locks_held", "Tasks locked by this process now", registry=self.registry)
        held.set_function(lambda: worker.held)
        answers = Gauge("onething_engine_answers", "1 while the engine serves this process", registry=self.registry)
        answers.set_function(lambda: not worker.problem)
        self.registry.register(StoreMetrics(tools))
        circuits = Gauge(
            "onething_circuit_open", "1 while an outside system is left alone after failures", ["system"], registry=self.registry
        )
        for system, department, gateway in gateways.each() if gateways else ():
            if isinstance(gateway, HttpGateway):
                name = f"{system}/{department}" if department else str(system)
                circuits.labels(name).set_function(lambda breaker=gateway.breaker: breaker.open)

    def text(self) -> bytes:
        return generate_latest(self.registry)


class StoreMetrics:
    """A collector: asks the store once per scrape."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        now = self.tools.clock.now()
        try:
            with self.tools.store.reading() as session:
                oldest, (_, open_, _) = outbox.oldest_due(session, now), outbox.tally(session, now)
                by_state, by_kind = effects.tally(session), troubles.tally(session)
                unfinished = len(inbox.unfinished(session, now))
        except OneThingError:
            yield GaugeMetricFamily("onething_store_answers", "1 while the store answers", value=0)
            return
        waited = (now - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily("onething_store_answers", "1 while the store answers", value=1)
        yield GaugeMetricFamily("onething_outbox_open", "Promised and not yet done", value=open_)
        yield GaugeMetricFamily("onething_outbox_oldest_seconds", "How long the oldest due promise waits", value=waited)
        yield GaugeMetricFamily("onething_lost_candidates", "Tasks begun whose lock ran out", value=unfinished)
        yield _labelled("onething_effects", "Effects outside by state; UNKNOWN may have happened", "state", by_state)
        yield _labelled("onething_troubles", "What a person has to look at", "kind", by_kind)


def _labelled(name: str, help_: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_, labels=[label])
    for value, count in values.items():
        family.add_metric([str(value)], count)
    return family
