"""Signs with other people's libraries on behalf of the tests in this folder: cryptography (CMS), jwcrypto (JWS), signxml (XAdES).

One request in JSON a line, one answer in JSON a line. Run by signers.test.ts; speaks to no network.
"""

import base64
import json
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import pkcs7
from jwcrypto import jwk, jws
from lxml import etree
from signxml import DigestAlgorithm, XMLSigner, methods
from signxml.xades import XAdESSigner, XAdESVerifier, XAdESSignatureConfiguration


def octets(text):
    return base64.b64decode(text)


def keys_of(request):
    key = serialization.load_der_private_key(octets(request['key']), None)
    return key, [x509.load_der_x509_certificate(octets(text)) for text in request['certificates']]


def cms(request):
    key, (certificate, *others) = keys_of(request)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(octets(request['content']))
    more = {'rsa_padding': padding.PSS(padding.MGF1(hashes.SHA256()), 32)} if request.get('pss') else {}
    builder = builder.add_signer(certificate, key, hashes.SHA256(), **more)
    for other in others:
        builder = builder.add_certificate(other)
    options = [getattr(pkcs7.PKCS7Options, name) for name in request.get('options', [])]
    return builder.sign(getattr(serialization.Encoding, request.get('encoding', 'DER')), options)


def jose(request):
    key, certificates = keys_of(request)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = [base64.b64encode(one.public_bytes(serialization.Encoding.DER)).decode() for one in certificates]
    token = jws.JWS(octets(request['content']))
    header = {'alg': request['algorithm'], 'x5c': chain, **request.get('header', {})}
    token.add_signature(jwk.JWK.from_pem(pem), None, json.dumps(header))
    if request.get('twice'):
        token.add_signature(jwk.JWK.from_pem(pem), None, json.dumps(header))
    if request.get('detached'):
        token.detach_payload()
    return token.serialize(compact=request.get('compact', False)).encode()


def xades(request):
    key, certificates = keys_of(request)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    kind = XAdESSigner if request.get('xades', True) else XMLSigner
    signer = kind(
        method=methods[request['method']],
        signature_algorithm=request['algorithm'],
        digest_algorithm='sha256',
        c14n_algorithm=request['c14n'],
    )
    signed = signer.sign(etree.fromstring(octets(request['content'])), key=pem, cert=certificates)
    return etree.tostring(signed)


def verify(request):
    config = XAdESSignatureConfiguration(expect_references=request['references'])
    certificate = x509.load_der_x509_certificate(octets(request['certificates'][0]))
    results = XAdESVerifier().verify(octets(request['content']), x509_cert=certificate, expect_config=config)
    return str(len(results)).encode()


commands = {'cms': cms, 'jws': jose, 'xades': xades, 'verify': verify}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {'bytes': base64.b64encode(commands[request['do']](request)).decode()}
    except Exception as fault:
        answer = {'fault': f'{type(fault).__name__}: {fault}'}
    sys.stdout.write(json.dumps(answer) + '\n')
    sys.stdout.flush()
