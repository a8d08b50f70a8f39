"""Objects in an S3 bucket. The only file that imports ``minio``."""

import contextlib
import io
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError

from schemas.errors import Misconfigured, Unavailable
from streams.settings import StoreSettings
from streams.store import Entry, checked_key, checked_prefix, missing, too_large

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 15.0
CONNECTIONS_MAX = 32

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MISSING = frozenset({"NoSuchKey", "NotFound", "NoSuchObject"})
_REFUSED = frozenset(
    {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidBucketName"}
)


class S3Store:
    """Objects in one bucket, which is made when absent.

    A call is tried once more only where the connection broke before the request was sent:
    whoever calls knows better when to try again.

    Raises:
        Misconfigured: when the endpoint or the keys are missing, or the bucket's name is wrong.
    """

    def __init__(self, bucket: str, settings: StoreSettings) -> None:
        parts = urlsplit(settings.s3_endpoint or "")
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise Misconfigured("BITAQA_S3_ENDPOINT must be http(s)://host:port of the S3 server")
        if not (settings.s3_access_key and settings.s3_secret_key):
            raise Misconfigured("BITAQA_S3_ACCESS_KEY and BITAQA_S3_SECRET_KEY are not both set")
        if not _BUCKET.fullmatch(bucket):
            raise Misconfigured("BITAQA_STORE_URL names no valid bucket: s3://lower-case-name")
        self._bucket = bucket
        self._region = settings.s3_region
        self._bucket_made = False
        self._making = threading.Lock()
        self._client = Minio(
            parts.netloc,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
            secure=parts.scheme == "https",
            region=settings.s3_region,
            http_client=_connections(),
        )

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object's bytes."""
        checked_key(key)
        with self._errors(key):
            self._ensure_bucket()
            answer = self._client.get_object(self._bucket, key)
            try:
                length = answer.headers.get("Content-Length", "")
                if max_bytes is not None and not (length.isdigit() and int(length) <= max_bytes):
                    raise too_large(key)
                return answer.read()
            finally:
                # Closed first: what was not read is not waited for.
                answer.close()
                answer.release_conn()

    def put(self, key: str, data: bytes, media_type: str) -> None:
        """Store an object; the server has it when this returns."""
        checked_key(key)
        with self._errors(key):
            self._ensure_bucket()
            body = io.BytesIO(data)
            self._client.put_object(self._bucket, key, body, len(data), media_type)

    def put_file(self, key: str, path: Path, media_type: str) -> None:
        """Store a copy of a file."""
        checked_key(key)
        with self._errors(key):
            self._ensure_bucket()
            self._client.fput_object(self._bucket, key, str(path), media_type)

    def exists(self, key: str) -> bool:
        """Say whether there is an object under the key."""
        checked_key(key)
        with self._errors(key):
            self._ensure_bucket()
            try:
                self._client.stat_object(self._bucket, key)
            except S3Error as error:
                if error.code in _MISSING:
                    return False
                raise
        return True

    def delete(self, key: str) -> None:
        """Remove an object."""
        checked_key(key)
        with self._errors(key):
            self._ensure_bucket()
            try:
                self._client.remove_object(self._bucket, key)
            except S3Error as error:
                if error.code not in _MISSING:
                    raise

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with a prefix, in order."""
        checked_prefix(prefix)
        with self._errors(prefix):
            self._ensure_bucket()
            for one in self._client.list_objects(self._bucket, prefix, recursive=True):
                if one.object_name and not one.is_dir:
                    yield one.object_name

    def entries(self, after: str = "") -> Iterator[Entry]:
        """Yield every object behind a key."""
        with self._errors(after):
            self._ensure_bucket()
            begin = after or None
            for one in self._client.list_objects(self._bucket, recursive=True, start_after=begin):
                if one.object_name and not one.is_dir and one.object_name > after:
                    written = one.last_modified
                    yield Entry(one.object_name, written.timestamp() if written else 0.0)

    def link(self, key: str, expires_s: int) -> str:
        """Return an address at the S3 server; signed here, nothing is asked."""
        checked_key(key)
        with self._errors(key):
            return self._client.presigned_get_object(
                self._bucket, key, timedelta(seconds=expires_s)
            )

    def check(self) -> None:
        """Raise ``Unavailable`` when the bucket does not answer."""
        with self._errors(""):
            if not self._client.bucket_exists(self._bucket):
                self._bucket_made = False
                self._ensure_bucket()

    def _ensure_bucket(self) -> None:
        if self._bucket_made:
            return
        with self._making:
            if not self._client.bucket_exists(self._bucket):
                try:
                    self._client.make_bucket(self._bucket, self._region)
                except S3Error as error:
                    # Another replica was quicker.
                    if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                        raise
            self._bucket_made = True

    @contextlib.contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        try:
            yield
        except S3Error as error:
            if error.code in _MISSING:
                raise missing(key) from None
            if error.code == "NoSuchBucket":
                self._bucket_made = False
            cure = " (see BITAQA_S3_*)" if error.code in _REFUSED else ""
            raise Unavailable("store", f"S3 answered {error.code}{cure}") from None
        except ServerError as error:
            raise Unavailable("store", f"S3 answered {error.status_code}") from None
        except InvalidResponseError:
            raise Unavailable("store", "what answers is no S3 server") from None
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise Unavailable("store", f"S3 does not answer: {type(error).__name__}") from None


def _connections() -> urllib3.PoolManager:
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S),
        maxsize=CONNECTIONS_MAX,
        retries=urllib3.Retry(total=1, connect=1, read=0, redirect=0, status=0, other=0),
    )
