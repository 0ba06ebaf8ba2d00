"""Asks pyHanko (MIT) on behalf of the tests in this folder: one request in JSON a line, one answer in JSON a line.

While an answer is being made, {"question": …} asks the test for a time-stamp; its next line is the response (RFC 3161).
Run by pyhanko.ts; needs nothing but pyHanko and speaks to no network.
"""

import base64
import json
import logging
import sys
from datetime import datetime
from io import BytesIO

from asn1crypto import keys, tsp, x509
from pyhanko.pdf_utils.form_tools import populate_static_text_field
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.sign import fields, signers, validation
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

logging.disable(logging.CRITICAL)


def say(answer):
    sys.stdout.write(json.dumps(answer) + '\n')
    sys.stdout.flush()


def octets(text):
    return base64.b64decode(text)


def text_of(data):
    return base64.b64encode(data).decode()


def certificates(texts):
    return [x509.Certificate.load(octets(text)) for text in texts]


def writer_of(request):
    return IncrementalPdfFileWriter(BytesIO(octets(request['pdf'])))


def context(request):
    return ValidationContext(
        trust_roots=certificates(request['anchors']),
        other_certs=certificates(request.get('others', [])),
        crls=[octets(text) for text in request.get('crls', [])],
        moment=datetime.fromisoformat(request['at']),
        revocation_mode=request.get('revocation', 'soft-fail'),
        allow_fetching=False,
    )


class AskedStamper(TimeStamper):
    """Time-stamps by the authority of the test."""

    async def async_request_tsa_response(self, req):
        say({'question': text_of(req.dump())})
        return tsp.TimeStampResp.load(octets(json.loads(sys.stdin.readline())['response']))


class SignerAtTime(signers.PdfSigner):
    """Signs at a stated time."""

    moment = None

    def init_signing_session(self, *args, **kwargs):
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


# What pyHanko says about a document.


def timestamp_of(status):
    if status is None:
        return None
    return {
        'intact': status.intact,
        'valid': status.valid,
        'trusted': status.trusted,
        'time': status.timestamp.isoformat(),
    }


def told(embedded, request):
    answer = {'field': embedded.field_name, 'type': str(embedded.sig_object_type)[1:]}
    try:
        if answer['type'] == 'DocTimeStamp':
            status = validation.validate_pdf_timestamp(embedded, context(request))
            answer['timestamp'] = timestamp_of(status)
        else:
            status = validation.validate_pdf_signature(embedded, context(request))
            answer['timestamp'] = timestamp_of(status.timestamp_validity)
            answer['permitted'] = status.docmdp_ok
            answer['holds'] = status.bottom_line
    except Exception as refusal:  # whatever it is, it is pyHanko's opinion
        return {**answer, 'refused': f'{type(refusal).__name__}: {refusal}'}
    answer['intact'] = status.intact
    answer['valid'] = status.valid
    answer['trusted'] = status.trusted
    answer['coverage'] = status.coverage.name
    answer['changes'] = status.modification_level.name
    if isinstance(status.diff_result, SuspiciousModification):
        answer['because'] = str(status.diff_result)
    return answer


def validate(request):
    try:
        reader = PdfFileReader(BytesIO(octets(request['pdf'])))
        found = list(reader.embedded_signatures)
    except Exception as refusal:
        return {'signatures': [], 'refused': f'{type(refusal).__name__}: {refusal}'}
    return {'signatures': [told(embedded, request) for embedded in found], 'store': store_of(reader)}


def store_of(reader):
    try:
        store = validation.dss.DocumentSecurityStore.read_dss(reader)
    except Exception:  # none, or not one
        return None
    return {
        'certificates': len(store.certs),
        'crls': len(store.crls),
        'signatures': sorted(str(key)[1:] for key in store.vri_entries),
    }


# What pyHanko signs and extends.


def field_of(request):
    """A field of its own: with a place, a lock or both."""
    place, lock = request.get('box'), request.get('lock')
    if place is None and lock is None:
        return None
    locked = lock and fields.FieldMDPSpec(fields.FieldMDPAction[lock['action'].upper()], lock.get('fields'))
    level = lock and lock.get('level')
    return fields.SigFieldSpec(
        request['field'],
        box=tuple(place) if place else None,
        field_mdp_spec=locked or None,
        doc_mdp_update_value=fields.MDPPerm(level) if level else None,
    )


def sign(request):
    store = SimpleCertificateStore()
    store.register_multiple(certificates(request['chain']))
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(octets(request['certificate'])),
        signing_key=keys.PrivateKeyInfo.load(octets(request['key'])),
        cert_registry=store,
    )
    level, kept = request.get('level'), request.get('kept', False)
    plain = fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    metadata = signers.PdfSignatureMetadata(
        field_name=request['field'],
        md_algorithm='sha256',
        subfilter=plain if request.get('plain') else fields.SigSeedSubFilter.PADES,
        certify=level is not None,
        docmdp_permissions=fields.MDPPerm(level or 2),
        embed_validation_info=kept,
        use_pades_lta=request.get('archived', False),
        validation_context=context(request) if kept else None,
    )
    stamper = AskedStamper() if request.get('stamped') else None
    one = SignerAtTime(metadata, signer, timestamper=stamper, new_field_spec=field_of(request))
    one.moment = datetime.fromisoformat(request['at'])
    return {'pdf': text_of(one.sign_pdf(writer_of(request)).getvalue())}


def extend(request):
    """Adds what shows the last signature valid, and a time-stamp over all of it where asked."""
    reader = PdfFileReader(BytesIO(octets(request['pdf'])))
    output = validation.add_validation_info(reader.embedded_regular_signatures[-1], context(request))
    if request.get('archived'):
        stamper = signers.PdfTimeStamper(AskedStamper())
        output = stamper.timestamp_pdf(IncrementalPdfFileWriter(output), 'sha256', context(request))
    return {'pdf': text_of(output.getvalue())}


# What is changed with pyHanko's writer.


def look(writer, content, width, height):
    form = RawContent(content.encode('latin-1'), box=BoxConstraints(width=width, height=height)).as_form_xobject()
    form['/Resources'] = writer.root['/AcroForm']['/DR']
    return DictionaryObject({NameObject('/N'): writer.add_object(form)})


def field_named(writer, name):
    return next(entry.get_object() for entry in writer.root['/AcroForm']['/Fields'] if entry.get_object()['/T'] == name)


def fill(writer, name, value, shown=None):
    field = field_named(writer, name)
    field[NameObject('/V')] = TextStringObject(value)
    text = f'/Tx BMC q BT /Helv 10 Tf 0 g 2 5 Td ({shown or value}) Tj ET Q EMC'
    field[NameObject('/AP')] = look(writer, text, 100, 20)
    writer.update_container(field)


def fill_for_good(writer, name, value):
    populate_static_text_field(writer, name, TextBoxStyle(), value)


def tick(writer, name):
    field = field_named(writer, name)
    field[NameObject('/V')] = field[NameObject('/AS')] = NameObject('/Yes')
    writer.update_container(field)


def write_over(writer, old, new):
    page = writer.root['/Pages']['/Kids'][0]
    content = page['/Contents']
    content._data = content.data.replace(old.encode(), new.encode())
    content._encoded_data = None
    writer.update_container(content)


def annotate(writer, contents):
    page = writer.root['/Pages']['/Kids'][0]
    note = DictionaryObject(
        {
            NameObject('/Type'): NameObject('/Annot'),
            NameObject('/Subtype'): NameObject('/Text'),
            NameObject('/Rect'): ArrayObject(map(NumberObject, (400, 300, 420, 320))),
            NameObject('/Contents'): TextStringObject(contents),
        }
    )
    page['/Annots'].append(writer.add_object(note))
    writer.update_container(page['/Annots'])


def title(writer, text):
    writer.set_info(DictionaryObject({NameObject('/Title'): TextStringObject(text)}))


def add_field(writer, name, *box):
    fields.append_signature_field(writer, fields.SigFieldSpec(name, box=box or None))


def show_page_twice(writer):
    pages = writer.root['/Pages']
    pages['/Kids'].append(pages['/Kids'].raw_get(0))
    pages[NameObject('/Count')] = NumberObject(int(pages['/Count']) + 1)
    writer.update_container(pages)


def lock_all(writer):
    """Makes every text field read-only."""
    for entry in writer.root['/AcroForm']['/Fields']:
        field = entry.get_object()
        if field.get('/FT') == '/Tx':
            field[NameObject('/Ff')] = NumberObject(1)
            writer.update_container(field)


changes = {
    'fill': fill,
    'fill for good': fill_for_good,
    'tick': tick,
    'write over': write_over,
    'annotate': annotate,
    'title': title,
    'add field': add_field,
    'show page twice': show_page_twice,
    'lock all': lock_all,
}


def change(request):
    writer = writer_of(request)
    for name, *arguments in request['changes']:
        changes[name](writer, *arguments)
    output = BytesIO()
    writer.write(output)
    return {'pdf': text_of(output.getvalue())}


commands = {'validate': validate, 'sign': sign, 'extend': extend, 'change': change}

for line in sys.stdin:
    request = json.loads(line)
    try:
        say(commands[request['do']](request))
    except Exception as fault:
        say({'fault': f'{type(fault).__name__}: {fault}'})
