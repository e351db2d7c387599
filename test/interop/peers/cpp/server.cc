// gRPC's interop TestService on gRPC's C++ library, with health, reflection, error details and gzip.
// Usage: interop-server PORT [CERT KEY [CLIENT_CA]]
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "status.pb.h"
#include "test.grpc.pb.h"

using namespace grpc::testing;
using grpc::ServerContext;
using grpc::Status;

namespace {

const char kInitial[] = "x-grpc-test-echo-initial";
const char kTrailing[] = "x-grpc-test-echo-trailing-bin";

void EchoMetadata(ServerContext* context) {
  const auto& sent = context->client_metadata();
  auto initial = sent.find(kInitial);
  if (initial != sent.end()) {
    context->AddInitialMetadata(kInitial, {initial->second.data(), initial->second.length()});
  }
  auto trailing = sent.find(kTrailing);
  if (trailing != sent.end()) {
    context->AddTrailingMetadata(kTrailing, {trailing->second.data(), trailing->second.length()});
  }
}

// The status that a request asks for; its payload becomes a detail.
template <class Request>
Status AskedFor(const Request& request) {
  const auto& wanted = request.response_status();
  if (wanted.code() == 0) return Status::OK;
  const auto code = static_cast<grpc::StatusCode>(wanted.code());
  if (!request.has_payload()) return Status(code, wanted.message());
  peers::ErrorInfo info;
  info.set_reason("ASKED_FOR");
  info.set_domain("interop");
  (*info.mutable_metadata())["by"] = "the request";
  peers::Status full;
  full.set_code(wanted.code());
  full.set_message(wanted.message());
  auto* detail = full.add_details();
  detail->set_type_url("type.googleapis.com/google.rpc.ErrorInfo");
  detail->set_value(info.SerializeAsString());
  full.add_details()->PackFrom(request.payload());
  return Status(code, wanted.message(), full.SerializeAsString());
}

class Tester final : public TestService::Service {
  Status EmptyCall(ServerContext* context, const Empty*, Empty*) override {
    EchoMetadata(context);
    return Status::OK;
  }

  Status UnaryCall(ServerContext* context, const SimpleRequest* request, SimpleResponse* response) override {
    EchoMetadata(context);
    if (request->response_compressed().value()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    response->mutable_payload()->mutable_body()->assign(request->response_size(), '\0');
    return AskedFor(*request);
  }

  Status StreamingInputCall(ServerContext*, grpc::ServerReader<StreamingInputCallRequest>* reader,
                            StreamingInputCallResponse* response) override {
    StreamingInputCallRequest request;
    int size = 0;
    while (reader->Read(&request)) size += static_cast<int>(request.payload().body().size());
    response->set_aggregated_payload_size(size);
    return Status::OK;
  }

  Status StreamingOutputCall(ServerContext* context, const StreamingOutputCallRequest* request,
                             grpc::ServerWriter<StreamingOutputCallResponse>* writer) override {
    EchoMetadata(context);
    for (const auto& wanted : request->response_parameters()) {
      if (wanted.compressed().value()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    }
    return Answer(*request, writer);
  }

  using Duplex = grpc::ServerReaderWriter<StreamingOutputCallResponse, StreamingOutputCallRequest>;

  Status FullDuplexCall(ServerContext* context, Duplex* stream) override {
    EchoMetadata(context);
    StreamingOutputCallRequest request;
    while (stream->Read(&request)) {
      Status status = Answer(request, stream);
      if (!status.ok()) return status;
    }
    return Status::OK;
  }

  Status HalfDuplexCall(ServerContext*, Duplex* stream) override {
    std::vector<StreamingOutputCallRequest> requests;
    StreamingOutputCallRequest read;
    while (stream->Read(&read)) requests.push_back(read);
    for (const auto& request : requests) {
      Status status = Answer(request, stream);
      if (!status.ok()) return status;
    }
    return Status::OK;
  }

  template <class Writer>
  Status Answer(const StreamingOutputCallRequest& request, Writer* writer) {
    Status status = AskedFor(request);
    if (!status.ok()) return status;
    for (const auto& wanted : request.response_parameters()) {
      std::this_thread::sleep_for(std::chrono::microseconds(wanted.interval_us()));
      StreamingOutputCallResponse response;
      response.mutable_payload()->mutable_body()->assign(wanted.size(), '\0');
      // A client that has gone takes nothing more.
      if (!writer->Write(response)) return Status::CANCELLED;
    }
    return Status::OK;
  }
};

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<grpc::ServerCredentials> Credentials(int count, char** words) {
  if (count < 4) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({ReadFile(words[3]), ReadFile(words[2])});
  if (count > 4) {
    options.pem_root_certs = ReadFile(words[4]);
    options.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return grpc::SslServerCredentials(options);
}

}  // namespace

int main(int count, char** words) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  Tester tester;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("127.0.0.1:") + words[1], Credentials(count, words));
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.RegisterService(&tester);
  auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  server->GetHealthCheckService()->SetServingStatus("grpc.testing.TestService", true);
  server->Wait();
}
