// Where the front door is: on the address of this page, behind the one proxy. A demonstration, where it has a port of its own,
// puts another file before this one (onething/engine/runtime.py).
export default '';
