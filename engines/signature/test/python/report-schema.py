"""The schema of ETSI TS 119 102-2 v1.2.1, made again from what pyHanko generated out of it, and reports held against it.

The schema itself does not lie in this repository. pyHanko (MIT) carries classes that xsdata made from it: elements in their order, which are required,
how often each may come, and their types. XAdES and XML signatures are those of signxml's own schemas. One JSON a line: {"xml": base64} is answered
{"faults": [...]}.
"""

import base64
import dataclasses
import enum
import json
import pathlib
import sys
import types
import typing
from xml.sax.saxutils import quoteattr

import signxml
from lxml import etree

# The classes only name a class of times; xsdata itself is not needed.
datatype = types.ModuleType("xsdata.models.datatype")
for wanted in ("XmlDateTime", "XmlDate", "XmlDuration", "XmlPeriod", "XmlTime"):
    setattr(datatype, wanted, type(wanted, (), {}))
for name in ("xsdata", "xsdata.models"):
    sys.modules[name] = types.ModuleType(name)
sys.modules[datatype.__name__] = datatype

from pyhanko.generated.etsi import ts_11910202 as report  # noqa: E402
from pyhanko.generated.etsi import ts_119612 as lists  # noqa: E402

VR = report.__NAMESPACE__
TSL = lists.__NAMESPACE__
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
PREFIXES = {VR: "vr", TSL: "tsl", DS: "ds", XADES: "xades"}
SCHEMAS = pathlib.Path(signxml.__file__).parent

# What the classes do not tell: sequence or choice.
CHOICES = {"SignatureAttributesType", "SARevIDListType", "DigitalIdentityType"}
ALTERNATIVES = {"ValidationObjectRepresentationType", "SignersDocumentType"}


def simple_type(kind, metadata):
    if kind is bool:
        return "xs:boolean"
    if kind is bytes:
        return "xs:base64Binary" if metadata.get("format") == "base64" else "xs:hexBinary"
    if kind is int:
        return "xs:integer"
    if kind is datatype.XmlDateTime:
        return "xs:dateTime"
    return "xs:string" if kind is str else "xs:anyType"


def is_element(kind):
    """An element of its own is a class without members that names its namespace."""
    return "Meta" in vars(kind) and kind.__bases__ != (object,)


class Writer:
    """Writes the complex types of one namespace."""

    def __init__(self, module, namespace, wanted):
        self.module, self.namespace = module, namespace
        self.lines = []
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__ and wanted(kind):
                self.declare(kind)

    def declare(self, kind):
        if issubclass(kind, enum.Enum):
            values = "".join(f"<xs:enumeration value={quoteattr(one.value)}/>" for one in kind)
            self.lines.append(f'<xs:simpleType name="{kind.__name__}"><xs:restriction base="xs:string">{values}</xs:restriction></xs:simpleType>')
            return
        if is_element(kind):
            self.lines.append(f'<xs:element name="{kind.__name__}" type="{self.name_of(kind)}"/>')
            return
        self.lines.append(f'<xs:complexType name="{kind.__name__}">{self.content(kind)}</xs:complexType>')

    def content(self, kind):
        hints = typing.get_type_hints(kind, vars(self.module))
        particles, attributes = [], []
        loose = kind.__name__ in CHOICES or kind.__name__ in ALTERNATIVES
        for one in dataclasses.fields(kind):
            written = self.member(one, hints[one.name], loose)
            (attributes if one.metadata["type"] == "Attribute" else particles).append(written)
        inside = "".join(particles)
        if kind.__name__ in CHOICES:
            group = f'<xs:choice maxOccurs="unbounded">{inside}</xs:choice>'
        elif particles:
            group = f"<xs:sequence>{inside}</xs:sequence>"
        else:
            group = ""
        return group + "".join(attributes)

    def member(self, one, hint, loose):
        metadata = one.metadata
        name = metadata.get("name", one.name)
        kind, repeated = self.plain(hint, metadata)
        least = metadata.get("min_occurs", 1 if metadata.get("required") else 0)
        occurs = f' minOccurs="{0 if loose else least}" maxOccurs="{"unbounded" if repeated else 1}"'
        if metadata["type"] == "Wildcard":
            return f'<xs:any namespace="{metadata["namespace"]}" processContents="lax" minOccurs="0" maxOccurs="{"unbounded" if repeated else 1}"/>'
        if metadata["type"] == "Attribute":
            use = "required" if metadata.get("required") else "optional"
            known = {"id": "xs:ID", "VOReference": "xs:IDREFS"}
            return f'<xs:attribute name="{name}" type="{known.get(name) or simple_type(kind, metadata)}" use="{use}"/>'
        if metadata["namespace"] != self.namespace:
            return f'<xs:element ref="{PREFIXES[metadata["namespace"]]}:{name}"{occurs}/>'
        if metadata.get("tokens"):
            item = simple_type(kind, metadata)
            return f'<xs:element name="{name}"{occurs}><xs:simpleType><xs:list itemType="{item}"/></xs:simpleType></xs:element>'
        return f'<xs:element name="{name}" type="{self.name_of(kind, metadata)}"{occurs}/>'

    def plain(self, hint, metadata):
        """The type of one value, and whether there may be several."""
        arguments = [one for one in typing.get_args(hint) if one is not type(None)]
        if typing.get_origin(hint) is tuple:
            inner = arguments[0]
            if metadata.get("tokens"):
                nested = typing.get_origin(inner) is tuple
                return (typing.get_args(inner)[0] if nested else inner), nested
            return inner, True
        return (arguments[0] if arguments else hint), False

    def name_of(self, kind, metadata=None):
        module = getattr(kind, "__module__", "")
        if module == report.__name__:
            return f"vr:{kind.__bases__[0].__name__ if is_element(kind) else kind.__name__}"
        if module == lists.__name__:
            return "tsl:DigitalIdentityType" if kind.__name__ == "DigitalIdentityType" else "xs:anyType"
        if module.endswith(".xades"):
            return f"xades:{kind.__name__}"
        return simple_type(kind, metadata or {})

    def schema(self, imports):
        prefixes = " ".join(f'xmlns:{prefix}="{uri}"' for uri, prefix in PREFIXES.items())
        needed = "".join(f'<xs:import namespace="{uri}" schemaLocation="{place}"/>' for uri, place in imports.items())
        body = "".join(self.lines)
        return (
            f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {prefixes} targetNamespace="{self.namespace}" '
            f'elementFormDefault="qualified">{needed}{body}</xs:schema>'
        )


class Places(etree.Resolver):
    """Everything that a schema imports comes from signxml or from above; nothing is fetched."""

    def __init__(self, made):
        super().__init__()
        self.made = made

    def resolve(self, url, _public, context):
        name = url.rsplit("/", 1)[-1]
        if name in self.made:
            return self.resolve_string(self.made[name], context)
        if name == "xmldsig-core-schema.xsd":
            return self.resolve_filename(str(SCHEMAS / "schemas" / name), context)
        if name.startswith("XAdES"):
            return self.resolve_filename(str(SCHEMAS / "xades/schemas" / name), context)
        raise ValueError(f"{url} is not at hand")


def read_schema():
    ds, tsl = "xmldsig-core-schema.xsd", "lists.xsd"
    made = {tsl: Writer(lists, TSL, lambda kind: kind.__name__ == "DigitalIdentityType").schema({DS: ds})}
    own = Writer(report, VR, lambda _: True).schema({DS: ds, XADES: "XAdES01903v132-201601.xsd", TSL: tsl})
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Places(made))
    return etree.XMLSchema(etree.fromstring(own, parser, base_url=str(SCHEMAS / "report.xsd")))


def dangling(document):
    """References to nothing (xs:IDREFS), which libxml2 does not look for."""
    known = {one.get("id") for one in document.iter() if one.get("id") is not None}
    return [ref for one in document.iter() for ref in one.get("VOReference", "").split() if ref not in known]


schema = read_schema()
safe = etree.XMLParser(no_network=True, resolve_entities=False)
for line in sys.stdin:
    try:
        document = etree.fromstring(base64.b64decode(json.loads(line)["xml"]), safe)
        faults = [] if schema.validate(document) else [f"{one.line}: {one.message}" for one in schema.error_log]
        answer = {"faults": faults + [f"reference to nothing: {one}" for one in dangling(document)]}
    except (ValueError, KeyError, etree.XMLSyntaxError) as error:
        answer = {"fault": str(error)}
    print(json.dumps(answer), flush=True)
