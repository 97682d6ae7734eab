"""Outside systems behind small interfaces: SMS to the applicant, pushes to the provincial platform.

`DemoGateway` stands in where no real system is configured: it appends every order to a file that only grows, so that
anyone can see afterwards what was sent, and sends each key once.
"""

from onething.gateways.demo import DemoGateway
from onething.gateways.interface import Gateway, GatewayError, GatewayRefused, OutcomeUnknown
from onething.gateways.registers import DemoRegisters, Registers

__all__ = ["DemoGateway", "DemoRegisters", "Gateway", "GatewayError", "GatewayRefused", "OutcomeUnknown", "Registers"]
