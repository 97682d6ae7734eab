"""Outside systems behind small interfaces: SMS, provincial platform, 12345, courier, data sharing, e-licences, departments.

`gateways_of(settings)` gives them as they are configured (docs/gateways.md): over signed HTTP, as a demonstration that
writes to a witness file, or not connected at all. The demonstration's own server is `python -m onething.gateways.demo_server`.
"""

from onething.gateways.assembly import CallbackKeys, Gateways, callback_keys, data_sharing, gateways_of
from onething.gateways.demo import DemoGateway, DemoSource
from onething.gateways.failing import FailingGateway, Mode
from onething.gateways.http import HttpGateway
from onething.gateways.interface import Gateway, GatewayError, GatewayRefused, OutcomeUnknown, Source
from onething.gateways.registers import DemoRegisters, Registers

__all__ = [
    "CallbackKeys",
    "DemoGateway",
    "DemoRegisters",
    "DemoSource",
    "FailingGateway",
    "Gateway",
    "GatewayError",
    "GatewayRefused",
    "Gateways",
    "HttpGateway",
    "Mode",
    "OutcomeUnknown",
    "Registers",
    "Source",
    "callback_keys",
    "data_sharing",
    "gateways_of",
]
