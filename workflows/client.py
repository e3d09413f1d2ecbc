"""The connection to Temporal, the same for the gateway, the workers and the replayer."""

import dataclasses
import os
from collections.abc import Sequence

from temporalio.client import Client, Interceptor
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.runtime import Runtime
from temporalio.service import GrpcCompression, TLSConfig

from talknshop.access import LOCAL_TEMPORAL, TemporalAccess
from workflows.payloads import SharedPydanticConverter

_IN_CLEAR = DataConverter(payload_converter_class=SharedPydanticConverter)


def data_converter(codec: PayloadCodec | None) -> DataConverter:
    """With a codec, messages and stack traces of failures are sealed like everything else."""
    if codec is None:
        return _IN_CLEAR
    return dataclasses.replace(
        _IN_CLEAR,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(
    access: TemporalAccess,
    *,
    role: str,
    codec: PayloadCodec | None,
    interceptors: Sequence[Interceptor] = (),
    runtime: Runtime | None = None,
) -> Client:
    """`role` is what Temporal's Web UI calls this process. Raises RuntimeError without a server."""
    return await Client.connect(
        access.address or LOCAL_TEMPORAL,
        namespace=access.namespace,
        data_converter=data_converter(codec),
        api_key=access.api_key.get_secret_value() if access.api_key else None,
        tls=_tls(access),
        identity=f"{role}/{os.getpid()}",
        interceptors=interceptors,
        runtime=runtime,
        # Sealed payloads do not shrink: gzip, the default, is work at both ends for nothing.
        grpc_compression=GrpcCompression.NONE,
    )


def _tls(access: TemporalAccess) -> bool | TLSConfig:
    if access.tls_ca is None and access.tls_certificate is None:
        return access.tls or access.api_key is not None  # which is never sent in clear
    return TLSConfig(
        server_root_ca_cert=access.tls_ca.read_bytes() if access.tls_ca else None,
        client_cert=access.tls_certificate.read_bytes() if access.tls_certificate else None,
        client_private_key=access.tls_key.read_bytes() if access.tls_key else None,
    )
