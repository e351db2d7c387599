"""gRPC's interop TestService on grpcio, with health, reflection, error details and gzip.

Usage: server.py PORT [CERT KEY [CLIENT_CA]]
"""

import os
import sys
import time
from concurrent import futures

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status

# grpc finds the schema in the module path.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "grpc-testing"))
messages, services = grpc.protos_and_services("test.proto")

INITIAL = "x-grpc-test-echo-initial"
TRAILING = "x-grpc-test-echo-trailing-bin"


def payload(size):
    return messages.Payload(body=bytes(size))


def echo_metadata(context):
    sent = dict(context.invocation_metadata())
    if INITIAL in sent:
        context.send_initial_metadata(((INITIAL, sent[INITIAL]),))
    if TRAILING in sent:
        context.set_trailing_metadata(((TRAILING, sent[TRAILING]),))


def asked_for(request, context):
    """Ends the call with the status that the request asks for, if any; its payload becomes a detail."""
    wanted = request.response_status
    if wanted.code == 0:
        return
    full = status_pb2.Status(code=wanted.code, message=wanted.message)
    if request.HasField("payload"):
        info = error_details_pb2.ErrorInfo(reason="ASKED_FOR", domain="interop", metadata={"by": "the request"})
        for detail in (info, request.payload):
            packed = any_pb2.Any()
            packed.Pack(detail)
            full.details.append(packed)
        context.abort_with_status(rpc_status.to_status(full))
    known = {code.value[0]: code for code in grpc.StatusCode}
    context.abort(known[wanted.code], wanted.message)


def must_be_compressed(request, context):
    """A request that says it is compressed must have come so; grpcio tells only of the call, in its metadata."""
    if not request.expect_compressed.value:
        return
    encoding = dict(context.invocation_metadata()).get("grpc-encoding", "identity")
    if encoding == "identity":
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the request is not compressed")


class TestService(services.TestServiceServicer):
    def EmptyCall(self, request, context):
        echo_metadata(context)
        return messages.Empty()

    def UnaryCall(self, request, context):
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        asked_for(request, context)
        return messages.SimpleResponse(payload=payload(request.response_size))

    def StreamingInputCall(self, requests, context):
        size = sum(len(request.payload.body) for request in requests)
        return messages.StreamingInputCallResponse(aggregated_payload_size=size)

    def answers(self, requests, context):
        for request in requests:
            asked_for(request, context)
            for wanted in request.response_parameters:
                time.sleep(wanted.interval_us / 1e6)
                yield messages.StreamingOutputCallResponse(payload=payload(wanted.size))

    def StreamingOutputCall(self, request, context):
        if any(wanted.compressed.value for wanted in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        yield from self.answers([request], context)

    def FullDuplexCall(self, requests, context):
        echo_metadata(context)
        yield from self.answers(requests, context)

    def HalfDuplexCall(self, requests, context):
        yield from self.answers(list(requests), context)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main(port, cert=None, key=None, client_ca=None):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=64), options=(("grpc.so_reuseport", 0),))
    services.add_TestServiceServicer_to_server(TestService(), server)
    checks = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    name = messages.DESCRIPTOR.services_by_name["TestService"].full_name
    checks.set(name, health_pb2.HealthCheckResponse.SERVING)
    reflection.enable_server_reflection((name, health.SERVICE_NAME, reflection.SERVICE_NAME), server)
    if cert is None:
        server.add_insecure_port(f"127.0.0.1:{port}")
    else:
        authority = read(client_ca) if client_ca else None
        pair = ((read(key), read(cert)),)
        credentials = grpc.ssl_server_credentials(pair, authority, require_client_auth=authority is not None)
        server.add_secure_port(f"127.0.0.1:{port}", credentials)
    server.start()
    server.wait_for_termination()


main(*sys.argv[1:])
