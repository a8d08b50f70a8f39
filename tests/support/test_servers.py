import io

import pytest
from minio import Minio

from tests.support.servers import S3Server

pytestmark = pytest.mark.s3


def test_the_s3_server_gives_back_what_was_put(s3_server: S3Server) -> None:
    """Objects, keys and signatures work as the client library expects of any S3."""
    client = Minio(s3_server.endpoint, s3_server.access_key, s3_server.secret_key, secure=False)
    client.make_bucket("cards")

    client.put_object("cards", "tenant/page one.png", io.BytesIO(b"pixels"), 6)

    with client.get_object("cards", "tenant/page one.png") as answer:
        assert answer.read() == b"pixels"


def test_the_s3_server_keeps_its_secret_out_of_logs(s3_server: S3Server) -> None:
    """What pytest prints of a fixture that failed holds no key."""
    assert s3_server.secret_key not in repr(s3_server)
