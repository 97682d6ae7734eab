"""Drawing a model: every call adds the element and its place in the diagram together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lxml import etree

from onething.modelling.names import XSI, camunda, tag
from onething.modelling.shapes import EVENT, GATEWAY, Point, Shape, label_size
from onething.modelling.sheet import Sheet

TASK_DESCRIPTION = "办件编号 ${application_no}"
ITEM_DESCRIPTION = f"{TASK_DESCRIPTION}，${{item_name}}"
"""What Tasklist shows with a task, in its list too; it names the case and the item without opening the case's variables to all
staff."""
BUSINESS_KEY = "#{execution.processBusinessKey}"
"""Under which a called process belongs to the same case."""


class Canvas(Sheet):
    """One process with its diagram. Coordinates of nodes are centres; of boxes, the upper left corner."""

    # nodes

    def start(self, node_id: str, name: str, x: float, y: float, *, asynchronous: bool = False) -> Shape:
        shape = self._event("startEvent", node_id, name, x, y)
        if asynchronous:
            self.element(node_id).set(camunda("asyncBefore"), "true")
        return shape

    def end(self, node_id: str, name: str, x: float, y: float, *, label: Point | None = None) -> Shape:
        return self._event("endEvent", node_id, name, x, y, label=label)

    def catch(self, node_id: str, name: str, x: float, y: float, message: str, *, label: Point | None = None) -> Shape:
        shape = self._event("intermediateCatchEvent", node_id, name, x, y, label=label)
        self._message_definition(node_id, message)
        return shape

    def wait_until(self, node_id: str, name: str, x: float, y: float, due: str, *, label: Point | None = None) -> Shape:
        """Goes on at the time in the variable `due`."""
        shape = self._event("intermediateCatchEvent", node_id, name, x, y, label=label)
        self._timer_definition(node_id, due)
        return shape

    def throw(self, node_id: str, name: str, x: float, y: float, *, label: Point | None = None) -> Shape:
        """A state the case passes through: shown in the path, nothing is done."""
        return self._event("intermediateThrowEvent", node_id, name, x, y, label=label)

    def message_start(self, node_id: str, name: str, x: float, y: float, message: str) -> Shape:
        shape = self._event("startEvent", node_id, name, x, y)
        self._message_definition(node_id, message)
        return shape

    def gateway(
        self, kind: str, node_id: str, name: str, x: float, y: float, *, label: Point | None = None
    ) -> Shape:
        """`kind`: exclusive, parallel, inclusive or eventBased. `label` is the upper left corner of the name."""
        shape = self._node(f"{kind}Gateway", node_id, name, x, y, GATEWAY, GATEWAY)
        if name:
            width, height = label_size(name)
            corner = label or (x - width / 2, y + GATEWAY / 2 + 4)
            self._label(node_id, corner, (width, height))
        if kind == "exclusive":
            self._di(node_id).set("isMarkerVisible", "true")
        return shape

    def service(self, node_id: str, name: str, x: float, y: float, topic: str, *, step: str = "",
                width: float = 100, height: float = 60) -> Shape:
        """An external task; `step` tells the nodes of one topic apart: a property, which costs the engine nothing."""
        shape = self._node("serviceTask", node_id, name, x, y, width, height)
        element = self.element(node_id)
        element.set(camunda("type"), "external")
        element.set(camunda("topic"), topic)
        if step:
            holder = etree.SubElement(self._extension(node_id), camunda("properties"))
            etree.SubElement(holder, camunda("property"), name="step", value=step)
        return shape

    def user(self, node_id: str, name: str, x: float, y: float, form: str, group: str, due: str, *,
             described: str = TASK_DESCRIPTION) -> Shape:
        """A form for the group in variable `group`, due at the date in variable `due`."""
        shape = self._node("userTask", node_id, name, x, y, 120, 80)
        element = self.element(node_id)
        description = etree.Element(tag("bpmn", "documentation"))
        description.text = described
        element.insert(0, description)
        element.set(camunda("formRef"), form)
        element.set(camunda("formRefBinding"), "deployment")
        element.set(camunda("candidateGroups"), f"${{{group}}}")
        element.set(camunda("dueDate"), f"${{{due}}}")
        return shape

    def call(self, node_id: str, name: str, x: float, y: float, process: str, ins: Sequence[str], outs: Sequence[str],
             *, width: float = 120, height: float = 80) -> Shape:
        """A shared process of the same deployment; `ins` and `outs` are all it sees and gives back."""
        shape = self._node("callActivity", node_id, name, x, y, width, height)
        element = self.element(node_id)
        element.set("calledElement", process)
        element.set(camunda("calledElementBinding"), "deployment")
        extension = self._extension(node_id)
        etree.SubElement(extension, camunda("in"), businessKey=BUSINESS_KEY)
        for name_ in ins:
            etree.SubElement(extension, camunda("in"), source=name_, target=name_)
        for name_ in outs:
            etree.SubElement(extension, camunda("out"), source=name_, target=name_)
        return shape

    @contextmanager
    def box(self, node_id: str, name: str, x: float, y: float, width: float, height: float, *,
            event: bool = False) -> Iterator[Shape]:
        """An expanded sub-process; what is drawn inside the block belongs to it."""
        shape = self._node("subProcess", node_id, name, x + width / 2, y + height / 2, width, height)
        self._di(node_id).set("isExpanded", "true")
        outer, self.scope = self.scope, self.element(node_id)
        if event:
            self.scope.set("triggeredByEvent", "true")
        try:
            yield shape
        finally:
            self.scope = outer

    def repeat(self, node_id: str, count: str) -> None:
        """As many of this side by side as variable `count` says."""
        loop = etree.Element(tag("bpmn", "multiInstanceLoopCharacteristics"))
        self._insert(node_id, loop)
        cardinality = etree.SubElement(loop, tag("bpmn", "loopCardinality"))
        cardinality.set(f"{{{XSI}}}type", self.formal)
        cardinality.text = f"${{{count}}}"

    def timer(self, node_id: str, name: str, host: Shape, x: float, due: str, *, interrupting: bool = False) -> Shape:
        """A boundary timer at the lower edge of `host`; its label sits right of the flow that leaves it."""
        shape = self._boundary(node_id, name, host, x, interrupting)
        self._timer_definition(node_id, due)
        return shape

    def message_boundary(self, node_id: str, name: str, host: Shape, x: float, message: str) -> Shape:
        shape = self._boundary(node_id, name, host, x, interrupting=True)
        self._message_definition(node_id, message)
        return shape

    def annotation(self, node_id: str, text: str, x: float, y: float, width: float, height: float) -> None:
        element = etree.SubElement(self.scope, tag("bpmn", "textAnnotation"), id=node_id)
        etree.SubElement(element, tag("bpmn", "text")).text = text
        self._bounds(node_id, x, y, width, height)

    def data_object(self, node_id: str, name: str, x: float, y: float) -> Shape:
        """A data object of 36 by 50 px with its name beneath; x and y are its upper left corner."""
        etree.SubElement(self.scope, tag("bpmn", "dataObject"), id=f"{node_id}-data")
        reference = etree.SubElement(self.scope, tag("bpmn", "dataObjectReference"), id=node_id, name=name)
        reference.set("dataObjectRef", f"{node_id}-data")
        self._bounds(node_id, x, y, 36, 50)
        width, height = label_size(name)
        self._label(node_id, (x + 18 - width / 2, y + 53), (width, height))
        return Shape(node_id, x, y, 36, 50)

    # connections

    def flow(self, source: Shape, target: Shape, points: Sequence[Point], *, name: str = "", condition: str = "",
             default: bool = False, label: Point | None = None) -> None:
        """A sequence flow along `points`; `condition` without ${}."""
        flow_id = f"{source.id}-to-{target.id}"
        element = etree.SubElement(self.scope, tag("bpmn", "sequenceFlow"), id=flow_id)
        if name:
            element.set("name", name)
        element.set("sourceRef", source.id)
        element.set("targetRef", target.id)
        if condition:
            expression = etree.SubElement(element, tag("bpmn", "conditionExpression"))
            expression.set(f"{{{XSI}}}type", self.formal)
            expression.text = f"${{{condition}}}"
        if default:
            self.element(source.id).set("default", flow_id)
        self._connect(source.id, "outgoing", flow_id)
        self._connect(target.id, "incoming", flow_id)
        self._edge(flow_id, points)
        if name and label:
            self._label(flow_id, label, label_size(name))

    def straight(self, source: Shape, target: Shape, **options: object) -> None:
        self.flow(source, target, [source.east(), target.west()], **options)  # type: ignore[arg-type]

    def data_out(self, box: Shape, data: Shape, points: Sequence[Point]) -> None:
        """The result of `box` becomes `data`."""
        association_id = f"{box.id}-gives-{data.id}"
        association = etree.Element(tag("bpmn", "dataOutputAssociation"), id=association_id)
        etree.SubElement(association, tag("bpmn", "targetRef")).text = data.id
        self._insert(box.id, association)
        self._edge(association_id, points)

    def data_in(self, data: Shape, box: Shape, points: Sequence[Point]) -> None:
        """`box` needs `data` before it is decided. The schema wants a property as the target."""
        association_id = f"{data.id}-for-{box.id}"
        element = self.element(box.id)
        held = element.find(tag("bpmn", "property"))
        if held is None:
            held = etree.Element(tag("bpmn", "property"), id=f"{box.id}-front", name="front-result")
            self._insert(box.id, held)
        association = etree.Element(tag("bpmn", "dataInputAssociation"), id=association_id)
        etree.SubElement(association, tag("bpmn", "sourceRef")).text = data.id
        etree.SubElement(association, tag("bpmn", "targetRef")).text = held.get("id")
        self._insert(box.id, association)
        self._edge(association_id, points)

    def inputs(self, node_id: str, values: dict[str, str | None]) -> None:
        """Local input parameters; None declares a variable of the box that a step fills in later."""
        holder = etree.SubElement(self._extension(node_id), camunda("inputOutput"))
        for name, value in values.items():
            parameter = etree.SubElement(holder, camunda("inputParameter"), name=name)
            parameter.text = value

    # inner workings

    def _node(self, kind: str, node_id: str, name: str, x: float, y: float, width: float, height: float) -> Shape:
        element = etree.SubElement(self.scope, tag("bpmn", kind), id=node_id)
        if name:
            element.set("name", name)
        self._bounds(node_id, x - width / 2, y - height / 2, width, height)
        return Shape(node_id, x - width / 2, y - height / 2, width, height)

    def _event(self, kind: str, node_id: str, name: str, x: float, y: float, *, label: Point | None = None) -> Shape:
        shape = self._node(kind, node_id, name, x, y, EVENT, EVENT)
        width, height = label_size(name)
        self._label(node_id, label or (x - width / 2, y + EVENT / 2 + 4), (width, height))
        return shape

    def _boundary(self, node_id: str, name: str, host: Shape, x: float, interrupting: bool) -> Shape:
        shape = self._node("boundaryEvent", node_id, name, x, host.bottom, EVENT, EVENT)
        element = self.element(node_id)
        element.set("attachedToRef", host.id)
        element.set("cancelActivity", "true" if interrupting else "false")
        self._label(node_id, (x + 6, host.bottom + EVENT / 2 + 2), label_size(name))
        return shape

    def _timer_definition(self, node_id: str, due: str) -> None:
        definition = etree.SubElement(self.element(node_id), tag("bpmn", "timerEventDefinition"), id=f"{node_id}-due")
        date = etree.SubElement(definition, tag("bpmn", "timeDate"))
        date.set(f"{{{XSI}}}type", self.formal)
        date.text = f"${{{due}}}"

    def _message_definition(self, node_id: str, message: str) -> None:
        if message not in self._messages:
            reference = f"message-{message}"
            self.process.addprevious(etree.Element(tag("bpmn", "message"), id=reference, name=message))
            self._messages[message] = reference
        definition = etree.SubElement(self.element(node_id), tag("bpmn", "messageEventDefinition"))
        definition.set("id", f"{node_id}-message")
        definition.set("messageRef", self._messages[message])
