"""A small OpenID Connect provider inside the process: discovery, keys, and a token endpoint that checks PKCE."""

import base64
import hashlib
import json
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://id.example"
CLIENT = "closed-loop"
SECRET = "the-client-secret"


def make_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(requests.adapters.BaseAdapter):
    """Answers what the portal asks it. `claims` go over the true ones, `key` signs; `down` is the error that stands for
    every answer; `paths` are the addresses that were asked for, and `meanwhile` is called before each answer.
    """

    key_of_jwks = make_key()

    def __init__(self):
        super().__init__()
        self.key, self.kid, self.algorithm = self.key_of_jwks, "1", "RS256"
        self.claims, self.asked, self.down, self.config = {}, {}, None, {}
        self.paths, self.meanwhile = [], lambda: None

    def session(self):
        session = requests.Session()
        session.mount("https://", self)
        return session

    def authorize(self, url, **claims):
        """What the provider's own page does: remembers what it was asked for, and sends the person back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.claims = claims
        return {"code": "the-code", "state": self.asked["state"]}

    def send(self, request, **kwargs):
        path, status = urlsplit(request.url).path, 200
        self.paths.append(path)
        self.meanwhile()
        if self.down:
            raise self.down
        if path == "/.well-known/openid-configuration":
            body = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", "token_endpoint": f"{ISSUER}/token"}
            body |= {"authorization_endpoint": f"{ISSUER}/authorize"} | self.config
        elif path == "/keys":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key_of_jwks.public_key(), as_dict=True)
            body = {"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]}
        else:
            status, body = self._token(parse_qs(request.body))
        response = requests.Response()
        response.status_code, response.url = status, request.url
        response.headers["content-type"] = "application/json"
        response._content = json.dumps(body).encode()
        return response

    def _token(self, sent):
        verifier = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        right = (["the-code"], [SECRET], self.asked["code_challenge"], [self.asked["redirect_uri"]])
        if (sent["code"], sent["client_secret"], challenge, sent["redirect_uri"]) != right:
            return 400, {"error": "invalid_grant"}
        claims = {"iss": ISSUER, "aud": CLIENT, "sub": "7", "iat": int(time.time()), "exp": int(time.time()) + 300}
        claims |= {"nonce": self.asked["nonce"], "email_verified": True} | self.claims
        token = jwt.encode(claims, self.key, self.algorithm, headers={"kid": self.kid})
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}

    def close(self):
        pass
