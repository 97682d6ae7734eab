"""fastbpmn as its manual shows it. It asks twice a second for as many tasks as it has workers: hence many workers."""

import logging
import os
import sys

import structlog
from fastbpmn import FastBPMN
from fastbpmn.aetpi.servers.camunda7.server import Camunda7Server
from fastbpmn.models import BaseInputModel, BaseOutputModel

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
logging.disable(logging.CRITICAL)

app = FastBPMN(name="bench")


class Input(BaseInputModel):
    application_no: str


class Output(BaseOutputModel):
    pass


async def nothing(input_data: Input):
    return Output()


for topic in os.environ["BENCH_TOPICS"].split(","):
    app.external_task(topic=topic, input_class=Input, output_class=Output)(nothing)

server = Camunda7Server(
    app, name="bench", parallelism=int(os.environ.get("BENCH_WORKERS", "100")), camunda_url=os.environ["BENCH_URL"],
    camunda_username=os.environ["BENCH_USER"], camunda_password=os.environ["BENCH_PASSWORD"],
)
print("READY", flush=True)
sys.stdin.readline()
server.run()
