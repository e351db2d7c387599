// gRPC's interop TestService on tonic, with health, both reflection versions, error details and gzip.
// Usage: interop-server PORT [CERT KEY [CLIENT_CA]]
use std::{pin::Pin, time::Duration};
use tokio_stream::{Stream, StreamExt};
use tonic::codec::CompressionEncoding::Gzip;
use tonic::metadata::MetadataMap;
use tonic::transport::{Certificate, Identity, Server, ServerTlsConfig};
use tonic::{Code, Request, Response, Status, Streaming};

pub mod testing {
    tonic::include_proto!("grpc.testing");
}
use testing::test_service_server::{TestService, TestServiceServer};
use testing::*;

const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/test.binpb"));
const INITIAL: &str = "x-grpc-test-echo-initial";

type Answers = Pin<Box<dyn Stream<Item = Result<StreamingOutputCallResponse, Status>> + Send>>;

/// Payload of zeros.
fn zeros(size: i32) -> Option<Payload> {
    Some(Payload { r#type: 0, body: vec![0; size as usize] })
}

/// The status that a request asks for, if any, with its details.
fn asked_for(status: Option<EchoStatus>, payload: Option<Payload>) -> Result<(), Status> {
    let Some(status) = status.filter(|status| status.code != 0) else { return Ok(()) };
    let code = Code::from_i32(status.code);
    let Some(payload) = payload else { return Err(Status::new(code, status.message)) };
    let any = |name: &str, value: Vec<u8>| prost_types::Any {
        type_url: format!("type.googleapis.com/{name}"),
        value,
    };
    let info = tonic_types::pb::ErrorInfo {
        reason: "ASKED_FOR".to_owned(),
        domain: "interop".to_owned(),
        metadata: [("by".to_owned(), "the request".to_owned())].into(),
    };
    let full = tonic_types::pb::Status {
        code: status.code,
        message: status.message.clone(),
        details: vec![
            any("google.rpc.ErrorInfo", prost::Message::encode_to_vec(&info)),
            any("grpc.testing.Payload", prost::Message::encode_to_vec(&payload)),
        ],
    };
    Err(Status::with_details(code, status.message, prost::Message::encode_to_vec(&full).into()))
}

/// Sends back the header of the interop tests; tonic has no place for trailers of a call that ends well.
fn echo<T>(from: &MetadataMap, mut response: Response<T>) -> Response<T> {
    if let Some(value) = from.get(INITIAL) {
        response.metadata_mut().insert(INITIAL, value.clone());
    }
    response
}

struct Tester;

#[tonic::async_trait]
impl TestService for Tester {
    async fn empty_call(&self, request: Request<Empty>) -> Result<Response<Empty>, Status> {
        Ok(echo(request.metadata(), Response::new(Empty {})))
    }

    async fn unary_call(&self, request: Request<SimpleRequest>) -> Result<Response<SimpleResponse>, Status> {
        let (metadata, _, message) = request.into_parts();
        asked_for(message.response_status, message.payload)?;
        Ok(echo(&metadata, Response::new(SimpleResponse { payload: zeros(message.response_size) })))
    }

    type StreamingOutputCallStream = Answers;
    async fn streaming_output_call(
        &self,
        request: Request<StreamingOutputCallRequest>,
    ) -> Result<Response<Answers>, Status> {
        let (metadata, _, message) = request.into_parts();
        Ok(echo(&metadata, Response::new(answers(tokio_stream::once(Ok(message))))))
    }

    async fn streaming_input_call(
        &self,
        request: Request<Streaming<StreamingInputCallRequest>>,
    ) -> Result<Response<StreamingInputCallResponse>, Status> {
        let mut requests = request.into_inner();
        let mut size = 0;
        while let Some(message) = requests.next().await {
            size += message?.payload.map_or(0, |payload| payload.body.len()) as i32;
        }
        Ok(Response::new(StreamingInputCallResponse { aggregated_payload_size: size }))
    }

    type FullDuplexCallStream = Answers;
    async fn full_duplex_call(
        &self,
        request: Request<Streaming<StreamingOutputCallRequest>>,
    ) -> Result<Response<Answers>, Status> {
        let (metadata, _, requests) = request.into_parts();
        Ok(echo(&metadata, Response::new(answers(requests))))
    }

    type HalfDuplexCallStream = Answers;
    async fn half_duplex_call(
        &self,
        request: Request<Streaming<StreamingOutputCallRequest>>,
    ) -> Result<Response<Answers>, Status> {
        let (metadata, _, mut requests) = request.into_parts();
        let mut all = Vec::new();
        while let Some(message) = requests.next().await {
            all.push(message);
        }
        Ok(echo(&metadata, Response::new(answers(tokio_stream::iter(all)))))
    }

    async fn unimplemented_call(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        Err(Status::unimplemented("nobody implements UnimplementedCall"))
    }
}

/// The answers to each request, in order.
fn answers(requests: impl Stream<Item = Result<StreamingOutputCallRequest, Status>> + Send + 'static) -> Answers {
    Box::pin(async_stream::try_stream! {
        tokio::pin!(requests);
        while let Some(message) = requests.next().await {
            let message = message?;
            asked_for(message.response_status, message.payload)?;
            for wanted in message.response_parameters {
                tokio::time::sleep(Duration::from_micros(wanted.interval_us as u64)).await;
                yield StreamingOutputCallResponse { payload: zeros(wanted.size) };
            }
        }
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().collect();
    let mut server = Server::builder();
    if let [_, _, cert, key, more @ ..] = words.as_slice() {
        let mut tls = ServerTlsConfig::new()
            .identity(Identity::from_pem(std::fs::read_to_string(cert)?, std::fs::read_to_string(key)?));
        if let [authority, ..] = more {
            tls = tls.client_ca_root(Certificate::from_pem(std::fs::read_to_string(authority)?));
        }
        server = server.tls_config(tls)?;
    }
    let tester = TestServiceServer::new(Tester).accept_compressed(Gzip).send_compressed(Gzip);
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<TestServiceServer<Tester>>().await;
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    server
        .add_service(tester)
        .add_service(health)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?)
        .serve(format!("127.0.0.1:{}", words[1]).parse()?)
        .await?;
    Ok(())
}
